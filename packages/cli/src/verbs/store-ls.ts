import type { MakeCommand } from "../commands";
import { requirePathInfo } from "../core";
import type { Session } from "../session";
import { splitExactStorePath } from "../store-operations/paths";
import { catFile, FileLister } from "./list-files";

const locate = (session: Session, arg: string) => {
	const { path, within } = splitExactStorePath(session, arg);
	requirePathInfo(session.store, path);
	return { accessor: session.store.accessor(path), within };
};

/** `nix store ls`: the files of a store object. */
export const storeLs: MakeCommand = ({ session }) => {
	const lister = new FileLister(session);
	let path = "";
	return {
		flags: lister.flags(),
		expected: [{ arity: 1, handle: ([text]) => void (path = text) }],
		run: () => {
			const { accessor, within } = locate(session, path);
			lister.list(accessor, within);
		},
	};
};

/** `nix store cat`: the contents of a file in the store. */
export const storeCat: MakeCommand = ({ session }) => {
	let path = "";
	return {
		expected: [{ arity: 1, handle: ([text]) => void (path = text) }],
		run: () => {
			const { accessor, within } = locate(session, path);
			catFile(session, accessor, within);
		},
	};
};
