import { type HashAlgorithm, printJson, toBytes } from "@tsnix/store";
import { parseHashAlgorithm } from "../args/values";
import type { MakeCommand } from "../commands";
import { JsonOptions } from "./json-flags";

/** `nix store prefetch-file`: downloads a file into the store. */
export const storePrefetchFile: MakeCommand = ({ session }) => {
	const json = new JsonOptions(session);
	let url = "";
	let name: string | undefined;
	let expected: string | undefined;
	let algorithm: HashAlgorithm = "sha256";
	let unpack = false;
	let executable = false;
	return {
		flags: [
			...json.flags(),
			{ long: "name", arity: 1, handle: (text) => void (name = text) },
			{ long: "expected-hash", arity: 1, handle: (text) => void (expected = text) },
			{ long: "hash-type", arity: 1, handle: (text) => void (algorithm = parseHashAlgorithm(text)) },
			{ long: "executable", handle: () => void (executable = true) },
			{ long: "unpack", handle: () => void (unpack = true) },
		],
		expected: [{ arity: 1, handle: ([text]) => void (url = text) }],
		run: async () => {
			const commands = await session.commands();
			const { storePath, hash } = await commands.prefetchFile({
				url,
				...(name === undefined ? {} : { name }),
				...(expected === undefined ? {} : { expected }),
				algorithm,
				unpack,
				executable,
			});
			if (json.json) session.print(toBytes(printJson({ hash, storePath }, json.isPretty ? 2 : 0)));
			else session.log.notice(`Downloaded '${url}' to '${storePath}' (hash '${hash}').`);
		},
	};
};
