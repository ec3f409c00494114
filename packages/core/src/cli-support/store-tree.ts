import { type StorePath, type SyncStore, toBytes } from "@tsnix/store";
import { referencesFirst, requirePathInfo } from "./store-queries";

const middle = toBytes("├───");
const last = toBytes("└───");
const line = toBytes("│   ");
const blank = "    ";

/** The tree of what paths refer to, line by line; what was shown before is not shown again. */
export const referenceTree = function* (store: SyncStore, paths: Iterable<StorePath>): Generator<string> {
	const done = new Set<string>();
	function* show(path: StorePath, first: string, rest: string): Generator<string> {
		const text = path.toString(store.storeDir);
		if (done.has(path.baseName)) return yield `${first}${text} [...]`;
		done.add(path.baseName);
		yield first + text;
		const references = referencesFirst(store, requirePathInfo(store, path).references);
		for (const [i, reference] of references.entries()) {
			const isLast = i + 1 === references.length;
			yield* show(reference, rest + (isLast ? last : middle), rest + (isLast ? blank : line));
		}
	}
	for (const path of paths) yield* show(path, "", "");
};
