import { childPath, requireStat, showPath } from "../../accessors/access";
import { fromBytes } from "../../byte-string";
import { FormatError } from "../../errors";
import type { SourceAccessor } from "../../source-accessor";
import type { JsonValue } from "../json";
import { asBoolean, asObject, asString, asUnsigned, field, optionalField } from "../json-fields";
import { type NarFile, type NarVisitor, parseNar } from "./parse";
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

/** Makes a listing, with the offsets of the contents, of what a NAR parser tells. */
export class NarListingBuilder implements NarVisitor {
	private readonly open: { [name: string]: NarListing }[] = [];
	private root: NarListing | undefined;

	private add(path: string, listing: NarListing): void {
		const parent = this.open[this.open.length - 1];
		if (parent === undefined) this.root = listing;
		else setEntry(parent, path.slice(path.lastIndexOf("/") + 1), listing);
	}

	directory(path: string): void {
		const entries = {};
		this.add(path, { type: "directory", entries });
		this.open.push(entries);
	}

	endDirectory(): void {
		this.open.pop();
	}

	regular(path: string, file: NarFile): undefined {
		this.add(path, regular(file.size, file.executable, file.offset));
	}

	symlink(path: string, target: string): void {
		this.add(path, { type: "symlink", target: fromBytes(target) });
	}

	/** The listing of an archive that is complete. */
	get listing(): NarListing {
		return this.root as NarListing;
	}
}

/** The listing of a NAR, with the offsets of the contents. Throws {@link BadArchiveError}. */
export const parseNarListing = (nar: Uint8Array | Iterable<Uint8Array>): NarListing => {
	const builder = new NarListingBuilder();
	parseNar(nar, builder);
	return builder.listing;
};

/** Read the JSON of a listing, as `.ls` files of binary caches have it in `root`. Throws a {@link FormatError}. */
export const narListingFromJSON = (json: JsonValue): NarListing => {
	const object = asObject(json);
	const type = asString(field(object, "type"));
	switch (type) {
		case "regular": {
			const [size, offset, executable] = ["size", "narOffset", "executable"].map((key) => optionalField(object, key));
			return regular(
				size === undefined ? undefined : asUnsigned(size),
				executable !== undefined && asBoolean(executable),
				offset === undefined ? undefined : asUnsigned(offset),
			);
		}
		case "directory": {
			const entries: { [name: string]: NarListing } = {};
			for (const [name, child] of Object.entries(asObject(field(object, "entries")))) {
				const value = narListingFromJSON(child);
				Object.defineProperty(entries, name, { value, enumerable: true, writable: true, configurable: true });
			}
			return { type, entries };
		}
		case "symlink":
			return { type, target: asString(field(object, "target")) };
		default:
			throw new FormatError("BAD_LISTING", `unknown file type '${type}'`);
	}
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
