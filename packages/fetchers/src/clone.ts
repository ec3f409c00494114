import { getStrAttr, maybeGetStrAttr } from "./attrs";
import { FetchError } from "./errors";
import { locationOf, showLocation } from "./git/location";
import { openRepository } from "./git/repository";
import { applyOverrides, type Input, inputFromURL, inputRef, inputRev } from "./input";
import type { FetchWorld } from "./world";

/** A Git repository to clone. */
export interface CloneSource {
	/** A URL, or a path. */
	readonly url: string;
	/** A branch or tag. */
	readonly ref?: string;
}

/** Where forges keep the repositories that their archives are of. */
const forges: Readonly<Record<string, { readonly host: string; readonly suffix: string }>> = {
	github: { host: "github.com", suffix: ".git" },
	gitlab: { host: "gitlab.com", suffix: ".git" },
	sourcehut: { host: "git.sr.ht", suffix: "" },
};

/**
 * The repository to clone for an input (`nix flake clone`); undefined for inputs that are not of Git, whose trees are to be
 * copied. Throws where the input is of one revision.
 */
export const cloneSource = (input: Input, world: FetchWorld): CloneSource | undefined => {
	const { attrs } = input;
	const type = input.scheme?.name ?? "";
	if (Object.hasOwn(forges, type)) {
		const { host, suffix } = forges[type] as (typeof forges)[string];
		const place = `${maybeGetStrAttr(attrs, "host") ?? host}/${getStrAttr(attrs, "owner")}/${getStrAttr(attrs, "repo")}`;
		const repository = inputFromURL(`git+https://${place}${suffix}`, { settings: world.settings, warn: world.warn });
		return cloneSource(applyOverrides(repository, inputRef(input), inputRev(input)), world);
	}
	if (type !== "git") return undefined;
	const { location } = locationOf(input, world);
	const ref = inputRef(input);
	if (inputRev(input) !== undefined)
		throw new FetchError("UNIMPLEMENTED", "cloning a specific revision is not implemented");
	// A worktree is looked at before it is cloned.
	if (location.kind === "worktree" && ref === undefined && world.fs !== undefined)
		openRepository(world.fs, location.path, world.codecs);
	return { url: showLocation(location), ...(ref === undefined ? {} : { ref }) };
};
