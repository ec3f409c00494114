import {
	BadHashError,
	FormatError,
	type Hash,
	makeFixedOutputPath,
	parseHash,
	parseHashAnyPrefixed,
	parseSri,
	type StorePath,
	Hash as HashValue,
} from "@tsnix/store";
import {
	type Attrs,
	attrNames,
	attrsToJSON,
	type Attr,
	getStrAttr,
	maybeGetBoolAttr,
	maybeGetIntAttr,
	maybeGetStrAttr,
	withoutAttrs,
} from "./attrs";
import { FetchError, LockMismatchError } from "./errors";
import type { InputScheme } from "./schemes/scheme";
import { inputSchemes } from "./schemes/schemes";
import { defaultFetchSettings, type FetchSettings, requireFeature } from "./settings";
import { type ParsedURL, parseURL, parseUrlScheme, urlToString } from "./url";

/**
 * Where a tree comes from: a scheme and its attributes, as in a lock file. Immutable. An input of a type that
 * nobody knows has no scheme; it can be carried and written but not fetched.
 */
export interface Input {
	readonly scheme: InputScheme | undefined;
	readonly attrs: Attrs;
}

/** How inputs are understood. */
export interface InputOptions {
	readonly settings?: FetchSettings;
	/** `false` also takes `https://…/file` as a plain file; by default such a URL is a tarball. */
	readonly requireTree?: boolean;
	readonly warn?: (message: string) => void;
}

const checkCommon = (input: Input): Input => {
	inputType(input);
	inputRef(input);
	inputRevCount(input);
	inputLastModified(input);
	return input;
};

const contextOf = (options: InputOptions) => ({
	settings: options.settings ?? defaultFetchSettings,
	requireTree: options.requireTree ?? true,
	warn: options.warn ?? (() => {}),
});

/**
 * The input that a URL names. Throws BadURL or FetchError as the reference words them.
 *
 *     inputFromURL("github:NixOS/nixpkgs/nixos-unstable").attrs
 *     // { type: "github", owner: "NixOS", repo: "nixpkgs", ref: "nixos-unstable" }
 */
export const inputFromURL = (url: string | ParsedURL, options: InputOptions = {}): Input => {
	const context = contextOf(options);
	const parsed = typeof url === "string" ? parseURL(url, { warn: context.warn }) : url;
	for (const scheme of inputSchemes().values()) {
		const attrs = scheme.fromURL(parsed, context);
		if (attrs === undefined) continue;
		requireFeature(context.settings, scheme.experimentalFeature);
		return checkCommon({ scheme, attrs });
	}
	const { application, transport } = parseUrlScheme(parsed.scheme);
	const shown = urlToString(parsed);
	if (application === "file" && transport === "git")
		throw new FetchError(
			"UNSUPPORTED_INPUT",
			`input '${shown}' is unsupported; did you mean 'git+file' instead of 'file+git'?`,
		);
	throw new FetchError("UNSUPPORTED_INPUT", `input '${shown}' is unsupported`);
};

/** The input that attributes describe. Throws where a known scheme does not take them. */
export const inputFromAttrs = (attrs: Attrs, options: InputOptions = {}): Input => {
	const context = contextOf(options);
	const type = maybeGetStrAttr(attrs, "type");
	if (type === undefined)
		throw new FetchError("INPUT_ATTR", "'type' attribute to specify input scheme is required but not provided");
	const scheme = inputSchemes().get(type);
	if (scheme === undefined) return checkCommon({ scheme: undefined, attrs });
	requireFeature(context.settings, scheme.experimentalFeature);
	for (const name of attrNames(attrs))
		if (name !== "type" && name !== "__final" && !scheme.allowedAttrs.has(name))
			throw new FetchError("INPUT_ATTR", `input attribute '${name}' not supported by scheme '${type}'`);
	return checkCommon({ scheme, attrs: scheme.fromAttrs(attrs, context) });
};

/** The attributes of an input: what a lock file holds. */
export const inputToAttrs = (input: Input): Attrs => input.attrs;

