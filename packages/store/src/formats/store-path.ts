import { FormatError } from "../errors";
import { encodeNixBase32 } from "./base32";

/** The store directory unless told: the prefix of store paths, wherever the files lie. */
export const defaultStoreDir = "/nix/store";

/** The longest name of a store path, in bytes. */
export const maxStorePathName = 211;

/** Something that is not a store path. */
export class BadStorePathError extends FormatError {
	constructor(message: string) {
		super("BAD_STORE_PATH", message);
	}
}

/** A name that no store path can have. */
export class BadStorePathNameError extends FormatError {
	constructor(message: string) {
		super("BAD_STORE_PATH_NAME", message);
	}
}

const goodName = /^[0-9a-zA-Z+\-_?=][0-9a-zA-Z+\-._?=]{0,210}$/;
const badCharacter = /[^0-9a-zA-Z+\-._?=]/;

/** Check what follows the hash in a store path: throws {@link BadStorePathNameError} unless it is a name. */
export const checkStorePathName = (name: string): void => {
	if (goodName.test(name)) return;
	if (name === "") throw new BadStorePathNameError("name must not be empty");
	if (name.length > maxStorePathName) {
		throw new BadStorePathNameError(`name '${name}' must be no longer than ${maxStorePathName} characters`);
	}
	if (name === "." || name === "..") throw new BadStorePathNameError(`name '${name}' is not valid`);
	for (const component of [".", ".."]) {
		if (name.startsWith(`${component}-`)) {
			throw new BadStorePathNameError(
				`name '${name}' is not valid: first dash-separated component must not be '${component}'`,
			);
		}
	}
	const bad = badCharacter.exec(name);
	if (bad !== null) throw new BadStorePathNameError(`name '${name}' contains illegal character '${bad[0]}'`);
};

const checkPathName = (baseName: string, name: string): void => {
	if (goodName.test(name)) return;
	try {
		checkStorePathName(name);
	} catch (error) {
		if (!(error instanceof BadStorePathNameError)) throw error;
		throw new BadStorePathError(`path '${baseName}' is not a valid store path: ${error.message}`);
	}
};

const goodHashPart = /^[0-9a-df-np-sv-z]{32}$/;

/**
 * A validated store path: 20 bytes in nix32, a dash, a name. It does not hold the store directory. Immutable;
 * ordered by {@link StorePath.compare} as the reference orders them.
 */
export class StorePath {
	/** `<hash>-<name>`: the last component of the path. */
	readonly baseName: string;

	/** Throws {@link BadStorePathError} unless both parts are well-formed. */
	constructor(hashPart: string, name: string) {
		const baseName = `${hashPart}-${name}`;
		if (!goodHashPart.test(hashPart)) {
			const bad = /[^0-9a-df-np-sv-z]/.exec(hashPart);
			if (bad === null) throw new BadStorePathError(`'${baseName}' is too short to be a valid store path`);
			throw new BadStorePathError(`store path '${baseName}' contains illegal base-32 character '${bad[0]}'`);
		}
		checkPathName(baseName, name);
		this.baseName = baseName;
	}

	/** From the 20 bytes of a compressed hash. */
	static fromHash(bytes: Uint8Array, name: string): StorePath {
		return new StorePath(encodeNixBase32(bytes), name);
	}

	/** The 32 characters before the dash. */
	get hashPart(): string {
		return this.baseName.slice(0, 32);
	}

	/** What follows the dash. */
	get name(): string {
		return this.baseName.slice(33);
	}

	/** The whole path, in a store directory. */
	toString(storeDir: string = defaultStoreDir): string {
		return `${storeDir}/${this.baseName}`;
	}

	equals(other: StorePath): boolean {
		return this.baseName === other.baseName;
	}

	/** For `sort`: by base name, byte by byte. */
	static compare(a: StorePath, b: StorePath): number {
		return a.baseName < b.baseName ? -1 : a.baseName > b.baseName ? 1 : 0;
	}
}

/** Parse `<hash>-<name>`. Throws {@link BadStorePathError}. */
export const parseBaseName = (text: string): StorePath => {
	if (text.length < 33) throw new BadStorePathError(`'${text}' is too short to be a valid store path`);
	if (text.charCodeAt(32) !== 45) {
		// The reference never looks at the character between hash and name; nothing writes another one.
		const hashPart = text.slice(0, 32);
		if (goodHashPart.test(hashPart)) {
			checkPathName(text, text.slice(33));
			throw new BadStorePathError(`store path '${text}' has no dash after its hash`);
		}
		const bad = /[^0-9a-df-np-sv-z]/.exec(hashPart) as RegExpExecArray;
		throw new BadStorePathError(`store path '${text}' contains illegal base-32 character '${bad[0]}'`);
	}
	return new StorePath(text.slice(0, 32), text.slice(33));
};

/** The store path of that base name, or undefined if there is none. */
export const maybeParseBaseName = (text: string): StorePath | undefined => {
	try {
		return parseBaseName(text);
	} catch (error) {
		if (error instanceof FormatError) return undefined;
		throw error;
	}
};

/** Remove `.`, `..` and repeated slashes from an absolute path. Links are not looked at. */
const canonical = (path: string): string => {
	const parts: string[] = [];
	for (const part of path.split("/")) {
		if (part === "" || part === ".") continue;
		if (part === "..") parts.pop();
		else parts.push(part);
	}
	return `/${parts.join("/")}`;
};

/**
 * Parse a whole store path: exactly one component below the store directory. Throws {@link BadStorePathError}.
 *
 *     parseStorePath("/nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-foo").name // "foo"
 */
export const parseStorePath = (text: string, storeDir: string = defaultStoreDir): StorePath => {
	if (text.startsWith(storeDir) && text.charCodeAt(storeDir.length) === 47) {
		const baseName = text.slice(storeDir.length + 1);
		if (baseName.length > 33 && !baseName.includes("/") && baseName.charCodeAt(0) !== 46) {
			return parseBaseName(baseName);
		}
	}
	if (!text.startsWith("/")) throw new BadStorePathError(`not an absolute path: "${text}"`);
	const path = canonical(text);
	const slash = path.lastIndexOf("/");
	if ((slash === 0 ? "/" : path.slice(0, slash)) !== storeDir || path === "/") {
		throw new BadStorePathError(`path "${path}" is not in the Nix store`);
	}
	return parseBaseName(path.slice(slash + 1));
};

/** The store path, or undefined if the text is none. */
export const maybeParseStorePath = (text: string, storeDir: string = defaultStoreDir): StorePath | undefined => {
	try {
		return parseStorePath(text, storeDir);
	} catch (error) {
		if (error instanceof FormatError) return undefined;
		throw error;
	}
};

/** Does the name end in `.drv`? */
export const isDerivationPath = (path: StorePath): boolean => path.baseName.endsWith(".drv");

/** The derivation's name: the path's, without `.drv`. Throws a {@link FormatError} for other paths. */
export const derivationNameOf = (path: StorePath): string => {
	if (!isDerivationPath(path)) {
		throw new FormatError("NOT_A_DERIVATION_PATH", `store path '${path.baseName}' is not a valid derivation path`);
	}
	return path.baseName.slice(33, -4);
};
