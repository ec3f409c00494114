import {
	type Attrs,
	BadURL,
	decodeQuery,
	type FetchSettings,
	type Input,
	inputFromAttrs,
	inputFromURL,
	inputsEqual,
	inputToAttrs,
	inputToURL,
	maybeGetStrAttr,
	type ParsedURL,
	parseURL,
	percentDecode,
	urlPathToPath,
	urlToString,
	withAttr,
	withoutAttrs,
} from "@tsnix/fetchers";
import { type OutputsSpec, parseExtendedOutputsSpec } from "@tsnix/store";
import { BadFlakeRefError, FlakeError } from "./errors";
import { absolutePath, type FlakeFs, findFlake } from "./find-flake";

/** Where a flake is found: an input, and the folder in its tree that holds `flake.nix` (`""` for the root). */
export interface FlakeRef {
	readonly input: Input;
	/** Relative, without leading or trailing slash. */
	readonly subdir: string;
}

export interface ParseFlakeRefOptions {
	/** The folder that relative paths start from. Without it only absolute paths are taken. */
	readonly baseDir?: string;
	/** Whether a folder without `flake.nix` is taken as it is, instead of searching the folders above it. */
	readonly allowMissing?: boolean;
	/** False for references to any tree. */
	readonly isFlake?: boolean;
	/** Whether `./x` and `../x` stay relative to whatever names them, as in the inputs of a flake. */
	readonly preserveRelativePaths?: boolean;
	/** Where path-like references are looked up. Needed with `baseDir`. */
	readonly fs?: FlakeFs;
	readonly settings?: FetchSettings;
	readonly warn?: (message: string) => void;
	/** Told what is being tried. */
	readonly notice?: (message: string) => void;
}

export interface FlakeRefWithFragment {
	readonly ref: FlakeRef;
	/** What follows `#`, percent-decoded; empty where nothing does. */
	readonly fragment: string;
}

