/**
 * A string with one character a byte (latin1): how Nix's strings, which are sequences of bytes, are held. ASCII is
 * itself; other text is encoded at the edge with {@link toBytes} and decoded with {@link fromBytes}.
 */
export type ByteString = string;

const ascii = /^[\x00-\x7f]*$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8");

/** The UTF-8 bytes of a JavaScript string, as a byte string. `toBytes("é")` is `"\xc3\xa9"`. */
export const toBytes = (text: string): ByteString => (ascii.test(text) ? text : bytesToString(encoder.encode(text)));

/** The text of a byte string that holds UTF-8; malformed sequences become U+FFFD. */
export const fromBytes = (bytes: ByteString): string =>
	ascii.test(bytes) ? bytes : decoder.decode(stringToBytes(bytes));

/** The bytes of a byte string. */
export const stringToBytes = (bytes: ByteString): Uint8Array =>
	typeof Buffer === "undefined" ? Uint8Array.from(bytes, (c) => c.charCodeAt(0)) : Buffer.from(bytes, "latin1");

/** Bytes as a byte string. */
export const bytesToString = (bytes: Uint8Array): ByteString => {
	if (typeof Buffer !== "undefined") return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
	let out = "";
	for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
	return out;
};
