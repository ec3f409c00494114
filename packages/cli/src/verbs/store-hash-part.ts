import { NixError } from "@tsnix/store";
import type { MakeCommand } from "../commands";

/** `nix store path-from-hash-part`: the store path that begins with a hash. */
export const pathFromHashPart: MakeCommand = ({ session }) => {
	let hashPart = "";
	return {
		expected: [{ arity: 1, handle: ([text]) => void (hashPart = text) }],
		run: () => {
			if (hashPart.length !== 32) throw new NixError("BAD_HASH_PART", "invalid hash part");
			const path = session.store.queryPathFromHashPart(hashPart);
			if (path === undefined)
				throw new NixError("NO_SUCH_HASH_PART", `there is no store path corresponding to '${hashPart}'`);
			session.print(path.toString(session.commandStore.storeDir));
		},
	};
};
