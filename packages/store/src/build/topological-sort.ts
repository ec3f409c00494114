/** A cycle that was met while sorting: `item` was reached again from `parent`. */
export interface Cycle<T> {
	readonly item: T;
	readonly parent: T;
}

/**
 * Sort items so that each stands after everything it depends on. Items are visited in the given order, so what is
 * independent keeps it; dependencies that are not among the items, and on oneself, do not count.
 */
export const topologicalSort = <T>(
	items: readonly T[],
	dependencies: (item: T) => Iterable<T>,
	key: (item: T) => string,
): { sorted: T[] } | { cycle: Cycle<T> } => {
	const known = new Set(items.map(key));
	const visited = new Set<string>();
	const open = new Set<string>();
	const sorted: T[] = [];
	for (const root of items) {
		if (visited.has(key(root))) continue;
		const stack = [{ item: root, rest: [...dependencies(root)][Symbol.iterator]() }];
		visited.add(key(root));
		open.add(key(root));
		for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
			const next = top.rest.next();
			if (next.done === true) {
				sorted.push(top.item);
				open.delete(key(top.item));
				stack.pop();
				continue;
			}
			const child = key(next.value);
			if (child === key(top.item) || !known.has(child)) continue;
			if (open.has(child)) return { cycle: { item: next.value, parent: top.item } };
			if (visited.has(child)) continue;
			visited.add(child);
			open.add(child);
			stack.push({ item: next.value, rest: [...dependencies(next.value)][Symbol.iterator]() });
		}
	}
	return { sorted };
};
