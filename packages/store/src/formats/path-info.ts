import { FormatError } from "../errors";
import type { PathInfo } from "../stores/store";
import {
	type FixedOutputInfo,
	makeFixedOutputPath,
	parseContentAddress,
	renderContentAddress,
	StorePathComputationError,
} from "./content-address";
import { contentAddressFromJSON, contentAddressToJSON } from "./content-address-json";
import { parseSri } from "./hash";
import type { JsonValue } from "./json";
import {
	asArray,
	asBoolean,
	asObject,
	asString,
	asUnsigned,
	field,
	type JsonObject,
	optionalField,
} from "./json-fields";
import { normaliseSignature, type PublicKeys, type SecretKey, verifySignature } from "./signature";
import { defaultStoreDir, parseBaseName, parseStorePath, type StorePath } from "./store-path";

/** Information on a store path that is not well-formed. */
export class PathInfoError extends FormatError {
	constructor(message: string) {
		super("BAD_PATH_INFO", message);
	}
}

/**
 * What is signed of a store object: `1;<path>;<nar hash>;<nar size>;<references>`, paths whole and sorted. Throws
 * {@link PathInfoError} if the size is not known.
 */
export const pathInfoFingerprint = (
	info: Pick<PathInfo, "path" | "narHash" | "narSize" | "references">,
	storeDir: string = defaultStoreDir,
): string => {
	const path = info.path.toString(storeDir);
	if (info.narSize === 0) {
		throw new PathInfoError(`cannot calculate fingerprint of path '${path}' because its size is not known`);
	}
	const references = [...new Set(info.references.map((reference) => reference.toString(storeDir)))].sort();
	return `1;${path};${info.narHash.toString()};${info.narSize};${references.join(",")}`;
};

/** The same information with one more signature. */
export const signPathInfo = <T extends PathInfo>(info: T, key: SecretKey, storeDir: string = defaultStoreDir): T => ({
	...info,
	signatures: [...new Set([...info.signatures, key.sign(pathInfoFingerprint(info, storeDir))])].sort(),
});

/** How a content-addressed path is computed anew from its information. */
export const contentAddressInfo = (info: PathInfo): FixedOutputInfo | undefined => {
	if (info.contentAddress === undefined) return undefined;
	const references = info.references.filter((reference) => !reference.equals(info.path));
	return { ...info.contentAddress, references, self: references.length < info.references.length };
};

/** Is the path what its content address says? */
export const isContentAddressed = (info: PathInfo, storeDir: string = defaultStoreDir): boolean => {
	const parts = contentAddressInfo(info);
	if (parts === undefined) return false;
	try {
		return makeFixedOutputPath(info.path.name, parts, storeDir).equals(info.path);
	} catch (error) {
		if (error instanceof StorePathComputationError) return false;
		throw error;
	}
};

/** How many signatures are good; infinitely many if the path is content-addressed and so needs none. */
export const countGoodSignatures = (info: PathInfo, keys: PublicKeys, storeDir: string = defaultStoreDir): number => {
	if (isContentAddressed(info, storeDir)) return Number.POSITIVE_INFINITY;
	const fingerprint = pathInfoFingerprint(info, storeDir);
	return info.signatures.filter((signature) => verifySignature(fingerprint, signature, keys)).length;
};

/** Versions of the JSON form: whole paths and rendered content addresses (1), base names and objects (2). */
export type PathInfoJsonVersion = 1 | 2;

/** Version 1 or 2, or an error as the reference words it. */
export const parsePathInfoJsonVersion = (version: number): PathInfoJsonVersion => {
	if (version === 1 || version === 2) return version;
	throw new PathInfoError(`unsupported path info JSON format version ${version}; supported versions are 1 and 2`);
};

/**
 * What `nix path-info --json --json-format VERSION` has for a path. `impure` adds what does not follow from the
 * contents: deriver, registration time, signatures.
 */
export const pathInfoToJSON = (
	info: Omit<PathInfo, "path">,
	options: { readonly version: PathInfoJsonVersion; readonly impure?: boolean; readonly storeDir?: string },
): JsonObject => {
	const { version, impure = true, storeDir = defaultStoreDir } = options;
	const show = (path: StorePath): string => (version === 1 ? path.toString(storeDir) : path.baseName);
	const address = info.contentAddress;
	return {
		version,
		storeDir,
		narHash: info.narHash.sri(),
		narSize: info.narSize,
		references: info.references.map(show).sort(),
		ca: address === undefined ? null : version === 1 ? renderContentAddress(address) : contentAddressToJSON(address),
		...(impure
			? {
					deriver: info.deriver === undefined ? null : show(info.deriver),
					registrationTime: info.registrationTime === 0 ? null : info.registrationTime,
					ultimate: info.ultimate,
					signatures: [...info.signatures].sort(),
				}
			: {}),
	};
};

const nullable = (value: JsonValue | undefined): JsonValue | undefined => value ?? undefined;

/** Read what {@link pathInfoToJSON} gives; the path itself is not in it. Throws {@link PathInfoError} and others. */
export const pathInfoFromJSON = (json: JsonValue, storeDir: string = defaultStoreDir): Omit<PathInfo, "path"> => {
	const object = asObject(json);
	const versionField = optionalField(object, "version");
	const version = versionField === undefined ? 1 : parsePathInfoJsonVersion(asUnsigned(versionField));
	const parse = (value: JsonValue): StorePath =>
		version === 1 ? parseStorePath(asString(value), storeDir) : parseBaseName(asString(value));
	if (version === 2 && optionalField(object, "storeDir") === undefined) {
		throw new PathInfoError("'storeDir' field is required in path info JSON format version 2");
	}
	const address = nullable(field(object, "ca"));
	const deriver = nullable(optionalField(object, "deriver"));
	const registrationTime = nullable(optionalField(object, "registrationTime"));
	const ultimate = optionalField(object, "ultimate");
	const signatures = optionalField(object, "signatures");
	return {
		narHash: parseSri(asString(field(object, "narHash"))),
		narSize: asUnsigned(field(object, "narSize")),
		references: asArray(field(object, "references"))
			.map(parse)
			.sort((a, b) => (a.baseName < b.baseName ? -1 : 1)),
		...(deriver === undefined ? {} : { deriver: parse(deriver) }),
		signatures: signatures === undefined ? [] : asArray(signatures).map((text) => normaliseSignature(asString(text))),
		...(address === undefined
			? {}
			: {
					contentAddress: version === 1 ? parseContentAddress(asString(address)) : contentAddressFromJSON(address),
				}),
		registrationTime: registrationTime === undefined ? 0 : asUnsigned(registrationTime),
		ultimate: ultimate === undefined ? false : asBoolean(ultimate),
	};
};
