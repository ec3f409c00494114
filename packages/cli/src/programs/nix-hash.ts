import { parseHashAlgorithm } from "../args/values";
import type { Program } from "../programs";
import { Exit } from "../shell";
import { type HashFormat, printConverted, printHashes } from "../verbs/hash-paths";
import { printHelp } from "./help";
import { parseLegacy } from "./legacy";
import { printVersion } from "./version";

const formats: Readonly<Record<string, HashFormat>> = {
	base16: "base16",
	base32: "nix32",
	base64: "base64",
	sri: "sri",
};

/** `nix-hash`: hashes of files and trees, and their forms. */
export const nixHash: Program = async (context) => {
	const { session } = context;
	let algorithm: ReturnType<typeof parseHashAlgorithm> | undefined;
	let format: HashFormat = "base16";
	let flat = false;
	let truncate = false;
	let convert = false;
	const words: string[] = [];
	await parseLegacy(context, false, (arg, next) => {
		const form = formats[arg.replace(/^--(to-)?/, "")];
		if (arg.startsWith("--") && form !== undefined) {
			format = form;
			if (arg.startsWith("--to-")) convert = true;
			return true;
		}
		switch (arg) {
			case "--help":
				printHelp(
					session,
					"nix-hash",
					[
						"nix-hash [--flat] [--type ALGORITHM] [--base16 | --base32 | --base64 | --sri] [--truncate] PATH...",
						"nix-hash --to-base16 | --to-base32 | --to-base64 | --to-sri [--type ALGORITHM] HASH...",
					],
					"Prints hashes of files and folders, or hashes in another form.",
				);
				throw new Exit(0);
			case "--version":
				printVersion(session, "nix-hash", context.options.verbosity > 3);
				throw new Exit(0);
			case "--flat":
				flat = true;
				return true;
			case "--truncate":
				truncate = true;
				return true;
			case "--type":
				algorithm = parseHashAlgorithm(session, next());
				return true;
			default:
				if (arg.startsWith("-")) return false;
				words.push(arg);
				return true;
		}
	});
	if (convert) printConverted(session, words, format, algorithm);
	else printHashes(session, words, { method: flat ? "flat" : "nar", algorithm: algorithm ?? "md5", format, truncate });
};
