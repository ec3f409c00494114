import type { HostStore } from "@tsnix/eval";
import { parseBaseName, type SourceAccessor } from "@tsnix/store";

/** What is refused to those who may not write a store. */
const notWritable: ReadonlySet<unknown> = new Set(["EACCES", "EPERM", "EROFS"]);

/**
 * Copies fetched trees to the store as soon as an answer names them: whoever reads a path there may look at it. Trees
 * that nobody is told of stay where they were fetched, and are read there; what derivations refer to is copied when
 * they are written. Where the store cannot be written, nothing is copied.
 *
 *     const settle = namedTrees(open.trees, store, (path) => log(`copying '${path}' to the store...`))
 *     settle({ path: "/nix/store/….-source" })
 */
export const namedTrees = (
	trees: ReadonlyMap<string, SourceAccessor>,
	store: HostStore,
	onCopy?: (path: string) => void,
): (<T>(answer: T) => T) => {
	const settled = new Set<string>();
	const prefix = `${store.storeDir}/`;
	const settle = (base: string): void => {
		const tree = trees.get(base);
		if (tree === undefined || settled.has(base)) return;
		settled.add(base);
		const path = parseBaseName(base);
		if (store.isValidPath(path)) return;
		const shown = tree.showPath?.("/") ?? "/";
		onCopy?.(shown.endsWith("/") ? shown : `${shown}/`);
		try {
			store.addToStore(path.name, tree, "/");
		} catch (error) {
			if (!notWritable.has((error as { code?: unknown }).code)) throw error;
		}
	};
	const visitText = (text: string): void => {
		for (let at = text.indexOf(prefix); at !== -1; at = text.indexOf(prefix, at + 1)) {
			const start = at + prefix.length;
			// The name's end cannot be told from the text alone.
			const hash = text.slice(start, start + 32);
			for (const base of trees.keys()) if (base.startsWith(hash) && text.startsWith(base, start)) settle(base);
		}
	};
	const visit = (value: unknown): void => {
		if (typeof value === "string") visitText(value);
		else if (Array.isArray(value)) for (const element of value) visit(element);
		else if (value instanceof Map) for (const entry of value) visit(entry);
		else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array))
			for (const [name, member] of Object.entries(value)) {
				visitText(name);
				visit(member);
			}
	};
	return (answer) => {
		if (settled.size < trees.size) visit(answer);
		return answer;
	};
};
