import { FormatError } from "../errors";
import { decodeBase16 } from "./base16";
import {
	compressHash,
	type Hash,
	type HashAlgorithm,
	hashString,
	parseBareHash,
	parseHashAlgorithm,
	sha256Hex,
} from "./hash";
import { defaultStoreDir, StorePath } from "./store-path";

/**
 * How files become the bytes that are hashed: a single file's contents (`flat`), a NAR, git's blobs and trees, or a
 * text file whose references count too (`text`).
 */
export type FileIngestionMethod = "flat" | "nar" | "text" | "git";

/** What a content-addressed store object's path is computed from, apart from name and references. */
export interface ContentAddress {
	readonly method: FileIngestionMethod;
	readonly hash: Hash;
}

/** A store path that cannot be computed because the parts do not go together. */
export class StorePathComputationError extends FormatError {
	constructor(message: string) {
		super("BAD_CONTENT_ADDRESS", message);
	}
}

const badContentAddress = (message: string): FormatError => new FormatError("BAD_CONTENT_ADDRESS", message);

/** The method of that name, as JSON forms and `outputHashMode` have it. */
export const parseIngestionMethod = (name: string): FileIngestionMethod => {
	if (name === "flat" || name === "nar" || name === "text" || name === "git") return name;
	throw badContentAddress(`Unknown file ingestion method '${name}', expect \`flat\`, \`nar\`, or \`git\``);
};

/** What stands before the algorithm in .drv files: nothing, `r:`, `text:` or `git:`. */
export const methodPrefix = (method: FileIngestionMethod): "" | "r:" | "text:" | "git:" =>
	method === "nar" ? "r:" : method === "flat" ? "" : method === "text" ? "text:" : "git:";

/** Take `r:sha256` apart, as .drv files have it. */
export const parseMethodAlgorithm = (text: string): { method: FileIngestionMethod; algorithm: HashAlgorithm } => {
	if (text.startsWith("r:")) return { method: "nar", algorithm: parseHashAlgorithm(text.slice(2)) };
	if (text.startsWith("git:")) return { method: "git", algorithm: parseHashAlgorithm(text.slice(4)) };
	if (text.startsWith("text:")) return { method: "text", algorithm: parseHashAlgorithm(text.slice(5)) };
	return { method: "flat", algorithm: parseHashAlgorithm(text) };
};

/** `fixed:r:sha256`, `text:sha256`, … : a content address without its digest, as daemons are told it. */
export const renderMethodWithAlgorithm = (method: FileIngestionMethod, algorithm: HashAlgorithm): string =>
	method === "text" ? `text:${algorithm}` : `fixed:${methodPrefix(method)}${algorithm}`;

/** `fixed:r:sha256:<nix32>`, `fixed:sha1:…`, `fixed:git:sha1:…`, `text:sha256:…`. */
export const renderContentAddress = (address: ContentAddress): string =>
	`${renderMethodWithAlgorithm(address.method, address.hash.algorithm)}:${address.hash.nix32()}`;

const splitContentAddress = (text: string): { method: FileIngestionMethod; algorithm: HashAlgorithm; rest: string } => {
	const colon = text.indexOf(":");
	if (colon < 0) {
		throw badContentAddress(`not a content address because it is not in the form '<prefix>:<rest>': ${text}`);
	}
	const prefix = text.slice(0, colon);
	let rest = text.slice(colon + 1);
	let method: FileIngestionMethod;
	if (prefix === "text") method = "text";
	else if (prefix === "fixed") {
		method = rest.startsWith("r:") ? "nar" : rest.startsWith("git:") ? "git" : "flat";
		rest = rest.slice(methodPrefix(method).length);
	} else {
		throw badContentAddress(
			`content address prefix '${prefix}' is unrecognized. Recogonized prefixes are 'text' or 'fixed'`,
		);
	}
	const second = rest.indexOf(":");
	if (second < 0) {
		throw badContentAddress(`content address hash must be in form '<algo>:<hash>', but found: ${text}`);
	}
	return { method, algorithm: parseHashAlgorithm(rest.slice(0, second)), rest: rest.slice(second + 1) };
};

/** Parse what {@link renderContentAddress} writes. Throws a {@link FormatError}. */
export const parseContentAddress = (text: string): ContentAddress => {
	const { method, algorithm, rest } = splitContentAddress(text);
	return { method, hash: parseBareHash(rest, algorithm) };
};

