import { NixError } from "@tsnix/store";
import {
	Attrs,
	didYouMean,
	type Evaluator,
	force,
	type Lazy,
	parseAttrPath,
	suggest,
	type Suggestion,
	TypeError,
} from "./evaluation";

/** What a path of attributes leads to, without calling functions; or names near to the one that is not there. */
const follow = (
	st: Evaluator,
	root: Lazy,
	path: string,
): { readonly value: Lazy } | { readonly suggestions: readonly Suggestion[] } => {
	let value = root;
	const steps = parseAttrPath(path);
	for (const [n, step] of steps.entries()) {
		const v = force(value, 0);
		if (!(v instanceof Attrs))
			throw st.fail(new TypeError("NIX_TYPE", `'${steps.slice(0, n).join(".")}' is not an attribute set`), 0);
		const id = st.symbols.find(step);
		const i = id === undefined ? -1 : v.shape.index(id);
		if (i < 0)
			return {
				suggestions: suggest(
					v.shape.ids.map((n) => st.symbols.names[n]),
					step,
				),
			};
		value = v.vals[i];
	}
	return { value };
};

const listed = (paths: readonly string[]): string =>
	paths.map((path, n) => `${n === 0 ? "" : n + 1 === paths.length ? " or " : ", "}'${path}'`).join("");

/** An attribute of a flake, and its value. */
export interface FoundAttribute {
	readonly value: Lazy;
	readonly attribute: string;
}

/** The first of a flake's attributes that there is. Throws where there is none of them. */
export const flakeAttribute = (
	st: Evaluator,
	ref: string,
	outputs: Lazy,
	attributes: readonly string[],
): FoundAttribute => {
	const [found] = findAttributes(st, ref, outputs, attributes);
	force(found.value, 0);
	return found;
};

/**
 * All of a flake's attributes that there are. All are looked at even where only the first counts: what goes wrong on the
 * way to them is told. Throws where there is none.
 */
export const findAttributes = (
	st: Evaluator,
	ref: string,
	outputs: Lazy,
	attributes: readonly string[],
): FoundAttribute[] => {
	const suggestions = new Map<string, Suggestion>();
	const all: FoundAttribute[] = [];
	for (const attribute of attributes) {
		const found = follow(st, outputs, attribute);
		if ("value" in found) {
			all.push({ value: found.value, attribute });
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
