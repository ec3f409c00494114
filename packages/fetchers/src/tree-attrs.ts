import { maybeGetBoolAttr, maybeGetStrAttr } from "./attrs";
import type { FetchResult } from "./fetch";
import { inputLastModified, inputRev, inputRevCount, inputType } from "./input";

/** What `builtins.fetchTree` gives for a tree, as plain data. `outPath` needs the store path as its context. */
export interface TreeAttrs {
	readonly outPath: string;
	readonly narHash: string;
	readonly submodules?: boolean;
	readonly rev?: string;
	readonly shortRev?: string;
	readonly revCount?: number;
	readonly dirtyRev?: string;
	readonly dirtyShortRev?: string;
	readonly lastModified?: number;
	readonly lastModifiedDate?: string;
}

export interface TreeAttrsOptions {
	readonly storeDir?: string;
	/** `builtins.fetchGit`: worktrees with changes have a revision of zeros. */
	readonly emptyRevFallback?: boolean;
	/** A flake whose lock file was changed: it has no revision. */
	readonly forceDirty?: boolean;
}

/** After so many seconds the calendar repeats, 400 years later. */
const cycle = 146_097 * 86_400;

/** A time as `YYYYMMDDhhmmss`, in UTC; years after 9999 have more digits. */
export const formatDate = (seconds: number): string => {
	const text = new Date((seconds % cycle) * 1000).toISOString();
	const year = Number(text.slice(0, 4)) + 400 * Math.floor(seconds / cycle);
	return String(year).padStart(4, "0") + text.slice(4, 19).replace(/[-:T]/g, "");
};

/** The attributes of a fetched tree (`fetchTree`, `fetchGit`, a flake's `sourceInfo`). */
export const treeAttrs = (result: FetchResult, options: TreeAttrsOptions = {}): TreeAttrs => {
	const { locked } = result;
	const { emptyRevFallback = false, forceDirty = false } = options;
	const attrs: { -readonly [name in keyof TreeAttrs]: TreeAttrs[name] } = {
		outPath: result.storePath.toString(options.storeDir),
		narHash: result.narHash.sri(),
	};
	if (inputType(locked) === "git") attrs.submodules = maybeGetBoolAttr(locked.attrs, "submodules") ?? false;
	if (!forceDirty) {
		const rev = inputRev(locked)?.base16() ?? (emptyRevFallback ? "0".repeat(40) : undefined);
		if (rev !== undefined) {
			attrs.rev = rev;
			attrs.shortRev = rev.slice(0, 7);
		}
		const revCount = inputRevCount(locked) ?? (emptyRevFallback ? 0 : undefined);
		if (revCount !== undefined) attrs.revCount = Number(revCount);
	}
	const dirtyRev = maybeGetStrAttr(locked.attrs, "dirtyRev");
	if (dirtyRev !== undefined) {
		attrs.dirtyRev = dirtyRev;
		const dirtyShortRev = maybeGetStrAttr(locked.attrs, "dirtyShortRev");
		if (dirtyShortRev !== undefined) attrs.dirtyShortRev = dirtyShortRev;
	}
	const lastModified = inputLastModified(locked);
	if (lastModified !== undefined) {
		attrs.lastModified = lastModified;
		attrs.lastModifiedDate = formatDate(lastModified);
	}
	return attrs;
};
