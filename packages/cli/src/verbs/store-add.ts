import { type FileIngestionMethod, type HashAlgorithm, hashPath, makeFixedOutputPath, NixError } from "@tsnix/store";
import { parseHashAlgorithm, parseMode } from "../args/values";
import type { MakeCommand } from "../commands";
import { baseNameOf } from "../store-operations/add";

const addCommand =
	(initial: FileIngestionMethod): MakeCommand =>
	({ session }) => {
		let path = "";
		let name: string | undefined;
		let method = initial;
		let algorithm: HashAlgorithm = "sha256";
		let dryRun = false;
		return {
			flags: [
				{ long: "dry-run", handle: () => void (dryRun = true) },
				{ long: "name", short: "n", arity: 1, handle: (text) => void (name = text) },
				{ long: "mode", arity: 1, handle: (text) => void (method = parseMode(text)) },
				{ long: "hash-algo", arity: 1, handle: (text) => void (algorithm = parseHashAlgorithm(session, text)) },
			],
			expected: [{ arity: 1, handle: ([text]) => void (path = text) }],
			run: () => {
				if (method === "git") session.requireFeature("git-hashing");
				if (method === "text" && algorithm !== "sha256")
					throw new NixError("BAD_HASH_ALGORITHM", `text hash algorithm must be sha256, not '${algorithm}'`);
				const { storeDir } = session.commandStore;
				const source = session.hackedFilesAt(path);
				const storeName = name ?? baseNameOf(path);
				const storePath = dryRun
					? makeFixedOutputPath(storeName, { method, hash: hashPath(source, "/", { method, algorithm }) }, storeDir)
					: session.store.addToStore(storeName, source, "/", { method, algorithm });
				session.print(storePath.toString(storeDir));
			},
		};
	};

/** `nix store add`, `nix store add-path`: copies files to the store. */
export const storeAdd: MakeCommand = addCommand("nar");

/** `nix store add-file`: copies a file to the store. */
export const storeAddFile: MakeCommand = addCommand("flat");
