import {
	NixError,
	NoStoreObjectError,
	parseStorePath,
	requireInfo,
	type SourceAccessor,
	type Store,
	type StorePath,
	type SyncStore,
} from "@tsnix/store";
import { followLinksToStore } from "../core";
import type { Session } from "../session";

/** The store path that an argument names, through links or as a path within a store object. */
export const storePathOf = (session: Session, arg: string): StorePath => splitStorePath(session, arg).path;

/** The same, and the path within the store object. */
export const splitStorePath = (
	session: Session,
	arg: string,
): { readonly path: StorePath; readonly within: string } => {
	const { storeDir } = session.commandStore;
	const place = followLinksToStore(storeDir, arg, session.shell.workingDirectory);
	const end = place.indexOf("/", storeDir.length + 1);
	const whole = end < 0 ? place : place.slice(0, end);
	return { path: parseStorePath(whole, storeDir), within: end < 0 ? "/" : place.slice(end) };
};

/** As {@link splitStorePath} for a path that has to lie in the store as it stands. */
export const splitExactStorePath = (
	session: Session,
	arg: string,
): { readonly path: StorePath; readonly within: string } => {
	if (!arg.startsWith(`${session.commandStore.storeDir}/`))
		throw new NixError("NOT_IN_STORE", `path '${arg}' is not in the Nix store`);
	return splitStorePath(session, arg);
};

/** The files of a store object. Throws where it is not valid, worded for the kind of store. */
export const objectAccessor = async (session: Session, store: Store, path: StorePath): Promise<SourceAccessor> => {
	if (session.commandStore.start.kind === "local" && !(await store.isValidPath(path)))
		throw new NoStoreObjectError(path, store.storeDir);
	await requireInfo(store, path);
	return store.accessor(path);
};

/** A path as it is shown. */
export const shown = (store: SyncStore, path: StorePath): string => path.toString(store.storeDir);

/** `PATH!out,dev` apart. */
export const splitOutputs = (arg: string): { readonly path: string; readonly outputs: readonly string[] } => {
	const at = arg.indexOf("!");
	if (at < 0) return { path: arg, outputs: [] };
	const names = arg
		.slice(at + 1)
		.split(",")
		.filter((name) => name !== "");
	return { path: arg.slice(0, at), outputs: [...new Set(names)].sort() };
};
