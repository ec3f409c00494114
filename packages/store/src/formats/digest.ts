import { blake3 } from "@noble/hashes/blake3.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { type ByteString, stringToBytes } from "../byte-string";
import { encodeBase16 } from "./base16";

/** The hash algorithms that Nix knows. */
export type HashAlgorithm = "md5" | "sha1" | "sha256" | "sha512" | "blake3";

/** A digest under way. */
export interface Digester {
	update(data: Uint8Array): void;
	digest(): Uint8Array;
}

/** The part of `node:crypto` that is used where the runtime has it. */
interface NodeCrypto {
	createHash(algorithm: string): { update(data: Uint8Array): unknown; digest(): Uint8Array };
	/** One call for small inputs; from Node 20.12 on. */
	hash?(algorithm: string, data: Uint8Array | string, encoding: "hex"): string;
}

const runtime = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
let found: { readonly crypto: NodeCrypto | undefined } | undefined;

/** Looked for when it is first needed: it takes a while to load. */
const nodeCrypto = (): NodeCrypto | undefined => {
	found ??= { crypto: runtime.process?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined };
	return found.crypto;
};

const portable = (algorithm: HashAlgorithm) => ({ md5, sha1, sha256, sha512, blake3 })[algorithm];

/** Not a subclass of Uint8Array, whatever the runtime gives. */
const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Begin a digest: OpenSSL's where the runtime has `node:crypto`, JavaScript's elsewhere and for BLAKE3. */
export const createDigester = (algorithm: HashAlgorithm): Digester => {
	const crypto = nodeCrypto();
	if (crypto === undefined || algorithm === "blake3") {
		const hash = portable(algorithm).create();
		return { update: (data) => void hash.update(data), digest: () => hash.digest() };
	}
	const hash = crypto.createHash(algorithm);
	return { update: (data) => void hash.update(data), digest: () => plain(hash.digest()) };
};

/** The digest of bytes that are all at hand. */
export const digestBytes = (algorithm: HashAlgorithm, data: Uint8Array): Uint8Array => {
	const crypto = nodeCrypto();
	if (crypto === undefined || algorithm === "blake3") return portable(algorithm)(data);
	const hash = crypto.createHash(algorithm);
	hash.update(data);
	return plain(hash.digest());
};

/** The same in base 16, where the runtime has one call for it; undefined elsewhere. */
export const digestHex = (algorithm: HashAlgorithm, data: Uint8Array): string | undefined =>
	algorithm === "blake3" ? undefined : nodeCrypto()?.hash?.(algorithm, data, "hex");

const ascii = /^[\x00-\x7f]*$/;

const shortestWay = (): ((text: ByteString) => string) => {
	const oneShot = nodeCrypto()?.hash;
	return oneShot === undefined
		? (text) => encodeBase16(digestBytes("sha256", stringToBytes(text)))
		: (text) => oneShot("sha256", text.length < 512 && ascii.test(text) ? text : stringToBytes(text), "hex");
};

let sha256OfText: ((text: ByteString) => string) | undefined;

/**
 * SHA-256 of a byte string, in base 16. Evaluation calls this for every derivation and store path, so it takes the
 * shortest way the runtime has.
 */
export const sha256Hex = (text: ByteString): string => {
	sha256OfText ??= shortestWay();
	return sha256OfText(text);
};
