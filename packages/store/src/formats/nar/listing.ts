import { childPath, requireStat, showPath } from "../../accessors/access";
import { fromBytes } from "../../byte-string";
import type { SourceAccessor } from "../../source-accessor";
import { type NarVisitor, parseNar } from "./parse";
import { NarWriteError } from "./write";

/**
 * What a NAR holds, without the contents: the JSON of `.ls` files in binary caches and of `nix nar ls --json`. Names
 * and targets are text (decoded UTF-8).
 */
export type NarListing =
	| {
			readonly type: "regular";
			readonly size?: number;
			readonly executable?: true;
			/** Where the contents begin in the NAR. */
			readonly narOffset?: number;
	  }
	| { readonly type: "directory"; readonly entries: { readonly [name: string]: NarListing } }
	| { readonly type: "symlink"; readonly target: string };

const setEntry = (entries: { [name: string]: NarListing }, name: string, value: NarListing): void => {
	Object.defineProperty(entries, fromBytes(name), { value, enumerable: true, writable: true, configurable: true });
};

const regular = (size: number | undefined, executable: boolean, narOffset?: number): NarListing => ({
	type: "regular",
	...(size === undefined ? {} : { size }),
	...(executable ? { executable: true as const } : {}),
	...(narOffset ? { narOffset } : {}),
});

/** The listing of a NAR, with the offsets of the contents. Throws {@link BadArchiveError}. */
export const parseNarListing = (nar: Uint8Array | Iterable<Uint8Array>): NarListing => {
	const open: { [name: string]: NarListing }[] = [];
	let root: NarListing | undefined;
	const add = (path: string, listing: NarListing): void => {
		const parent = open[open.length - 1];
		if (parent === undefined) root = listing;
		else setEntry(parent, path.slice(path.lastIndexOf("/") + 1), listing);
	};
	const visitor: NarVisitor = {
		directory: (path) => {
			const entries = {};
			add(path, { type: "directory", entries });
			open.push(entries);
		},
		endDirectory: () => void open.pop(),
		regular: (path, file) => {
			add(path, regular(file.size, file.executable, file.offset));
			return undefined;
		},
		symlink: (path, target) => add(path, { type: "symlink", target: fromBytes(target) }),
	};
	parseNar(nar, visitor);
	return root as NarListing;
};

/** The listing of any tree; there are no offsets. */
export const listTree = (accessor: SourceAccessor, path = "/"): NarListing => {
	const stat = requireStat(accessor, path);
	if (stat.kind === "regular") return regular(stat.size, stat.executable === true);
	if (stat.kind === "symlink") return { type: "symlink", target: fromBytes(accessor.readLink(path)) };
	if (stat.kind !== "directory") {
		throw new NarWriteError(`file '${showPath(accessor, path)}' has an unsupported type`);
	}
	const entries: { [name: string]: NarListing } = {};
	const names = [...accessor.readDirectory(path)].map(([name]) => name).sort();
	for (const name of names) setEntry(entries, name, listTree(accessor, childPath(path, name)));
	return { type: "directory", entries };
};
