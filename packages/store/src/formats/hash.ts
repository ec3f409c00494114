import { type ByteString, stringToBytes } from "../byte-string";
import { FormatError } from "../errors";
import { decodeBase16, encodeBase16 } from "./base16";
import { decodeNixBase32, encodeNixBase32, nixBase32Length } from "./base32";
import { decodeBase64, encodeBase64 } from "./base64";
import { createDigester, type Digester, digestBytes, digestHex, type HashAlgorithm, sha256Hex } from "./digest";

export { type HashAlgorithm, sha256Hex } from "./digest";

/** A hash that is not well-formed, or of another algorithm than it has to be. */
export class BadHashError extends FormatError {
	constructor(message: string) {
		super("BAD_HASH", message);
	}
}

/** A hash algorithm, hash format or ingestion method that does not exist. */
export class UnknownHashAlgorithmError extends FormatError {
	constructor(name: string) {
		super(
			"UNKNOWN_HASH_ALGORITHM",
			`unknown hash algorithm '${name}', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'`,
		);
	}
}

/** How a hash is written: `sri` is `sha256-<base64>`. */
export type HashFormat = "base16" | "nix32" | "base64" | "sri";

const formats: Readonly<Record<string, HashFormat>> = {
	base16: "base16",
	nix32: "nix32",
	base32: "nix32",
	base64: "base64",
	sri: "sri",
};

/** The format of that name, if there is one; `base32` is an old name of `nix32`. */
export const hashFormatOf = (name: string): HashFormat | undefined =>
	Object.hasOwn(formats, name) ? formats[name] : undefined;

const sizes: Readonly<Record<HashAlgorithm, number>> = { md5: 16, sha1: 20, sha256: 32, sha512: 64, blake3: 32 };

/** The bytes of a digest of that algorithm. */
export const hashSize = (algorithm: HashAlgorithm): number => sizes[algorithm];

/** The algorithm of that name, if there is one. */
export const hashAlgorithmOf = (name: string): HashAlgorithm | undefined =>
	Object.hasOwn(sizes, name) ? (name as HashAlgorithm) : undefined;

/** The algorithm of that name. Throws {@link UnknownHashAlgorithmError}. */
export const parseHashAlgorithm = (name: string): HashAlgorithm => {
	const algorithm = hashAlgorithmOf(name);
	if (algorithm === undefined) throw new UnknownHashAlgorithmError(name);
	return algorithm;
};

/** A digest and the algorithm that made it. Immutable. */
export class Hash {
	readonly algorithm: HashAlgorithm;
	#bytes: Uint8Array | undefined;
	#hex: string | undefined;

	constructor(algorithm: HashAlgorithm, bytes: Uint8Array | undefined, hex?: string) {
		this.algorithm = algorithm;
		this.#bytes = bytes;
		this.#hex = hex;
	}

	/** A digest in base 16, which is not looked at before its bytes are wanted. */
	static ofBase16(algorithm: HashAlgorithm, hex: string): Hash {
		return new Hash(algorithm, undefined, hex);
	}

	get bytes(): Uint8Array {
		this.#bytes ??= decodeBase16(this.#hex as string);
		return this.#bytes;
	}

	base16(): string {
		this.#hex ??= encodeBase16(this.bytes);
		return this.#hex;
	}

	nix32(): string {
		return encodeNixBase32(this.bytes);
	}

	base64(): string {
		return encodeBase64(this.bytes);
	}

	/** `sha256-<base64>`, as in lock files and `outputHash`. */
	sri(): string {
		return `${this.algorithm}-${this.base64()}`;
	}

	/** In one of the reference's formats, with `sha256:` before it where asked; `sri` always names its algorithm. */
	format(format: HashFormat, includeAlgorithm = false): string {
		if (format === "sri") return this.sri();
		return includeAlgorithm ? `${this.algorithm}:${this[format]()}` : this[format]();
	}

	/** `sha256:<nix32>`, as in the store's database and narinfo files. */
	toString(): string {
		return `${this.algorithm}:${this.nix32()}`;
	}

	equals(other: Hash): boolean {
		return this.algorithm === other.algorithm && this.base16() === other.base16();
	}
}

/** Hash bytes that are all at hand. */
export const hashBytes = (algorithm: HashAlgorithm, data: Uint8Array): Hash => {
	const hex = digestHex(algorithm, data);
	return hex === undefined ? new Hash(algorithm, digestBytes(algorithm, data)) : Hash.ofBase16(algorithm, hex);
};

/** Hash a byte string (one character a byte). */
export const hashString = (algorithm: HashAlgorithm, text: ByteString): Hash =>
	algorithm === "sha256" ? Hash.ofBase16("sha256", sha256Hex(text)) : hashBytes(algorithm, stringToBytes(text));

