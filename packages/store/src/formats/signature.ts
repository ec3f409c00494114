import { ed25519 } from "@noble/curves/ed25519.js";
import { type ByteString, stringToBytes } from "../byte-string";
import { FormatError, traced } from "../errors";
import { decodeBase64, encodeBase64 } from "./base64";

/** A key or signature that is not well-formed. */
export class SignatureError extends FormatError {
	constructor(message: string) {
		super("BAD_SIGNATURE", message);
	}
}

/** Some named bytes, as `name:base64`: how keys and signatures are written. */
interface Named {
	readonly keyName: string;
	readonly bytes: Uint8Array;
}

const parseNamed = (text: string, what: string): Named => {
	const colon = text.indexOf(":");
	if (colon <= 0) throw new SignatureError(`${what} is corrupt`);
	const bytes = decodeBase64(text.slice(colon + 1));
	if (bytes.length === 0) throw new SignatureError(`${what} is corrupt`);
	return { keyName: text.slice(0, colon), bytes };
};

const render = ({ keyName, bytes }: Named): string => `${keyName}:${encodeBase64(bytes)}`;

/** An Ed25519 public key and its name, as in `trusted-public-keys`. */
export class PublicKey {
	constructor(
		readonly keyName: string,
		readonly bytes: Uint8Array,
	) {
		if (bytes.length !== 32) throw new SignatureError("public key is not valid");
	}

	/** Parse `name:base64`. Throws {@link SignatureError}. */
	static parse(text: string): PublicKey {
		// The reference tells a name that it does not know yet.
		const doing = `while decoding key named '' with raw value '${text}'`;
		const { keyName, bytes } = traced(doing, () => parseNamed(text, "key"));
		return new PublicKey(keyName, bytes);
	}

	toString(): string {
		return render(this);
	}
}

/** An Ed25519 secret key and its name: 64 bytes, the seed and the public key. */
export class SecretKey {
	constructor(
		readonly keyName: string,
		readonly bytes: Uint8Array,
	) {
		if (bytes.length !== 64) throw new SignatureError("secret key is not valid");
	}

	/** Parse `name:base64`, the contents of a secret key file. Throws {@link SignatureError}. */
	static parse(text: string): SecretKey {
		const { keyName, bytes } = traced("while decoding key named ''", () => parseNamed(text, "key"));
		return new SecretKey(keyName, bytes);
	}

	/** A key out of 32 random bytes, which the caller brings: `nix key generate-secret`. */
	static fromSeed(keyName: string, seed: Uint8Array): SecretKey {
		const bytes = new Uint8Array(64);
		bytes.set(seed);
		bytes.set(ed25519.getPublicKey(seed), 32);
		return new SecretKey(keyName, bytes);
	}

	publicKey(): PublicKey {
		return new PublicKey(this.keyName, this.bytes.slice(32));
	}

	/** Sign a byte string: `name:base64`, as narinfo files have it. */
	sign(data: ByteString): string {
		return render({ keyName: this.keyName, bytes: ed25519.sign(plain(data), this.bytes.slice(0, 32)) });
	}

	toString(): string {
		return render(this);
	}
}

/** The library takes no subclass of Uint8Array. */
const plain = (data: ByteString): Uint8Array => Uint8Array.from(stringToBytes(data));

/** Public keys by their names. */
export type PublicKeys = ReadonlyMap<string, PublicKey>;

/** Parse a list of public keys; of two with one name the last counts. */
export const publicKeys = (texts: Iterable<string>): Map<string, PublicKey> => {
	const keys = new Map<string, PublicKey>();
	for (const text of texts) {
		const key = PublicKey.parse(text);
		keys.set(key.keyName, key);
	}
	return keys;
};

/** Check that a signature is well-formed, and write it as the reference would. Throws {@link SignatureError}. */
export const normaliseSignature = (text: string): string => render(parseNamed(text, "signature"));

/**
 * Is `signature` (`name:base64`) that of `data` by one of these keys? False where the key is not known. Throws
 * {@link SignatureError} for what is no signature at all.
 */
export const verifySignature = (data: ByteString, signature: string, keys: PublicKeys): boolean => {
	const { keyName, bytes } = parseNamed(signature, "signature");
	const key = keys.get(keyName);
	if (key === undefined) return false;
	if (bytes.length !== 64) throw new SignatureError("signature is not valid");
	try {
		return ed25519.verify(bytes, plain(data), Uint8Array.from(key.bytes), { zip215: false });
	} catch {
		return false; // a public key that is no point of the curve
	}
};
