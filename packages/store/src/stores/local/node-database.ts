import { isBuiltin } from "node:module";
import { hasNativePackage, nativePackage } from "../../node-native-package";
import type { SqlDatabase } from "./database";

interface Sqlite {
	DatabaseSync: new (path: string, options?: { readOnly?: boolean }) => SqlDatabase;
}

const builtin = (id: string): unknown => (process.getBuiltinModule as ((id: string) => unknown) | undefined)?.(id);

/** Loads a module without the warning that it is experimental, which would be the program's, not the user's. */
const quietly = (load: () => unknown): unknown => {
	const { emitWarning } = process;
	process.emitWarning = (() => {}) as typeof process.emitWarning;
	try {
		return load();
	} finally {
		process.emitWarning = emitWarning;
	}
};

/** How SQLite is loaded: as part of Node (from 22.13), else from a package with the same interface, if it is there. */
const findSqlite = (): (() => unknown) | undefined => {
	if (isBuiltin("node:sqlite")) return () => quietly(() => builtin("node:sqlite"));
	const id = "@photostructure/sqlite";
	return hasNativePackage(id) ? () => nativePackage(id) : undefined;
};

const load = findSqlite();

/** Opens databases for {@link localStore}'s `openDatabase`; undefined where there is no SQLite. */
export const openNodeDatabase: ((path: string, options?: { readonly readOnly?: boolean }) => SqlDatabase) | undefined =
	load && ((path, options = {}) => new (load() as Sqlite).DatabaseSync(path, { ...options }));
