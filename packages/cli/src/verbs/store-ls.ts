import { type NarListing, narChunks, parseNarListing, requireInfo } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import type { Session } from "../session";
import { splitExactStorePath } from "../store-operations/paths";
import { catFile, FileLister } from "./list-files";

const locate = async (session: Session, arg: string) => {
	const { path, within } = splitExactStorePath(session, arg);
	const store = await session.stores.anyStore();
	await requireInfo(store, path);
	const accessor = await store.accessor(path);
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
