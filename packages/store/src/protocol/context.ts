import type { WireReader } from "./wire-reader";
import type { WireWriter } from "./wire-writer";

/** A version of a protocol in one number, as both sides exchange it: `version(1, 38)`. */
export const version = (major: number, minor: number): number => major * 256 + minor;

/** `1.38`. */
export const showVersion = (number: number): string => `${number >> 8}.${number & 255}`;

/** What the shape of messages depends on: the version both sides agreed on, and the prefix of store paths. */
export interface Dialect {
	readonly version: number;
	readonly storeDir: string;
}

/** Where messages are read from. */
export interface Incoming extends Dialect {
	readonly from: WireReader;
}

/** Where messages are written to. */
export interface Outgoing extends Dialect {
	readonly to: WireWriter;
}
