import { childPath, fileNotFound } from "../../accessors/access";
import { FormatError } from "../../errors";
import type { FileKind, SourceAccessor } from "../../source-accessor";
import { BadArchiveError, type NarVisitor } from "./parse";

/** Put behind names that differ from another only in case, with a number, where file systems take those for one. */
const suffix = "~nix~case~hack~";

const folded = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/**
 * A visitor that is told names with `~nix~case~hack~N` where an archive has some that differ only in case. Implements
 * the setting `use-case-hack`.
 */
export const caseHackVisitor = (inner: NarVisitor): NarVisitor => {
	/** Of open directories: what they are called, and the names in them by their small letters. */
	const open = new Map<
		string,
		{ readonly path: string; readonly names: Map<string, { name: string; count: number }> }
	>();
	const hacked = (path: string): string => {
		const parent = open.get(parentOf(path));
		if (path === "/" || parent === undefined) return path;
		const original = nameOf(path);
		let name = original;
		const known = parent.names.get(folded(name));
		if (known === undefined) parent.names.set(folded(name), { name, count: 0 });
		else {
			name += `${suffix}${++known.count}`;
			const other = parent.names.get(folded(name));
			if (other !== undefined)
				throw new BadArchiveError(
					`bad archive: NAR contains file name '${original}' that collides with case-hacked file name '${other.name}'`,
				);
		}
		return childPath(parent.path, name);
	};
	return {
		directory: (path) => {
			const place = hacked(path);
			open.set(path, { path: place, names: new Map() });
			inner.directory(place);
		},
		endDirectory: (path) => {
			inner.endDirectory?.(open.get(path)?.path ?? path);
			open.delete(path);
		},
		regular: (path, file) => inner.regular(hacked(path), file),
		symlink: (path, target) => inner.symlink(hacked(path), target),
	};
};

/** A tree without the suffixes that {@link caseHackVisitor} put behind names. Throws where two names become one. */
export const withoutCaseHack = (inner: SourceAccessor): SourceAccessor => {
	const folders = new Map<string, ReadonlyMap<string, readonly [real: string, kind: FileKind | undefined]>>();
	const entries = (real: string): ReadonlyMap<string, readonly [string, FileKind | undefined]> => {
		const known = folders.get(real);
		if (known !== undefined) return known;
		const names = new Map<string, readonly [string, FileKind | undefined]>();
		for (const [name, kind] of inner.readDirectory(real)) {
			const at = name.indexOf(suffix);
			const shown = at < 0 ? name : name.slice(0, at);
			const other = names.get(shown);
			const show = (entry: string): string => inner.showPath?.(childPath(real, entry)) ?? childPath(real, entry);
			if (other !== undefined)
				throw new FormatError("NAME_COLLISION", `file name collision between '${show(other[0])}' and '${show(name)}'`);
			names.set(shown, [name, kind]);
		}
		folders.set(real, names);
		return names;
	};
	const realOf = (path: string): string | undefined => {
		if (path === "/") return path;
		const parent = realOf(parentOf(path));
		if (parent === undefined || inner.lstat(parent)?.kind !== "directory") return undefined;
		const entry = entries(parent).get(nameOf(path));
		return entry === undefined ? undefined : childPath(parent, entry[0]);
	};
	const required = (path: string): string => {
		const real = realOf(path);
		if (real === undefined) throw fileNotFound(inner.showPath?.(path) ?? path);
		return real;
	};
	const { readFileChunks } = inner;
	return {
		lstat: (path) => {
			const real = realOf(path);
			return real === undefined ? undefined : inner.lstat(real);
		},
		readFile: (path) => inner.readFile(required(path)),
		...(readFileChunks === undefined ? {} : { readFileChunks: (path) => readFileChunks.call(inner, required(path)) }),
		readDirectory: (path) => [...entries(required(path))].map(([name, [, kind]]) => [name, kind] as const),
		readLink: (path) => inner.readLink(required(path)),
		showPath: (path) => inner.showPath?.(realOf(path) ?? path) ?? path,
	};
};
