import { hostPath, type NamedFs } from "@tsnix/store";
import { getStrAttr } from "../attrs";
import { FetchError } from "../errors";
import { type Input, inputRev } from "../input";
import { parseURL, urlPathToPath, urlToString } from "../url";

/** Where a repository is. */
export type GitLocation =
	/** A folder with files checked out, which are used as they are. */
	| { readonly kind: "worktree"; readonly path: string }
	/**
	 * A repository without a worktree on the same file system; its objects are read where they lie. Where there is room for
	 * clones, and Git to make them, it is cloned as the reference does it, and counts as remote.
	 */
	| { readonly kind: "bare"; readonly path: string; readonly url: string }
	| { readonly kind: "remote"; readonly url: string };

/** The location as messages and the transport name it. */
export const showLocation = (location: GitLocation): string =>
	location.kind === "worktree" ? location.path : location.url;

/** What telling a location asks for. */
export interface LocationContext {
	readonly fs?: NamedFs;
	readonly currentDirectory?: string;
	readonly clonesLocal?: boolean;
	readonly clones?: unknown;
	readonly git?: unknown;
	readonly warn: (message: string) => void;
}

/**
 * Where a Git input's repository is. Without a context nothing is looked up, and every `file:` URL counts as a
 * worktree. Throws where its revision is of an algorithm that Git has not.
 */
export const locationOf = (input: Input, context: LocationContext | undefined): { location: GitLocation } => {
	const rev = inputRev(input);
	if (rev !== undefined && rev.algorithm !== "sha1" && rev.algorithm !== "sha256")
		throw new FetchError(
			"BAD_REV",
			`Hash '${rev.format("base16", true)}' is not supported by Git. Supported types are sha1 and sha256.`,
		);
	const url = parseURL(getStrAttr(input.attrs, "url"));
	const withoutDir = () => urlToString({ ...url, query: new Map([...url.query].filter(([name]) => name !== "dir")) });
	if (url.scheme !== "file") return { location: { kind: "remote", url: withoutDir() } };
	let path = urlPathToPath(url.path);
	const { fs } = context ?? {};
	const absolute = (relative: string) => `${context?.currentDirectory ?? ""}/${relative}`;
	const resolved = path.startsWith("/") ? path : absolute(path);
	const exists = (at: string) => fs?.existsSync(hostPath(fs, at)) === true;
	if (context?.clonesLocal === true)
		return { location: { kind: "remote", url: urlToString({ ...url, query: new Map() }) } };
	if (exists(resolved) && !exists(`${resolved}/.git`)) {
		const shown = urlToString({ ...url, query: new Map() });
		// What is no repository at all is left to Git, which says so.
		const mayClone = context?.clones !== undefined && context.git !== undefined;
		const bare = !mayClone && exists(`${resolved}/HEAD`) && exists(`${resolved}/objects`);
		return { location: bare ? { kind: "bare", path: resolved, url: shown } : { kind: "remote", url: shown } };
	}
	if (!path.startsWith("/")) {
		context?.warn(
			`Fetching Git repository '${urlToString(url)}', which uses a path relative to the current directory. This is not supported and will stop working in a future release. See https://github.com/NixOS/nix/issues/12281 for details.`,
		);
		path = resolved;
	}
	return { location: { kind: "worktree", path } };
};