/** Hash bytes that come piece by piece. `digest` ends it. */
export const createHasher = (algorithm: HashAlgorithm): { update(data: Uint8Array): void; digest(): Hash } => {
	const digester: Digester = createDigester(algorithm);
	return { update: digester.update, digest: () => new Hash(algorithm, digester.digest()) };
};

/** Fold a digest to `size` bytes by exclusive or: how store paths come to 20 bytes. */
export const compressHash = (bytes: Uint8Array, size: number): Uint8Array => {
	const out = new Uint8Array(size);
	for (let i = 0; i < bytes.length; i++) out[i % size] ^= bytes[i];
	return out;
};

const decoders = { base16: decodeBase16, nix32: decodeNixBase32, base64: decodeBase64, sri: decodeBase64 };
const formatNames = { base16: "base16", nix32: "nix32", base64: "Base64", sri: "SRI" };

const decode = (text: string, algorithm: HashAlgorithm, format: HashFormat): Hash => {
	let bytes: Uint8Array;
	try {
		bytes = decoders[format](text);
	} catch {
		bytes = new Uint8Array(0); // the reference reports a bad character as a wrong length
	}
	const expected = sizes[algorithm];
	if (bytes.length !== expected) {
		const name = formatNames[format];
		throw new BadHashError(`invalid ${name} hash '${text}', length ${bytes.length} != expected length ${expected}`);
	}
	return new Hash(algorithm, bytes);
};

/** Which encoding a bare digest is in: its length tells. */
const formatFromLength = (text: string, algorithm: HashAlgorithm): "base16" | "nix32" | "base64" => {
	const size = sizes[algorithm];
	if (text.length === size * 2) return "base16";
	if (text.length === nixBase32Length(size)) return "nix32";
	if (text.length === Math.ceil(size / 3) * 4) return "base64";
	throw new BadHashError(`hash '${text}' has wrong length for hash algorithm '${algorithm}'`);
};

/** Parse a bare digest whose algorithm is known: base 16, nix32 or base 64 by its length. */
export const parseBareHash = (text: string, algorithm: HashAlgorithm): Hash =>
	decode(text, algorithm, formatFromLength(text, algorithm));

interface Split {
	readonly algorithm: HashAlgorithm | undefined;
	readonly rest: string;
	readonly sri: boolean;
}

const prefixEnd = (text: string): number => {
	const colon = text.indexOf(":");
	return colon >= 0 ? colon : text.indexOf("-");
};

/**
 * The name of the algorithm that a hash bears, known or not: `sha256` of `sha256:…` and of SRI. Undefined for a bare
 * digest.
 */
export const hashPrefixOf = (text: string): string | undefined => {
	const at = prefixEnd(text);
	return at < 0 ? undefined : text.slice(0, at);
};

const splitPrefix = (text: string): Split => {
	const at = prefixEnd(text);
	if (at < 0) return { algorithm: undefined, rest: text, sri: false };
	return { algorithm: parseHashAlgorithm(text.slice(0, at)), rest: text.slice(at + 1), sri: text[at] === "-" };
};

const finish = (split: Split, algorithm: HashAlgorithm): { hash: Hash; format: HashFormat } => {
	const format = split.sri ? "sri" : formatFromLength(split.rest, algorithm);
	return { hash: decode(split.rest, algorithm, format), format };
};

/** As {@link parseHash}, and tells which format it was. */
export const parseHashReturningFormat = (
	text: string,
	algorithm?: HashAlgorithm,
): { hash: Hash; format: HashFormat } => {
	const split = splitPrefix(text);
	const decided = split.algorithm ?? algorithm;
	if (decided === undefined) {
		throw new BadHashError(`hash '${text}' does not include a type, nor is the type otherwise known from context`);
	}
	if (algorithm !== undefined && decided !== algorithm) {
		throw new BadHashError(`hash '${text}' should have type '${algorithm}'`);
	}
	return finish(split, decided);
};

/**
 * Parse a hash in any of the reference's forms: `sha256:<base16, nix32 or base64>`, SRI `sha256-<base64>`, or bare
 * with the algorithm given. Throws {@link BadHashError} or {@link UnknownHashAlgorithmError}.
 *
 *     parseHash("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").nix32()
 */
export const parseHash = (text: string, algorithm?: HashAlgorithm): Hash =>
	parseHashReturningFormat(text, algorithm).hash;

/** Parse a hash that names its own algorithm, as `sha256:…` or SRI. */
export const parseHashAnyPrefixed = (text: string): Hash => {
	const split = splitPrefix(text);
	if (split.algorithm === undefined) throw new BadHashError(`hash '${text}' does not include a type`);
	return finish(split, split.algorithm).hash;
};

/** Parse `sha256-<base64>`. */
export const parseSri = (text: string): Hash => {
	const dash = text.indexOf("-");
	if (dash < 0) throw new BadHashError(`hash '${text}' is not SRI`);
	return decode(text.slice(dash + 1), parseHashAlgorithm(text.slice(0, dash)), "sri");
};
