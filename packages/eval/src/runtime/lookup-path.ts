import { maybeParseStorePath, NixError } from "@tsnix/store";
import { ThrownError } from "../errors/errors";
import type { PosIdx } from "../errors/positions";
import { adopting } from "./adopt-error";
import { corepkgs } from "./built-in-files";
import { allowClosure } from "./copy-to-store";
import type { Evaluator } from "./evaluator";
import { canonPath } from "./paths";
import { perEvaluator } from "./per-evaluator";
import { RootAccessor } from "./root-accessor";
import { checkAccess, maybeLstat, resolveSymlinks } from "./source-path";
import { NixPath } from "./values";

/** An entry of the search path: what begins with `prefix` is looked for in `path`. */
export interface LookupEntry {
	/** Empty for all. */
	readonly prefix: string;
	/** A path, or a URL of an archive. */
	readonly path: string;
}

/** An entry as the command line and NIX_PATH have it: `nixpkgs=/path`, or only the path. */
export const parseLookupEntry = (text: string): LookupEntry => {
	const at = text.indexOf("=");
	return { prefix: at < 0 ? "" : text.slice(0, at), path: text.slice(at + 1) };
};

/** The search path of an evaluation: none in pure evaluation. */
export const lookupPathOf = (st: Evaluator): readonly LookupEntry[] =>
	st.settings.pureEval ? [] : st.settings.nixPath.map(parseLookupEntry);

/** What is left of a path without an entry's prefix; undefined where it does not begin with it. */
const suffixOf = (prefix: string, path: string): string | undefined => {
	const n = prefix.length;
	const separated = n > 0 && n < path.length;
	if (separated && path[n] !== "/") return undefined;
	if (!path.startsWith(prefix)) return undefined;
	return path.slice(separated ? n + 1 : n);
};

/** A path as it is meant from the host's working directory. */
export const absolutePath = (st: Evaluator, path: string): NixPath =>
	new NixPath(
		path.startsWith("/") ? canonPath(path) : canonPath(`${st.host.workingDirectory ?? "/"}/${path}`),
		st.rootFS,
	);

/** What entries were found to stand for. */
const resolved = perEvaluator(() => new Map<string, NixPath | undefined>());

const urlSchemes = new Set(["http", "https", "file", "channel", "git", "s3", "ssh"]);

/** Whether an entry is a URL (or `channel:…`) instead of a path. */
export const isPseudoUrl = (text: string): boolean => {
	if (text.startsWith("channel:")) return true;
	const at = text.indexOf("://");
	return at >= 0 && urlSchemes.has(text.slice(0, at));
};

/** The URL of `channel:…`; others are as they are. */
export const resolvePseudoUrl = (text: string): string =>
	text.startsWith("channel:") ? `https://channels.nixos.org/${text.slice(8)}/nixexprs.tar.xz` : text;

const exists = (st: Evaluator, path: NixPath): boolean => maybeLstat(st, resolveSymlinks(st, path)) !== undefined;

/** What an entry's path or URL stands for; undefined, with a warning, where there is nothing. `allow` gives access to it. */
export const resolveLookupPath = (st: Evaluator, value: string, allow = false): NixPath | undefined => {
	const known = resolved(st);
	if (known.has(value)) return known.get(value);
	const found = find(st, value, allow);
	known.set(value, found);
	return found;
};

const find = (st: Evaluator, value: string, allow: boolean): NixPath | undefined => {
	const warn = (text: string): void =>
		st.host.log?.({ kind: "warning", text: `Nix search path entry '${value}' ${text}, ignoring` });
	if (value.includes(":")) {
		const folder = folderOf(st, value);
		if (folder !== undefined) {
			const { accessor } = st.rootFS;
			if (accessor instanceof RootAccessor) accessor.allow(canonPath(folder));
			return absolutePath(st, folder);
		}
		if (isPseudoUrl(value)) warn("cannot be downloaded");
	}
	const path = absolutePath(st, value);
	if (allow) allowLookupEntry(st, path.path);
	if (exists(st, path)) return path;
	checkAccess(path);
	warn("does not exist");
	return undefined;
};

/** The folder that an entry's URL stands for; undefined where it cannot be had. */
const folderOf = (st: Evaluator, value: string): string | undefined => {
	try {
		return adopting(st, () => st.host.resolveLookupPath?.(value));
	} catch (error) {
		if (isPseudoUrl(value) && error instanceof NixError && error.code !== "WOULD_BLOCK") return undefined;
		throw error;
	}
};

/** Lets restricted evaluation read what the search path names. */
export const allowLookupPath = (st: Evaluator): void => {
	const { accessor } = st.rootFS;
	if (!(accessor instanceof RootAccessor) || !accessor.restricted) return;
	for (const { path } of lookupPathOf(st)) resolveLookupPath(st, path, true);
};

const allowLookupEntry = (st: Evaluator, path: string): void => {
	const { accessor } = st.rootFS;
	if (accessor instanceof RootAccessor) accessor.allow(path);
	const { store } = st.host;
	const prefix = `${store.storeDir}/`;
	if (!path.startsWith(prefix)) return;
	const storePath = maybeParseStorePath(prefix + path.slice(prefix.length).split("/")[0], store.storeDir);
	if (storePath !== undefined && store.isValidPath(storePath)) allowClosure(st, storePath);
};

/** What `<path>` stands for. Throws where no entry has it. */
export const findFile = (st: Evaluator, entries: readonly LookupEntry[], path: string, pos: PosIdx): NixPath => {
	for (const entry of entries) {
		const suffix = suffixOf(entry.prefix, path);
		if (suffix === undefined) continue;
		const folder = resolveLookupPath(st, entry.path);
		if (folder === undefined) continue;
		const file = resolveSymlinks(
			st,
			new NixPath(canonPath(`${folder.path}/${canonPath(`/${suffix}`)}`), folder.accessor),
		);
		if (maybeLstat(st, file) !== undefined) return file;
		checkAccess(file);
	}
	if (path.startsWith("nix/")) return new NixPath(canonPath(path.slice(3)), corepkgs);
	throw st.fail(
		new ThrownError(
			"NIX_NOT_IN_SEARCH_PATH",
			st.settings.pureEval
				? `cannot look up '<${path}>' in pure evaluation mode (use '--impure' to override)`
				: `file '${path}' was not found in the Nix search path (add it using $NIX_PATH or -I)`,
		),
		pos,
	);
};
