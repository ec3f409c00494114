import { NixError } from "@tsnix/store";
import { CachedCursor } from "../eval-cache/cached-cursor";
import { didYouMean, parseAttrPath, type Suggestion } from "./evaluation";

const listed = (paths: readonly string[]): string =>
	paths.map((path, n) => `${n === 0 ? "" : n + 1 === paths.length ? " or " : ", "}'${path}'`).join("");

/** An attribute of a flake, and where it is. */
export interface FoundAttribute {
	readonly cursor: CachedCursor;
	readonly attribute: string;
}

/**
 * All of a flake's attributes that there are. All are looked at even where only the first counts: what goes wrong on the
 * way to them is told. Throws where there is none.
 */
export const findAttributes = (ref: string, outputs: CachedCursor, attributes: readonly string[]): FoundAttribute[] => {
	const suggestions = new Map<string, Suggestion>();
	const all: FoundAttribute[] = [];
	for (const attribute of attributes) {
		const found = outputs.follow(parseAttrPath(attribute));
		if (found instanceof CachedCursor) {
			all.push({ cursor: found, attribute });
			continue;
		}
		for (const suggestion of found.suggestions)
			suggestions.set(`${suggestion.distance} ${suggestion.name}`, suggestion);
	}
	if (all.length > 0) return all;
	const sorted = [...suggestions.values()].sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
	const hint = didYouMean(sorted.slice(0, 5));
	throw new NixError(
		"FLAKE_ATTRIBUTE",
		`flake '${ref}' does not provide attribute ${listed(attributes)}`,
		hint === undefined ? {} : { hint },
	);
};