/** An input as a URL in parts. Throws for inputs without a scheme. */
export const inputToParsedURL = (input: Input): ParsedURL => {
	if (input.scheme === undefined)
		throw new FetchError("UNSUPPORTED_INPUT", `cannot show unsupported input '${attrsToJSON(input.attrs)}'`);
	return input.scheme.toURL(input);
};

/** An input as a URL. `extraQuery` adds parameters that are not there yet (a flake's `dir`). */
export const inputToURL = (input: Input, extraQuery: ReadonlyMap<string, string> = new Map()): string => {
	const url = inputToParsedURL(input);
	return urlToString({ ...url, query: new Map([...extraQuery, ...url.query]) });
};

/** The scheme's name as the input gives it. */
export const inputType = (input: Input): string => getStrAttr(input.attrs, "type");
/** The name of the tree's store path: `source` unless told. */
export const inputName = (input: Input): string => maybeGetStrAttr(input.attrs, "name") ?? "source";
/** The branch or tag. */
export const inputRef = (input: Input): string | undefined => maybeGetStrAttr(input.attrs, "ref");
export const inputRevCount = (input: Input): number | bigint | undefined => maybeGetIntAttr(input.attrs, "revCount");
/** Seconds since 1970, or before it: attributes have no sign, times do. */
export const inputLastModified = (input: Input): number | undefined => {
	const seconds = maybeGetIntAttr(input.attrs, "lastModified");
	return typeof seconds === "bigint" ? Number(BigInt.asIntN(64, seconds)) : seconds;
};

/** The revision. Throws BadHashError where it is not one. */
export const inputRev = (input: Input): Hash | undefined => {
	const text = maybeGetStrAttr(input.attrs, "rev");
	if (text === undefined) return undefined;
	try {
		return parseHashAnyPrefixed(text);
	} catch (error) {
		if (!(error instanceof BadHashError)) throw error;
		return parseHash(text, "sha1");
	}
};

/** The SHA-256 of the tree's NAR; an empty one is the hash of zeros, as in the reference. */
export const inputNarHash = (input: Input): Hash | undefined => {
	const text = maybeGetStrAttr(input.attrs, "narHash");
	if (text === undefined) return undefined;
	const hash = text === "" ? new HashValue("sha256", new Uint8Array(32)) : parseSri(text);
	if (hash.algorithm !== "sha256") throw new FormatError("NAR_HASH", "narHash must use SHA-256");
	return hash;
};

/** Whether an input names a tree, rather than an entry of a registry. */
export const isDirect = (input: Input): boolean => input.scheme?.isDirect?.(input) ?? true;

/** Whether an input says exactly which tree it is. */
export const isLocked = (input: Input, settings: FetchSettings = defaultFetchSettings): boolean =>
	input.scheme?.isLocked(input, settings) ?? false;

/** Whether all the input's attributes are known, so that fetching it adds none. */
export const isFinal = (input: Input): boolean => maybeGetBoolAttr(input.attrs, "__final") ?? false;

/** Whether an input may stand in a lock file: it is locked, or dirty ones are allowed and it has a NAR hash. */
export const isConsideredLocked = (input: Input, settings: FetchSettings = defaultFetchSettings): boolean =>
	isLocked(input, settings) || (settings.allowDirtyLocks && inputNarHash(input) !== undefined);

/** The path of a `path` input that is relative to the flake naming it; undefined for all other inputs. */
export const relativePath = (input: Input): string | undefined => input.scheme?.relativePath?.(input);

/** Whether an input is relative to the flake that names it. */
export const isRelative = (input: Input): boolean => relativePath(input) !== undefined;

/** Where the input's files can be edited on the file system: a path, or the worktree of a local repository. */
export const inputSourcePath = (input: Input): string | undefined => input.scheme?.sourcePath?.(input);

/** Whether two inputs are the same: all attributes are. */
export const inputsEqual = (a: Input, b: Input): boolean => attrsToJSON(a.attrs) === attrsToJSON(b.attrs);

