import { fileScheme } from "./file";
import { gitScheme } from "./git";
import { githubScheme } from "./github";
import { gitlabScheme } from "./gitlab";
import { indirectScheme } from "./indirect";
import { mercurialScheme } from "./mercurial";
import { pathScheme } from "./path";
import type { InputScheme } from "./scheme";
import { sourcehutScheme } from "./sourcehut";
import { tarballScheme } from "./tarball";

let schemes: ReadonlyMap<string, InputScheme> | undefined;

/** Every scheme by its name, in the order in which URLs are offered to them. */
export const inputSchemes = (): ReadonlyMap<string, InputScheme> => {
	// Made when first asked for: schemes and inputs know each other.
	schemes ??= new Map(
		[
			fileScheme,
			gitScheme,
			githubScheme,
			gitlabScheme,
			mercurialScheme,
			indirectScheme,
			pathScheme,
			sourcehutScheme,
			tarballScheme,
		].map((scheme) => [scheme.name, scheme]),
	);
	return schemes;
};
