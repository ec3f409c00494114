import { FormatError } from "../errors";
import type { PathInfo } from "../stores/store";
import { parseContentAddress, renderContentAddress } from "./content-address";
import { BadHashError, type Hash, parseHashAnyPrefixed } from "./hash";
import type { JsonObject } from "./json-fields";
import { type PathInfoJsonVersion, pathInfoToJSON } from "./path-info";
import { normaliseSignature } from "./signature";
import { defaultStoreDir, parseBaseName, parseStorePath, StorePath } from "./store-path";

/** What a binary cache says of a store object: what the object is, and where its compressed NAR lies. */
export interface NarInfo extends PathInfo {
	/** Relative to the cache. */
	readonly url: string;
	/** `xz`, `zstd`, `none`, … */
	readonly compression: string;
	/** Of the compressed file. */
	readonly fileHash?: Hash;
	/** Of the compressed file, in bytes; 0 if not known. */
	readonly fileSize: number;
}

/** A narinfo file that is not well-formed. */
export class CorruptNarInfoError extends FormatError {
	constructor(whence: string, reason: string) {
		super("CORRUPT_NARINFO", `NAR info file '${whence}' is corrupt: ${reason}`);
	}
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Parse a narinfo file. `whence` is its name, for errors. Fields that are not known are passed over. Throws
 * {@link CorruptNarInfoError}, and the errors of paths, signatures and content addresses.
 */
export const parseNarInfo = (text: string, whence: string, storeDir: string = defaultStoreDir): NarInfo => {
	const info: Partial<Mutable<NarInfo>> = {};
	const references = new Map<string, StorePath>();
	const signatures = new Set<string>();
	let line = 1;
	const corrupt = (reason: string): CorruptNarInfoError =>
		new CorruptNarInfoError(whence, line > 0 ? `${reason} at line ${line}` : reason);
	const parseHashField = (value: string): Hash => {
		try {
			return parseHashAnyPrefixed(value);
		} catch (error) {
			if (error instanceof BadHashError) throw corrupt("bad hash");
			throw error;
		}
	};
	const parseSize = (value: string, name: string): number => {
		if (!/^\+?[0-9]+$/.test(value) || !Number.isSafeInteger(Number(value))) throw corrupt(`invalid ${name}`);
		return Number(value);
	};
	const set = (name: string, value: string): void => {
		switch (name) {
			case "StorePath":
				info.path = parseStorePath(value, storeDir);
				break;
			case "URL":
				info.url = value;
				break;
			case "Compression":
				info.compression = value;
				break;
			case "FileHash":
				info.fileHash = parseHashField(value);
				break;
			case "FileSize":
				info.fileSize = parseSize(value, name);
				break;
			case "NarHash":
				info.narHash = parseHashField(value);
				break;
			case "NarSize":
				info.narSize = parseSize(value, name);
				break;
			case "References":
				if (references.size > 0) throw corrupt("extra References");
				for (const reference of value.split(" ")) {
					if (reference !== "") references.set(reference, parseBaseName(reference));
				}
				break;
			case "Deriver":
				if (value !== "unknown-deriver") info.deriver = parseBaseName(value);
				break;
			case "Sig":
				signatures.add(normaliseSignature(value));
				break;
			case "CA":
				if (info.contentAddress !== undefined) throw corrupt("extra CA");
				if (value !== "") info.contentAddress = parseContentAddress(value);
				break;
		}
	};
	for (let at = 0; at < text.length; line++) {
		const colon = text.indexOf(":", at);
		if (colon < 0) throw corrupt("expecting ':'");
		const end = text.indexOf("\n", colon + 2);
		if (end < 0) throw corrupt("expecting '\\n'");
		set(text.slice(at, colon), text.slice(colon + 2, end));
		at = end + 1;
	}
	line = 0;
	if (info.path === undefined) throw corrupt("StorePath missing");
	if (info.narHash === undefined) throw corrupt("NarHash missing");
	if (!info.url) throw corrupt("URL missing");
	if (!info.narSize) throw corrupt("NarSize missing or zero");
	return {
		...info,
		path: info.path,
		narHash: info.narHash,
		narSize: info.narSize,
		url: info.url,
		compression: info.compression || "bzip2",
		fileSize: info.fileSize ?? 0,
		references: [...references.values()].sort(StorePath.compare),
		signatures: [...signatures].sort(),
		registrationTime: 0,
		ultimate: false,
	};
};

/** The text of a narinfo file. */
export const writeNarInfo = (info: NarInfo, storeDir: string = defaultStoreDir): string => {
	const references = [...info.references].sort(StorePath.compare).map((path) => path.baseName);
	const lines = [`StorePath: ${info.path.toString(storeDir)}`, `URL: ${info.url}`, `Compression: ${info.compression}`];
	if (info.fileHash !== undefined) lines.push(`FileHash: ${info.fileHash.toString()}`, `FileSize: ${info.fileSize}`);
	lines.push(`NarHash: ${info.narHash.toString()}`, `NarSize: ${info.narSize}`);
	lines.push(`References: ${references.join(" ")}`);
	if (info.deriver !== undefined) lines.push(`Deriver: ${info.deriver.baseName}`);
	for (const signature of [...info.signatures].sort()) lines.push(`Sig: ${signature}`);
	if (info.contentAddress !== undefined) lines.push(`CA: ${renderContentAddress(info.contentAddress)}`);
	return `${lines.join("\n")}\n`;
};

/** The JSON of a path in a binary cache: a path's, and where to download it. */
export const narInfoToJSON = (
	info: NarInfo,
	options: { readonly version: PathInfoJsonVersion; readonly impure?: boolean; readonly storeDir?: string },
): JsonObject => {
	const json = pathInfoToJSON(info, options);
	if (options.impure === false) return json;
	return {
		...json,
		...(info.url === "" ? {} : { url: info.url }),
		...(info.compression === "" ? {} : { compression: info.compression }),
		...(info.fileHash === undefined ? {} : { downloadHash: info.fileHash.sri() }),
		...(info.fileSize === 0 ? {} : { downloadSize: info.fileSize }),
	};
};
