import type { SqlDatabase } from "./database";

interface Sqlite {
	DatabaseSync: new (path: string, options?: { readOnly?: boolean }) => SqlDatabase;
}

interface ModuleBuiltin {
	isBuiltin(id: string): boolean;
	createRequire(from: string | URL): ((id: string) => unknown) & { resolve(id: string): string };
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
	const modules = builtin("node:module") as ModuleBuiltin | undefined;
	if (modules === undefined) return undefined;
	if (modules.isBuiltin("node:sqlite")) return () => quietly(() => builtin("node:sqlite"));
	const load = modules.createRequire(import.meta.url);
	const id = "@photostructure/sqlite";
	try {
		load.resolve(id);
		return () => load(id);
	} catch {
		return undefined;
	}
};

const load = findSqlite();

/** Opens databases for {@link localStore}'s `openDatabase`; undefined where there is no SQLite. */
export const openNodeDatabase: ((path: string, options?: { readonly readOnly?: boolean }) => SqlDatabase) | undefined =
	load && ((path, options = {}) => new (load() as Sqlite).DatabaseSync(path, { ...options }));
