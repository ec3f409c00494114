import { type Hash, type HashAlgorithm, printJson, toBytes } from "@tsnix/store";
import { parseHashAlgorithm, parseHashReturningFormat } from "../args/values";
import type { MakeCommand } from "../commands";
import { JsonOptions } from "./json-flags";

/** `nix store prefetch-file`: downloads a file into the store. */
export const storePrefetchFile: MakeCommand = ({ session }) => {
	const json = new JsonOptions(session);
	let url = "";
	let name: string | undefined;
	let expected: Hash | undefined;
	const expect = (text: string): void => {
		// It has to be of the algorithm asked for so far, and decides against one that is asked for later.
		expected = parseHashReturningFormat(session, text, algorithm).hash;
	};
	let algorithm: HashAlgorithm = "sha256";
	let unpack = false;
	let executable = false;
	return {
		flags: [
			...json.flags(),
			{ long: "name", arity: 1, handle: (text) => void (name = text) },
			{ long: "expected-hash", arity: 1, handle: expect },
			{ long: "hash-type", arity: 1, handle: (text) => void (algorithm = parseHashAlgorithm(session, text)) },
			{ long: "executable", handle: () => void (executable = true) },
			{ long: "unpack", handle: () => void (unpack = true) },
		],
		expected: [{ arity: 1, handle: ([text]) => void (url = text) }],
		run: async () => {
			const commands = await session.commands();
			const { storePath, hash } = await commands.prefetchFile({
				url,
				...(name === undefined ? {} : { name }),
				...(expected === undefined ? {} : { expected: expected.sri() }),
				algorithm: expected?.algorithm ?? algorithm,
				unpack,
				executable,
			});
			if (json.json) session.print(toBytes(printJson({ hash, storePath }, json.isPretty ? 2 : 0)));
			else session.log.notice(`Downloaded '${url}' to '${storePath}' (hash '${hash}').`);
		},
	};
};