/** Whether an input covers another one: it is the same, or it is without the other's `ref` and `rev`. */
export const inputContains = (input: Input, other: Input): boolean =>
	inputsEqual(input, other) ||
	inputsEqual(input, { scheme: other.scheme, attrs: withoutAttrs(other.attrs, "ref", "rev") });

/** The same input with another branch or revision. Throws for schemes that have none. */
export const applyOverrides = (input: Input, ref: string | undefined, rev: Hash | undefined): Input => {
	const { scheme } = input;
	if (scheme === undefined) return input;
	if (scheme.applyOverrides !== undefined) return { scheme, attrs: scheme.applyOverrides(input, ref, rev) };
	if (ref !== undefined)
		throw new FetchError(
			"NO_OVERRIDE",
			`don't know how to set branch/tag name of input '${inputToURL(input)}' to '${ref}'`,
		);
	if (rev !== undefined)
		throw new FetchError(
			"NO_OVERRIDE",
			`don't know how to set revision of input '${inputToURL(input)}' to '${rev.base16()}'`,
		);
	return input;
};

/** The store path of an input's tree, by its NAR hash alone. Throws where it has none. */
export const inputStorePath = (input: Input, storeDir?: string): StorePath => {
	const hash = inputNarHash(input);
	if (hash === undefined)
		throw new FetchError("UNLOCKED_INPUT", `cannot compute store path for unlocked input '${inputToURL(input)}'`);
	return makeFixedOutputPath(inputName(input), { method: "nar", hash }, storeDir);
};

/** The same input with an attribute more, or another value of it. */
export const withAttr = (input: Input, name: string, value: Attr): Input => ({
	scheme: input.scheme,
	attrs: { ...input.attrs, [name]: value },
});

const normaliseNarHash = (input: Input): Input => {
	const hash = inputNarHash(input);
	return hash === undefined ? input : withAttr(input, "narHash", hash.sri());
};

/**
 * Compare what was asked for with what came. Gives the input to go on with: `result`, or for a final input what was
 * asked for. Throws {@link LockMismatchError} where they differ (exit status 102 for NAR hashes).
 */
export const checkLocks = (specified: Input, result: Input): Input => {
	if (isFinal(specified)) {
		const asked = normaliseNarHash(specified);
		const got = normaliseNarHash(result);
		for (const name of attrNames(asked.attrs))
			if (Object.hasOwn(got.attrs, name) && got.attrs[name] !== asked.attrs[name])
				throw new LockMismatchError(
					`mismatch in field '${name}' of input '${attrsToJSON(asked.attrs)}', got '${attrsToJSON(got.attrs)}'`,
				);
		return { scheme: result.scheme, attrs: asked.attrs };
	}
	const narHash = inputNarHash(specified);
	if (narHash !== undefined) {
		const got = inputNarHash(result);
		if (got === undefined || !got.equals(narHash))
			throw new LockMismatchError(
				`NAR hash mismatch in input '${inputToURL(specified)}', expected '${narHash.sri()}' but got ${
					got === undefined ? "none" : `'${got.sri()}'`
				}`,
				102,
			);
	}
	// As in the reference, which takes 0 for a time like any other.
	const lastModified = inputLastModified(specified);
	if (lastModified !== undefined && inputLastModified(result) !== lastModified)
		throw new LockMismatchError(
			`'lastModified' attribute mismatch in input '${inputToURL(result)}', expected ${lastModified}, got ${
				inputLastModified(result) ?? -1
			}`,
		);
	const rev = inputRev(specified);
	if (rev !== undefined && !inputRev(result)?.equals(rev))
		throw new LockMismatchError(`'rev' attribute mismatch in input '${inputToURL(result)}', expected ${rev.base16()}`);
	const revCount = inputRevCount(specified);
	if (revCount !== undefined && inputRevCount(result) !== revCount)
		throw new LockMismatchError(`'revCount' attribute mismatch in input '${inputToURL(result)}', expected ${revCount}`);
	return result;
};
