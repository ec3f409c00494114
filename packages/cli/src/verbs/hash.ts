import {
	BadHashError,
	type FileIngestionMethod,
	type HashAlgorithm,
	type HashFormat,
	hashFormatOf,
} from "@tsnix/store";
import type { Flag } from "../args/flags";
import { parseHashAlgorithm, parseHashReturningFormat, parseMode } from "../args/values";
import type { MakeCommand } from "../commands";
import { UsageError } from "../usage-error";
import { printConverted, printHashes } from "./hash-paths";

/** A format's name. */
const parseFormat = (session: Parameters<MakeCommand>[0]["session"], name: string): HashFormat => {
	if (name === "base32") session.log.warn('"base32" is a deprecated alias for hash format "nix32".');
	const format = hashFormatOf(name);
	if (format !== undefined) return format;
	throw new UsageError(`unknown hash format '${name}', expect 'base16', 'base32', 'base64', or 'sri'`);
};

const hashCommand =
	(initial: FileIngestionMethod, more: boolean): MakeCommand =>
	({ session }) => {
		let method = initial;
		let algorithm: HashAlgorithm = "sha256";
		let format: HashFormat = "sri";
		let paths: readonly string[] = [];
		const setAlgorithm = (name: string): void => void (algorithm = parseHashAlgorithm(session, name));
		const flags: Flag[] = [
			{ long: "sri", handle: () => void (format = "sri") },
			{ long: "base64", handle: () => void (format = "base64") },
			{ long: "base32", handle: () => void (format = "nix32") },
			{ long: "base16", handle: () => void (format = "base16") },
			{ long: "type", arity: 1, handle: setAlgorithm },
		];
		if (more)
			flags.push(
				{ long: "algo", arity: 1, handle: setAlgorithm },
				{ long: "mode", arity: 1, handle: (name) => void (method = parseMode(name)) },
				{ long: "format", arity: 1, handle: (name) => void (format = parseFormat(session, name)) },
			);
		return {
			flags,
			expected: [{ arity: "any", handle: (args) => void (paths = args) }],
			run: () => {
				if (method === "git") session.requireFeature("git-hashing");
				printHashes(session, paths, { method, algorithm, format });
			},
		};
	};

/** `nix hash path`: hashes of trees. */
export const hashPathCommand: MakeCommand = hashCommand("nar", true);

/** `nix hash file`: hashes of files. */
export const hashFile: MakeCommand = hashCommand("flat", false);

/** `nix hash to-base16` and its kin. */
export const hashTo =
	(format: HashFormat): MakeCommand =>
	({ session }) => {
		let algorithm: HashAlgorithm | undefined;
		let hashes: readonly string[] = [];
		return {
			flags: [{ long: "type", arity: 1, handle: (name) => void (algorithm = parseHashAlgorithm(session, name)) }],
			expected: [{ arity: "any", handle: (args) => void (hashes = args) }],
			run: () => {
				session.log.warn(
					"The old format conversion subcommands of `nix hash` were deprecated in favor of `nix hash convert`.",
				);
				printConverted(session, hashes, format, algorithm);
			},
		};
	};

/** `nix hash convert`: hashes in another form. */
export const hashConvert: MakeCommand = ({ session }) => {
	let from: HashFormat | undefined;
	let to: HashFormat = "sri";
	let algorithm: HashAlgorithm | undefined;
	let hashes: readonly string[] = [];
	return {
		flags: [
			{ long: "from", arity: 1, handle: (name) => void (from = parseFormat(session, name)) },
			{ long: "to", arity: 1, handle: (name) => void (to = parseFormat(session, name)) },
			{ long: "hash-algo", arity: 1, handle: (name) => void (algorithm = parseHashAlgorithm(session, name)) },
		],
		expected: [{ arity: "any", handle: (args) => void (hashes = args) }],
		run: () => {
			for (const text of hashes) {
				const { hash, format } = parseHashReturningFormat(session, text, algorithm);
				if (from !== undefined && from !== format)
					throw new BadHashError(`input hash '${text}' has format '${format}', but '--from ${from}' was specified`);
				session.print(hash.format(to));
			}
		},
	};
};
