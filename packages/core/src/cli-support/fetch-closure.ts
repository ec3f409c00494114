import type { FetchClosureRequest } from "@tsnix/eval";
import {
	isContentAddressed,
	makeContentAddressed,
	NixError,
	requireInfo,
	type Store,
	type StorePath,
} from "@tsnix/store";

/** What copying a closure out of another store takes. */
export interface ClosureStores {
	readonly from: Store;
	readonly to: Store;
	/** Copies paths with all that they refer to. */
	readonly copyClosure: (paths: readonly StorePath[]) => Promise<void>;
}

const fail = (message: string): NixError => new NixError("FETCH_CLOSURE", message);

/** What `builtins.fetchClosure` does: a closure of another store as it is, or rewritten to be content-addressed. */
export const fetchClosure = async (request: FetchClosureRequest, stores: ClosureStores): Promise<StorePath> => {
	const { fromPath, toPath, inputAddressed } = request;
	return toPath === undefined ? copied(fromPath, inputAddressed, stores) : rewritten(fromPath, toPath, stores);
};

const rewritten = async (
	fromPath: StorePath,
	toPath: StorePath | "unknown",
	{ from, to }: ClosureStores,
): Promise<StorePath> => {
	const shown = (path: StorePath): string => path.toString(to.storeDir);
	if (toPath === "unknown" || (await to.queryPathInfo(toPath)) === undefined) {
		const now = (await makeContentAddressed(from, to, [fromPath])).get(fromPath.baseName) as StorePath;
		const yielded = `rewriting '${shown(fromPath)}' to content-addressed form yielded '${shown(now)}'`;
		if (toPath === "unknown")
			throw fail(`${yielded}\nUse this value for the 'toPath' attribute passed to 'fetchClosure'`);
		if (!now.equals(toPath)) throw fail(`${yielded}, while '${shown(toPath)}' was expected`);
	}
	if (!isContentAddressed(await requireInfo(to, toPath), to.storeDir))
		throw fail(
			`The 'toPath' value '${shown(toPath)}' is input-addressed, so it can't possibly be the result of rewriting to a content-addressed path.\n\n` +
				"Set 'toPath' to an empty string to make Nix report the correct content-addressed path.",
		);
	return toPath;
};

const copied = async (
	path: StorePath,
	inputAddressed: boolean,
	{ to, copyClosure }: ClosureStores,
): Promise<StorePath> => {
	if ((await to.queryPathInfo(path)) === undefined) await copyClosure([path]);
	const addressed = isContentAddressed(await requireInfo(to, path), to.storeDir);
	const shown = path.toString(to.storeDir);
	if (inputAddressed && addressed)
		throw fail(
			`The store object referred to by 'fromPath' at '${shown}' is not input-addressed, but 'inputAddressed' is set to 'true'.\n\n` +
				"Remove the 'inputAddressed' attribute (it defaults to 'false') to expect 'fromPath' to be content-addressed",
		);
	if (!inputAddressed && !addressed)
		throw fail(
			`The 'fromPath' value '${shown}' is input-addressed, but 'inputAddressed' is set to 'false' (default).\n\n` +
				"If you do intend to fetch an input-addressed store path, add\n\n    inputAddressed = true;\n\nto the 'fetchClosure' arguments.\n\n" +
				"Note that to ensure authenticity input-addressed store paths, users must configure a trusted binary cache public key on their systems. This is not needed for content-addressed paths.",
		);
	return path;
};
