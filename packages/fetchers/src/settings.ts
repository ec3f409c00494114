import { FetchError } from "./errors";

/** The reference's settings that fetching heeds, under their own names in camel case. */
export interface FetchSettings {
	/** `access-tokens`: by host, or host and path (`github.com/org`). */
	readonly accessTokens: Readonly<Record<string, string>>;
	/** `allow-dirty`: whether worktrees with changes may be fetched. */
	readonly allowDirty: boolean;
	/** `warn-dirty` */
	readonly warnDirty: boolean;
	/** `allow-dirty-locks`: whether a dirty worktree may be locked by its NAR hash. */
	readonly allowDirtyLocks: boolean;
	/** `trust-tarballs-from-git-forges`: whether a revision alone locks a `github:` input. */
	readonly trustTarballsFromGitForges: boolean;
	/** `tarball-ttl`: the seconds a download is considered fresh. */
	readonly tarballTtl: number;
	/** `experimental-features` */
	readonly experimentalFeatures: ReadonlySet<string>;
}

/** The settings of a reference that was told nothing but to enable flakes. */
export const defaultFetchSettings: FetchSettings = {
	accessTokens: {},
	allowDirty: true,
	warnDirty: true,
	allowDirtyLocks: false,
	trustTarballsFromGitForges: true,
	tarballTtl: 3600,
	experimentalFeatures: new Set(["nix-command", "flakes", "fetch-tree"]),
};

/** Throws unless an experimental feature is enabled. */
export const requireFeature = (settings: FetchSettings, feature: string | undefined): void => {
	if (feature !== undefined && !settings.experimentalFeatures.has(feature))
		throw new FetchError(
			"EXPERIMENTAL_FEATURE_DISABLED",
			`experimental Nix feature '${feature}' is disabled; add '--extra-experimental-features ${feature}' to enable it`,
		);
};
