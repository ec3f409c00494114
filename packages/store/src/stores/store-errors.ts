import { StoreError } from "../errors";
import type { StorePath } from "../formats/store-path";

/** A store path that is not valid in a store: nothing complete is there. */
export class InvalidPathError extends StoreError {
	readonly path: StorePath;

	constructor(path: StorePath, storeDir: string) {
		super("INVALID_PATH", `path '${path.toString(storeDir)}' is not valid`);
		this.path = path;
	}
}

/** The same, where an object's files are asked for. */
export class NoStoreObjectError extends StoreError {
	constructor(path: StorePath, storeDir: string) {
		super("INVALID_PATH", `path '${path.toString(storeDir)}' is not a valid store path`);
	}
}

/** Files that are not what the information on them says. */
export class ImportMismatchError extends StoreError {
	constructor(what: "hash" | "size" | "ca hash", path: string, specified: string | number, got: string | number) {
		super(
			"IMPORT_MISMATCH",
			`${what} mismatch importing path '${path}';\n  specified: ${specified}\n  got:       ${got}`,
		);
	}
}

/** A path that cannot go, as others refer to it. */
export class PathInUseError extends StoreError {
	constructor(path: StorePath, referrers: readonly StorePath[], storeDir: string) {
		const by = referrers.map((referrer) => `'${referrer.toString(storeDir)}'`).join(", ");
		super("PATH_IN_USE", `cannot delete path '${path.toString(storeDir)}' because it is in use by ${by}`);
	}
}