/** Parse what {@link renderMethodWithAlgorithm} writes. */
export const parseMethodWithAlgorithm = (text: string): { method: FileIngestionMethod; algorithm: HashAlgorithm } => {
	const { method, algorithm } = splitContentAddress(`${text}:`);
	return { method, algorithm };
};

/**
 * The store path of a fingerprint's parts, by the manual's "Store path calculation". `digest` is `sha256:<base16>`.
 */
const pathOfFingerprint = (type: string, digest: string, name: string, storeDir: string): StorePath => {
	const hex = sha256Hex(`${type}:${digest}:${storeDir}:${name}`);
	return StorePath.fromHash(compressHash(decodeBase16(hex), 20), name);
};

/** The store path of `type`, inner digest and name, by the manual's "Store path calculation". */
export const makeStorePath = (type: string, hash: Hash, name: string, storeDir: string = defaultStoreDir): StorePath =>
	pathOfFingerprint(type, `${hash.algorithm}:${hash.base16()}`, name, storeDir);

/** References join the type, sorted, and `self` last. */
const withReferences = (
	type: string,
	references: readonly StorePath[] | undefined,
	self: boolean,
	storeDir: string,
): string => {
	let out = type;
	if (references !== undefined && references.length > 0) {
		const sorted = references.length > 1 ? [...references].sort(StorePath.compare) : references;
		let previous = "";
		for (const reference of sorted) {
			if (reference.baseName !== previous) out += `:${storeDir}/${reference.baseName}`;
			previous = reference.baseName;
		}
	}
	return self ? `${out}:self` : out;
};

/** The path of a text file (`builtins.toFile`, .drv files). `hash` is the SHA-256 of its contents. */
export const makeTextPath = (
	name: string,
	hash: Hash,
	references: readonly StorePath[] = [],
	storeDir: string = defaultStoreDir,
): StorePath => makeStorePath(withReferences("text", references, false, storeDir), hash, name, storeDir);

/** What a content-addressed path is computed from. */
export interface FixedOutputInfo {
	readonly method: FileIngestionMethod;
	readonly hash: Hash;
	/** Without the path itself. */
	readonly references?: readonly StorePath[];
	/** Does the object refer to itself? */
	readonly self?: boolean;
}

/**
 * The path of a content-addressed store object. Only SHA-256 NARs and texts may have references. Throws
 * {@link StorePathComputationError} where the parts do not go together.
 *
 *     makeFixedOutputPath("source", { method: "nar", hash: narHash(accessor).hash })
 */
export const makeFixedOutputPath = (
	name: string,
	info: FixedOutputInfo,
	storeDir: string = defaultStoreDir,
): StorePath => {
	const { method, hash, references, self = false } = info;
	if (method === "text") {
		if (self) throw new StorePathComputationError("self-reference not allowed with text hashing");
		return makeTextPath(name, hash, references, storeDir);
	}
	if (method === "git" && hash.algorithm !== "sha1" && hash.algorithm !== "sha256") {
		throw new StorePathComputationError(
			`Git file ingestion must use SHA-1 or SHA-256 hash, but instead using: ${hash.algorithm}`,
		);
	}
	if (method === "nar" && hash.algorithm === "sha256") {
		return makeStorePath(withReferences("source", references, self, storeDir), hash, name, storeDir);
	}
	if (self || (references !== undefined && references.length > 0)) {
		throw new StorePathComputationError(
			`fixed output derivation '${name}' is not allowed to refer to other store paths.\nYou may need to use the 'unsafeDiscardReferences' derivation attribute, see the manual for more details.`,
		);
	}
	const inner = sha256Hex(`fixed:out:${methodPrefix(method)}${hash.algorithm}:${hash.base16()}:`);
	return pathOfFingerprint("output:out", `sha256:${inner}`, name, storeDir);
};

/** The name in an output's path: the derivation's own for `out`, else `<name>-<output>`. */
export const outputPathName = (derivationName: string, outputName: string): string =>
	outputName === "out" ? derivationName : `${derivationName}-${outputName}`;

/** The path of an input-addressed output. `drvHash` is the derivation's hash modulo fixed outputs. */
export const makeOutputPath = (
	outputName: string,
	drvHash: Hash,
	name: string,
	storeDir: string = defaultStoreDir,
): StorePath => makeStorePath(`output:${outputName}`, drvHash, outputPathName(name, outputName), storeDir);

/** The path of an empty-referenced text, straight from its contents. */
export const textPathOf = (
	name: string,
	contents: string,
	references: readonly StorePath[] = [],
	storeDir: string = defaultStoreDir,
): StorePath => makeTextPath(name, hashString("sha256", contents), references, storeDir);
