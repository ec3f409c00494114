import {
	isDerivationPath,
	type LocalStore,
	type PathInfo,
	type StorePath,
	type SyncStore,
	sortPaths,
} from "@tsnix/store";
import { requirePathInfo } from "./store-queries";

const colours = ["black", "red", "green", "blue", "magenta", "burlywood"];

/** A path, and what is known of it once that is asked for; throws where it is not valid. */
interface Visited {
	readonly path: StorePath;
	readonly info: () => PathInfo;
}

/** Visits paths and what they refer to, the first by name first. */
function* inOrder(store: SyncStore, paths: Iterable<StorePath>): Generator<Visited> {
	const left = new Map(sortPaths(paths).map((path) => [path.baseName, path]));
	const done = new Set<string>();
	while (left.size > 0) {
		const name = [...left.keys()].sort()[0] as string;
		const path = left.get(name) as StorePath;
		left.delete(name);
		if (done.has(name)) continue;
		done.add(name);
		let known: PathInfo | undefined;
		const info = (): PathInfo => (known ??= requirePathInfo(store, path));
		yield { path, info };
		for (const reference of info().references) if (!reference.equals(path)) left.set(reference.baseName, reference);
	}
}

/** What paths refer to, as a graph for `dot` (`nix-store --query --graph`), piece by piece. */
export const dotGraph = function* (store: SyncStore, paths: Iterable<StorePath>): Generator<string> {
	let colour = 0;
	yield "digraph G {\n";
	for (const { path, info } of inOrder(store, paths)) {
		yield `"${path.baseName}" [label = "${path.name}", shape = box, style = filled, fillcolor = "#ff0000"];\n`;
		for (const reference of sortPaths(info().references))
			if (!reference.equals(path))
				yield `"${reference.baseName}" -> "${path.baseName}" [color = "${colours[colour++ % colours.length]}"];\n`;
	}
	yield "}\n";
};

/** The same as GraphML. */
export const graphMl = function* (store: SyncStore, paths: Iterable<StorePath>): Generator<string> {
	yield `<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns='http://graphml.graphdrawing.org/xmlns'
    xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'
    xsi:schemaLocation='http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd'>
<key id='narSize' for='node' attr.name='narSize' attr.type='long'/>\
<key id='name' for='node' attr.name='name' attr.type='string'/>\
<key id='type' for='node' attr.name='type' attr.type='string'/>\
<graph id='G' edgedefault='directed'>
`;
	for (const { path, info } of inOrder(store, paths)) {
		const { references, narSize } = info();
		const dash = path.name.indexOf("-");
		const name = dash < 0 ? "" : path.name.slice(0, dash + 1);
		yield `  <node id="${path.baseName}">
    <data key="narSize">${narSize}</data>
    <data key="name">${name}</data>
    <data key="type">${isDerivationPath(path) ? "derivation" : "output-path"}</data>
  </node>
`;
		for (const reference of sortPaths(references))
			if (!reference.equals(path)) yield `  <edge source="${path.baseName}" target="${reference.baseName}"/>\n`;
	}
	yield "</graph>\n</graphml>\n";
};

/** All that keeps paths from being collected if it lives: what refers to them, and what is kept with that. */
export const gcReferrers = (
	store: LocalStore,
	paths: Iterable<StorePath>,
	options: { readonly keepOutputs: boolean; readonly keepDerivations: boolean },
): Map<string, StorePath> => {
	const found = new Map<string, StorePath>();
	const left = [...paths];
	for (let path = left.pop(); path !== undefined; path = left.pop()) {
		if (found.has(path.baseName)) continue;
		found.set(path.baseName, path);
		left.push(...store.queryReferrers(path));
		if (options.keepOutputs) left.push(...store.queryValidDerivers(path));
		if (options.keepDerivations && isDerivationPath(path) && store.isValidPath(path))
			for (const output of store.queryDerivationOutputs(path).values())
				if (store.isValidPath(output)) left.push(output);
	}
	return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
};
