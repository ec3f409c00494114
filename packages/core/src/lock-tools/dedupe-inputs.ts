import { attrsToJSON, withoutAttrs } from "@tsnix/fetchers";
import { compareInputPaths, type InputPath, isBelow } from "../flake/input-path";
import { type LockEdge, type LockGraph, type LockNode, nodeOf } from "../flake/lock-graph";
import { flakeRefToAttrs, flakeRefToString } from "../flake/ref";

/** A `follows` that would let one input stand for another one. */
export interface DedupeSuggestion {
	/** The input that is not needed: `["home-manager", "nixpkgs"]`. */
	readonly path: InputPath;
	/** The input that would stand in for it. */
	readonly follows: InputPath;
	/**
	 * `same`: both are locked to the same tree. `version`: both ask for the same, but are locked to different revisions.
	 * `branch`: they come from the same repository, but ask for different branches, tags or revisions of it.
	 */
	readonly difference: "same" | "version" | "branch";
	/** Inputs that the lock file has fewer with this suggestion and those before it, than with those before it. */
	readonly saves: number;
	/** The references that both are locked to. */
	readonly locked: string;
	readonly followsLocked: string;
}

export interface DedupeOptions {
	/** Which differences are put up with; `same` and `version` unless told. */
	readonly differences?: readonly DedupeSuggestion["difference"][];
}

interface Found {
	readonly path: InputPath;
	readonly key: string;
	readonly node: LockNode;
}

/** Every node by the first path that leads to it without following anything, the shortest paths first. */
const nodesOf = (graph: LockGraph): Found[] => {
	const found: Found[] = [];
	const seen = new Set([graph.root]);
	let level: { readonly path: InputPath; readonly key: string }[] = [{ path: [], key: graph.root }];
	while (level.length > 0) {
		const next: typeof level = [];
		for (const { path, key } of level)
			for (const [name, edge] of nodeOf(graph, key).inputs) {
				if (edge.kind !== "node" || seen.has(edge.key)) continue;
				seen.add(edge.key);
				const below = { path: [...path, name], key: edge.key };
				found.push({ ...below, node: nodeOf(graph, edge.key) });
				next.push(below);
			}
		level = next.sort((a, b) => compareInputPaths(a.path, b.path));
	}
	return found.sort((a, b) => a.path.length - b.path.length || compareInputPaths(a.path, b.path));
};

const versionAttrs = ["ref", "rev", "revCount", "lastModified", "narHash", "__final", "shallow"] as const;

/** What two inputs have in common that come from the same repository; undefined for relative ones, which never do. */
const sourceOf = ({ input }: LockNode): string | undefined => {
	if (input === undefined || input.parent !== undefined) return undefined;
	const attrs = withoutAttrs(flakeRefToAttrs(input.original), ...versionAttrs);
	// What a registry made of an indirect reference is known from its lock only.
	const known = attrs.type === "indirect" ? withoutAttrs(flakeRefToAttrs(input.locked), ...versionAttrs) : attrs;
	return `${attrsToJSON(known)} ${input.isFlake}`;
};

const differenceOf = (a: LockNode, b: LockNode): DedupeSuggestion["difference"] => {
	const locked = (node: LockNode): string => (node.input === undefined ? "" : flakeRefToString(node.input.locked));
	const original = (node: LockNode): string => (node.input === undefined ? "" : flakeRefToString(node.input.original));
	if (locked(a) === locked(b)) return "same";
	return original(a) === original(b) ? "version" : "branch";
};

/** The graph with an input following another one; what nothing leads to any more is gone. */
const following = (graph: LockGraph, path: InputPath, follows: InputPath): LockGraph => {
	let key = graph.root;
	for (const name of path.slice(0, -1)) {
		const edge = nodeOf(graph, key).inputs.get(name);
		if (edge?.kind !== "node") return graph;
		key = edge.key;
	}
	const node = nodeOf(graph, key);
	const inputs = new Map<string, LockEdge>(node.inputs).set(path[path.length - 1], { kind: "follows", path: follows });
	return { root: graph.root, nodes: new Map(graph.nodes).set(key, { ...node, inputs }) };
};

/** Whether something outside of an input follows what lies below it: it would lose its target. */
const isFollowedInto = (graph: LockGraph, path: InputPath): boolean => {
	const nodes = [{ path: [] as InputPath, node: nodeOf(graph, graph.root) }, ...nodesOf(graph)];
	return nodes.some(
		({ path: from, node }) =>
			from.length < path.length + 1 &&
			!isBelow(from, path) &&
			compareInputPaths(from, path) !== 0 &&
			[...node.inputs.values()].some((edge) => edge.kind === "follows" && isBelow(edge.path, path)),
	);
};

/**
 * The `follows` that would merge inputs which a lock file has several times, and what each saves. The one nearest to
 * the root stays. Pure; the suggestions are in an order in which they can be applied together, and each is what
 * `editFlakeInputs` takes:
 *
 *     const changes = dedupeInputs(lock).map(({ path, follows }) => ({ set: path, follows: follows.join("/") }))
 */
export const dedupeInputs = (lock: LockGraph, options: DedupeOptions = {}): DedupeSuggestion[] => {
	const differences = options.differences ?? ["same", "version"];
	const suggestions: DedupeSuggestion[] = [];
	let graph = lock;
	for (const { path, node, key } of nodesOf(lock)) {
		const left = nodesOf(graph);
		const source = sourceOf(node);
		if (path.length < 2 || source === undefined || !left.some((other) => other.key === key)) continue;
		const target = left.find(
			(other) =>
				other.key !== key &&
				compareInputPaths(other.path, path) !== 0 &&
				(other.path.length < path.length ||
					(other.path.length === path.length && compareInputPaths(other.path, path) < 0)) &&
				!isBelow(path, other.path) &&
				sourceOf(other.node) === source &&
				differences.includes(differenceOf(other.node, node)),
		);
		if (target === undefined || isFollowedInto(graph, path)) continue;
		const next = following(graph, path, target.path);
		const saves = left.length - nodesOf(next).length;
		if (saves <= 0) continue;
		graph = next;
		suggestions.push({
			path,
			follows: target.path,
			difference: differenceOf(target.node, node),
			saves,
			locked: node.input === undefined ? "" : flakeRefToString(node.input.locked),
			followsLocked: target.node.input === undefined ? "" : flakeRefToString(target.node.input.locked),
		});
	}
	return suggestions;
};
