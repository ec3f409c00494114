import { nativePackage } from "@tsnix/store/node";

/** A library of the system's, whose functions are named by their C prototypes. Throws for one that it does not have. */
export interface SharedLibrary {
	func(prototype: string): NativeFunction;
}

/** A function of it. */
export type NativeFunction = (...args: unknown[]) => unknown;

/**
 * What `bind` makes of the first of the libraries that is here and has the functions asked for; undefined where none is,
 * or where the optional package `koffi`, which calls them, is not installed.
 *
 * @example openLibrary(["libbz2.so.1.0"], (library) => library.func("const char *BZ2_bzlibVersion()"))
 */
export const openLibrary = <T>(names: readonly string[], bind: (library: SharedLibrary) => T): T | undefined => {
	if (process.platform === "win32") return undefined;
	let koffi: { load(path: string): SharedLibrary };
	try {
		koffi = nativePackage("koffi") as typeof koffi;
	} catch {
		return undefined;
	}
	for (const name of names)
		try {
			return bind(koffi.load(name));
		} catch {
			// Not here, or too old.
		}
	return undefined;
};
