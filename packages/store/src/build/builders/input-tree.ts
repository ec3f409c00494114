import { fileNotFound } from "../../accessors/access";
import type { ByteString } from "../../byte-string";
import type { StorePath } from "../../formats/store-path";
import type { FileKind, SourceAccessor, SourceStat } from "../../source-accessor";
import type { SyncStore } from "../../stores/store";

/**
 * The part of the store that a builder may see, as one tree under its store directory: `/nix/store/…-a/bin/a`.
 * Nothing else exists in it.
 */
export const inputTree = (store: SyncStore, paths: Iterable<StorePath>): SourceAccessor => {
	const byName = new Map([...paths].map((path) => [path.baseName, path]));
	const opened = new Map<string, SourceAccessor>();
	const prefix = `${store.storeDir}/`;
	/** Above the store directory; at it; or in a store object. */
	const locate = (path: string): { accessor: SourceAccessor; inner: string } | "above" | "store" | undefined => {
		if (path === store.storeDir) return "store";
		if (path === "/" || prefix.startsWith(`${path}/`)) return "above";
		if (!path.startsWith(prefix)) return undefined;
		const [baseName = "", ...rest] = path.slice(prefix.length).split("/");
		const storePath = byName.get(baseName);
		if (storePath === undefined) return undefined;
		const accessor = opened.get(baseName) ?? store.accessor(storePath);
		opened.set(baseName, accessor);
		return { accessor, inner: `/${rest.join("/")}` };
	};
	const inObject = (path: string): { accessor: SourceAccessor; inner: string } => {
		const found = locate(path);
		if (typeof found === "object") return found;
		throw fileNotFound(path);
	};
	return {
		lstat(path): SourceStat | undefined {
			const found = locate(path);
			if (found === undefined) return undefined;
			return typeof found === "string" ? { kind: "directory" } : found.accessor.lstat(found.inner);
		},
		readFile(path) {
			const { accessor, inner } = inObject(path);
			return accessor.readFile(inner);
		},
		readLink(path) {
			const { accessor, inner } = inObject(path);
			return accessor.readLink(inner);
		},
		readDirectory(path): Iterable<readonly [string, FileKind | undefined]> {
			const found = locate(path);
			if (found === "store") return [...byName.keys()].map((name) => [name, undefined] as const);
			if (found === "above") {
				const rest = prefix.slice(path === "/" ? 1 : path.length + 1);
				return [[rest.split("/", 1)[0] as string, "directory"]];
			}
			if (found === undefined) throw fileNotFound(path);
			return found.accessor.readDirectory(found.inner);
		},
	};
};

/** The path with every link in it followed, also the last; undefined where that leads to nothing. */
export const followLinks = (accessor: SourceAccessor, path: ByteString): ByteString | undefined => {
	const left = path.split("/").reverse();
	const done: string[] = [];
	let links = 0;
	for (let name = left.pop(); name !== undefined; name = left.pop()) {
		if (name === "" || name === ".") continue;
		if (name === "..") {
			done.pop();
			continue;
		}
		const here = `/${[...done, name].join("/")}`;
		const stat = accessor.lstat(here);
		if (stat === undefined) return undefined;
		if (stat.kind !== "symlink") {
			done.push(name);
			continue;
		}
		if (++links > 1024) return undefined;
		const target = accessor.readLink(here);
		if (target.startsWith("/")) done.length = 0;
		left.push(...target.split("/").reverse());
	}
	return `/${done.join("/")}`;
};
