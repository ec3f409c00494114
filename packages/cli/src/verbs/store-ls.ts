import { type NarListing, NixError, narChunks, parseNarListing, type SourceAccessor } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import type { Session } from "../session";
import { objectAccessor, splitExactStorePath } from "../store-operations/paths";
import { catFile, FileLister } from "./list-files";

/** Throws where something above a path is a link: links are not followed. */
const requireNoLinks = (accessor: SourceAccessor, path: string): void => {
	for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
		const above = path.slice(0, at);
		if (accessor.lstat(above)?.kind === "symlink")
			throw new NixError("SYMLINK_NOT_ALLOWED", `path '${accessor.physicalPath?.(above)}' is a symlink`);
	}
};

const locate = async (session: Session, arg: string) => {
	const { path, within } = splitExactStorePath(session, arg);
	const store = await session.stores.anyStore();
	const accessor = await objectAccessor(session, store, path);
	if (accessor.physicalPath !== undefined) requireNoLinks(accessor, within);
	// Elsewhere files are read out of NARs, and listings tell where in them.
	const listing = (): NarListing | undefined =>
		accessor.physicalPath === undefined ? parseNarListing(narChunks(accessor)) : undefined;
	return { accessor, within, listing };
};

/** `nix store ls`: the files of a store object. */
export const storeLs: MakeCommand = ({ session }) => {
	const lister = new FileLister(session);
	let path = "";
	return {
		flags: lister.flags(),
		expected: [{ arity: 1, handle: ([text]) => void (path = text) }],
		run: async () => {
			const { accessor, within, listing } = await locate(session, path);
			lister.list(accessor, within, listing);
		},
	};
};

/** `nix store cat`: the contents of a file in the store. */
export const storeCat: MakeCommand = ({ session }) => {
	let path = "";
	return {
		expected: [{ arity: 1, handle: ([text]) => void (path = text) }],
		run: async () => {
			const { accessor, within } = await locate(session, path);
			catFile(session, accessor, within);
		},
	};
};