const subDelims = "!$&'\"()*+,;=";
const pchar = `(?:[a-zA-Z0-9\\-._~]|%[0-9a-fA-F]{2}|[${subDelims}]|[:@])`;
const refAndOrRev = "(?:[0-9a-fA-F]{40}|[a-zA-Z0-9@][a-zA-Z0-9_./@+-]*)";
const flakeIdRef = new RegExp(`^([a-zA-Z][a-zA-Z0-9_-]*(?:/${refAndOrRev})?)(?:#((?:${pchar}|[/? "^])*))?$`);
const pathRef = /^([^?#]*)(?:\?([^#]*))?(?:#([^\n\r]*))?$/;

const fromParsedURL = (url: ParsedURL, options: ParseFlakeRefOptions): FlakeRefWithFragment => {
	const query = new Map(url.query);
	const subdir = query.get("dir") ?? "";
	query.delete("dir");
	const input = inputFromURL({ ...url, query, fragment: "" }, inputOptions(options));
	return { ref: { input, subdir }, fragment: url.fragment };
};

const inputOptions = (options: ParseFlakeRefOptions) => ({
	settings: options.settings,
	warn: options.warn,
	requireTree: options.isFlake ?? true,
});

/** `nixpkgs`, `nixpkgs/nixos-24.05`, `nixpkgs/<rev>`. */
const parseIdRef = (text: string, options: ParseFlakeRefOptions): FlakeRefWithFragment | undefined => {
	const match = flakeIdRef.exec(text);
	if (match === null) return undefined;
	const url = { scheme: "flake", path: match[1].split("/"), query: new Map<string, string>(), fragment: "" };
	return {
		ref: { input: inputFromURL(url, inputOptions(options)), subdir: "" },
		fragment: percentDecode(match[2] ?? ""),
	};
};

const parseUrlRef = (text: string, options: ParseFlakeRefOptions): FlakeRefWithFragment | undefined => {
	try {
		let url = parseURL(text, { lenient: true, warn: options.warn });
		if (options.baseDir !== undefined && (url.scheme === "path" || url.scheme === "git+file")) {
			const path = urlPathToPath(url.path);
			if (!path.startsWith("/")) url = { ...url, path: absolutePath(path, options.baseDir).split("/") };
		}
		return fromParsedURL(url, options);
	} catch (error) {
		if (error instanceof BadURL) return undefined;
		throw error;
	}
};

const parsePathRef = (text: string, options: ParseFlakeRefOptions): FlakeRefWithFragment => {
	const match = pathRef.exec(text);
	if (match === null) throw new FlakeError("BAD_FLAKE_REF", `invalid flakeref '${text}'`);
	let path = match[1];
	const query = decodeQuery(match[2] ?? "", { lenient: true, warn: options.warn });
	const fragment = percentDecode(match[3] ?? "");
	if (options.baseDir !== undefined) {
		const { fs, baseDir, isFlake = true, allowMissing = false, warn, notice } = options;
		if (fs === undefined) throw new FlakeError("NO_FILES", `cannot look for flake '${text}': no file system was given`);
		const found = findFlake(path, { fs, baseDir, isFlake, allowMissing, warn, notice });
		path = found.path;
		if (found.repository !== undefined) {
			const { root, subdir, shallow } = found.repository;
			if (subdir !== "") {
				if (query.has("dir"))
					throw new FlakeError("BAD_FLAKE_REF", `flake URL '${text}' has an inconsistent 'dir' parameter`);
				query.set("dir", subdir);
			}
			if (shallow) query.set("shallow", "1");
			const url = { scheme: "git+file", authority: noHost, path: root.split("/"), query, fragment };
			return fromParsedURL(url, options);
		}
	} else if (options.preserveRelativePaths !== true && !path.startsWith("/"))
		throw new BadFlakeRefError(`flake reference '${text}' is not an absolute path`);
	const authority = path.startsWith("/") ? { authority: noHost } : {};
	return fromParsedURL({ scheme: "path", ...authority, path: path.split("/"), query, fragment }, options);
};

const noHost = { hostType: "name", host: "" } as const;

/**
 * Parse a flake reference that may end in `#fragment`: an entry of a registry (`nixpkgs/nixos-24.05`), a URL, or a
 * path. The manual describes them under `nix flake`, "Flake references".
 *
 * @throws {FlakeError} and errors of the fetchers, worded as the reference words them
 */
export const parseFlakeRefWithFragment = (text: string, options: ParseFlakeRefOptions = {}): FlakeRefWithFragment =>
	parseIdRef(text, options) ?? parseUrlRef(text, options) ?? parsePathRef(text, options);

/**
 * Parse a flake reference.
 *
 *     parseFlakeRef("github:NixOS/nixpkgs/23.05?dir=lib")
 *     // { input: { scheme: …, attrs: { type: "github", owner: "NixOS", repo: "nixpkgs", ref: "23.05" } }, subdir: "lib" }
 *
 * @throws {FlakeError} and errors of the fetchers, worded as the reference words them
 */
export const parseFlakeRef = (text: string, options: ParseFlakeRefOptions = {}): FlakeRef => {
	const { ref, fragment } = parseFlakeRefWithFragment(text, options);
	if (fragment !== "")
		throw new FlakeError("BAD_FLAKE_REF", `unexpected fragment '${fragment}' in flake reference '${text}'`);
	return ref;
};

/** Parse an installable: a flake reference, a fragment, and `^outputs`. */
export const parseInstallable = (
	text: string,
	options: ParseFlakeRefOptions = {},
): FlakeRefWithFragment & { readonly outputs: OutputsSpec | undefined } => {
	const { prefix, outputs } = parseExtendedOutputsSpec(text);
	return { ...parseFlakeRefWithFragment(prefix, options), outputs };
};

/** The reference that attributes describe, as in a lock file or `inputs.x = { type = …; }`. */
export const flakeRefFromAttrs = (attrs: Attrs, options: ParseFlakeRefOptions = {}): FlakeRef => ({
	input: inputFromAttrs(withoutAttrs(attrs, "dir"), { settings: options.settings, warn: options.warn }),
	subdir: maybeGetStrAttr(attrs, "dir") ?? "",
});

/** A reference's attributes, `dir` among them. The opposite of {@link flakeRefFromAttrs}. */
export const flakeRefToAttrs = (ref: FlakeRef): Attrs => {
	const attrs = inputToAttrs(ref.input);
	return ref.subdir === "" || Object.hasOwn(attrs, "dir") ? attrs : { ...attrs, dir: ref.subdir };
};

/** A reference as a URL. */
export const flakeRefToString = (ref: FlakeRef): string =>
	inputToURL(ref.input, new Map(ref.subdir === "" ? [] : [["dir", ref.subdir]]));

/** Whether two references have the same attributes. */
export const flakeRefsEqual = (a: FlakeRef, b: FlakeRef): boolean =>
	a.subdir === b.subdir && inputsEqual(a.input, b.input);

/**
 * The form in which the `original` references of old and new lock files are compared: Nix once left `?dir=` in the
 * URLs of Git inputs, beside the `dir` attribute.
 */
export const canonicalFlakeRef = (ref: FlakeRef): FlakeRef => {
	const url = maybeGetStrAttr(ref.input.attrs, "url");
	if (url === undefined) return ref;
	try {
		const parsed = parseURL(url, { lenient: true });
		const query = new Map(parsed.query);
		if (ref.subdir !== "" && query.get("dir") === ref.subdir) query.delete("dir");
		return { ...ref, input: withAttr(ref.input, "url", urlToString({ ...parsed, query })) };
	} catch (error) {
		if (error instanceof BadURL) return ref;
		throw error;
	}
};

/** A registry entry's name as a reference: `flake:nixpkgs`. */
export const indirectRef = (id: string): FlakeRef => flakeRefFromAttrs({ type: "indirect", id });
