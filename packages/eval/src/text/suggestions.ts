import type { ByteString } from "@tsnix/store";

/** A name that may have been meant, and how far it is from what was written. */
export interface Suggestion {
	readonly distance: number;
	readonly name: ByteString;
}

/** How many single bytes have to be inserted, deleted or replaced to turn one string into the other. */
export const levenshteinDistance = (a: ByteString, b: ByteString): number => {
	let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 0; i < a.length; i++) {
		const current = [i + 1];
		for (let j = 0; j < b.length; j++)
			current.push(
				Math.min(
					previous[j + 1] + 1,
					current[j] + 1,
					a.charCodeAt(i) === b.charCodeAt(j) ? previous[j] : previous[j] + 1,
				),
			);
		previous = current;
	}
	return previous[b.length];
};

/**
 * The names nearest to what was written, nearest first, equally near ones in the order of their bytes: at most `limit`
 * of them, none further than `maxDistance`.
 */
export const suggest = (
	names: Iterable<ByteString>,
	wanted: ByteString,
	{ limit = 5, maxDistance = 2 }: { limit?: number; maxDistance?: number } = {},
): Suggestion[] =>
	[...new Set(names)]
		// A name whose length differs by more is further away than that.
		.filter((name) => Math.abs(name.length - wanted.length) <= maxDistance)
		.map((name) => ({ distance: levenshteinDistance(wanted, name), name }))
		.filter(({ distance }) => distance <= maxDistance)
		.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
		.slice(0, limit);

/** How suggestions are read out: `one of a, b or c`; a single one is its name, none is nothing. */
export const renderSuggestions = (
	suggestions: readonly Suggestion[],
	decorate: (name: ByteString) => string = (name) => name,
): string => {
	const names = suggestions.map(({ name }) => decorate(name));
	if (names.length < 2) return names.join("");
	return `one of ${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
};

/** The line under an error, `Did you mean …?`, or undefined when there is nothing to suggest. */
export const didYouMean = (
	suggestions: readonly Suggestion[],
	decorate?: (name: ByteString) => string,
): string | undefined =>
	suggestions.length === 0 ? undefined : `Did you mean ${renderSuggestions(suggestions, decorate)}?`;
