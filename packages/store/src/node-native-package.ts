import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Optional packages whose best part is a library of the system's kind. */
export type NativePackage = "koffi" | "@photostructure/sqlite" | "node-liblzma";

const { platform, arch } = process;

/** Where a package has that library for the usual machines, from its own folder. */
const libraries: Readonly<Record<NativePackage, string>> = {
	koffi: `../@koromix/koffi-${platform}-${arch}/${platform}_${arch}/koffi.node`,
	"@photostructure/sqlite": `prebuilds/${platform}-${arch}/@photostructure+sqlite.glibc.node`,
	"node-liblzma": `prebuilds/${platform}-${arch}/node-liblzma.node`,
};

/** Those machines: libraries for others are not told apart by their names alone. */
const isUsual = (): boolean =>
	platform === "linux" &&
	(arch === "x64" || arch === "arm64") &&
	!existsSync(`/lib/ld-musl-${arch === "x64" ? "x86_64" : "aarch64"}.so.1`);

const here = (): string => dirname(fileURLToPath(import.meta.url));

/** The folder of a package, found as `require` finds it. */
const folderOf = (id: NativePackage, from = here()): string | undefined => {
	for (let folder = from; ; folder = dirname(folder)) {
		const candidate = join(folder, "node_modules", id);
		if (existsSync(candidate)) return candidate;
		if (folder === dirname(folder)) return undefined;
	}
};

/** The file of the library; nothing where the package lies otherwise than it used to. */
const libraryOf = (id: NativePackage, from?: string): string | undefined => {
	const folder = isUsual() ? folderOf(id, from) : undefined;
	if (folder === undefined) return undefined;
	const file = join(realpathSync.native(folder), libraries[id]);
	return existsSync(file) ? file : undefined;
};

/**
 * The library of a package alone, found from a folder: `require` finds it loaded, then. Nothing where it cannot be had
 * without its package.
 */
export const nativeLibrary = (id: NativePackage, from?: string): unknown => {
	const file = libraryOf(id, from);
	if (file === undefined) return undefined;
	try {
		const { cache } = createRequire(import.meta.url);
		const module = { id: file, filename: file, loaded: true, exports: {} } as NodeJS.Module;
		process.dlopen(module, file);
		cache[file] = module;
		return module.exports;
	} catch {
		return undefined;
	}
};

const loaded = new Map<NativePackage, unknown>();

/** Whether an optional package is installed. */
export const hasNativePackage = (id: NativePackage): boolean => folderOf(id) !== undefined;

/** What another process of Node can `require` to load an optional package; nothing where it is not installed. */
export const nativePackageFile = (id: NativePackage): string | undefined => {
	try {
		return libraryOf(id) ?? createRequire(import.meta.url).resolve(id);
	} catch {
		return undefined;
	}
};

/** An optional package that somebody has loaded already. */
export const loadedNativePackage = (id: NativePackage): unknown => loaded.get(id);

/**
 * Loads an optional package, once, and of it only the library: what the package's own scripts do besides takes three
 * times as long, and nothing here needs it. Throws what `require` throws where it is not installed.
 *
 *     const { DatabaseSync } = nativePackage("@photostructure/sqlite") as { DatabaseSync: new (path: string) => unknown };
 */
export const nativePackage = (id: NativePackage): unknown => {
	let found = loaded.get(id);
	if (found === undefined) {
		found = nativeLibrary(id) ?? createRequire(import.meta.url)(id);
		loaded.set(id, found);
	}
	return found;
};
