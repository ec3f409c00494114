import { enableMapSet, Immer } from "immer";
import { FlakeError } from "./errors";
import { compareInputPaths, type InputPath, inputPathKey, printInputPath } from "./input-path";
import type { FlakeRef } from "./ref";

enableMapSet();

/** Leaves what it makes unfrozen: the references in a graph hold the fetchers' own objects. */
const immer = new Immer({ autoFreeze: false });

/** One input of a node: another node, by its key, or the path from the root to the input that stands in for it. */
export type LockEdge =
	| { readonly kind: "node"; readonly key: string }
	| { readonly kind: "follows"; readonly path: InputPath };

/** What a node other than the root is locked to. */
export interface LockedInput {
	/** The input with everything known about it. Marked `__final`, unless it is relative. */
	readonly locked: FlakeRef;
	/** As `flake.nix` has it. */
	readonly original: FlakeRef;
	/** False for an input that is only a tree. */
	readonly isFlake: boolean;
	/** For relative inputs: the path to the input that the reference is relative to. */
	readonly parent?: InputPath;
}

/** A flake, or another tree, among the inputs of a flake. */
export interface LockNode {
	/** By name, in the order of the names' bytes. */
	readonly inputs: ReadonlyMap<string, LockEdge>;
	/** Absent for the root alone. */
	readonly input?: LockedInput;
}

/**
 * The contents of a `flake.lock`: nodes by key. The keys mean nothing; a file is written with keys made from the
 * names of the inputs. Immutable; {@link addInput} and its kin give new graphs.
 */
export interface LockGraph {
	readonly root: string;
	readonly nodes: ReadonlyMap<string, LockNode>;
}

/** A lock file with no inputs. */
export const emptyLockGraph: LockGraph = { root: "root", nodes: new Map([["root", { inputs: new Map() }]]) };

/** A node by its key. */
export const nodeOf = (graph: LockGraph, key: string): LockNode => graph.nodes.get(key) as LockNode;

/** Bytes, as everywhere in lock files. */
export const byName = <T>(entries: Iterable<readonly [string, T]>): Map<string, T> =>
	new Map([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** What hangs below a new node, before it has a place in a graph. */
export interface LockTree {
	readonly inputs: ReadonlyMap<string, LockTreeEdge>;
	readonly input?: LockedInput;
	readonly kind?: undefined;
	/** Told the key that the node is given. */
	readonly placed?: (key: string) => void;
}
export type LockTreeEdge = LockTree | { readonly kind: "follows"; readonly path: InputPath };

/** The graph of a tree of nodes: the root's inputs, theirs, and so on. Keys are paths. */
export const graphOf = (tree: LockTree): LockGraph =>
	immer.produce({ root: "", nodes: new Map<string, LockNode>() } as LockGraph, (draft) => {
		const nodes = draft.nodes as Map<string, LockNode>;
		const place = (node: LockTree, path: InputPath): string => {
			const key = printKey(path);
			const inputs = new Map<string, LockEdge>();
			nodes.set(key, node.input === undefined ? { inputs } : { inputs, input: node.input });
			for (const [name, edge] of byName(node.inputs))
				inputs.set(name, edge.kind === "follows" ? edge : { kind: "node", key: place(edge, [...path, name]) });
			node.placed?.(key);
			return key;
		};
		draft.root = place(tree, []);
	});

const printKey = (path: InputPath): string => (path.length === 0 ? "root" : inputPathKey(path));

/** The same graph with an input of a node added, or replaced. */
export const addInput = (graph: LockGraph, key: string, name: string, edge: LockEdge): LockGraph =>
	immer.produce(graph, (draft) => {
		const inputs = draft.nodes.get(key)?.inputs as Map<string, LockEdge> | undefined;
		inputs?.set(name, edge);
	});

/** The same graph with an input of a node removed. Nodes that nothing leads to any more are not written. */
export const removeInput = (graph: LockGraph, key: string, name: string): LockGraph =>
	immer.produce(graph, (draft) => {
		(draft.nodes.get(key)?.inputs as Map<string, LockEdge> | undefined)?.delete(name);
	});

/**
 * The key of the node that a path from the root leads to, following what it meets; undefined where there is none.
 * Throws {@link FlakeError} where inputs follow each other in a circle.
 */
export const findInput = (graph: LockGraph, path: InputPath): string | undefined => {
	const visited: InputPath[] = [];
	const find = (from: InputPath): string | undefined => {
		const cycle = visited.findIndex((seen) => compareInputPaths(seen, from) === 0);
		if (cycle !== -1)
			throw new FlakeError(
				"FOLLOW_CYCLE",
				`follow cycle detected: [${[...visited.slice(cycle), from].map(printInputPath).join(" -> ")}]`,
			);
		visited.push(from);
		let at: string | undefined = graph.root;
		for (const name of from) {
			const edge: LockEdge | undefined = nodeOf(graph, at).inputs.get(name);
			if (edge === undefined) return undefined;
			at = edge.kind === "node" ? edge.key : find(edge.path);
			if (at === undefined) return undefined;
		}
		return at;
	};
	return find(path);
};

/**
 * Every input by its path from the root, sorted by path. A node that several paths lead to is entered by the first
 * of them only.
 */
export const allInputs = (graph: LockGraph): { readonly path: InputPath; readonly edge: LockEdge }[] => {
	const done = new Set<string>();
	const found: { path: InputPath; edge: LockEdge }[] = [];
	const visit = (prefix: InputPath, key: string): void => {
		if (done.has(key)) return;
		done.add(key);
		for (const [name, edge] of nodeOf(graph, key).inputs) {
			const path = [...prefix, name];
			found.push({ path, edge });
			if (edge.kind === "node") visit(path, edge.key);
		}
	};
	visit([], graph.root);
	return found.sort((a, b) => compareInputPaths(a.path, b.path));
};

/** Check that whatever is followed exists. Throws {@link FlakeError}. */
export const checkFollows = (graph: LockGraph): void => {
	for (const { path, edge } of allInputs(graph))
		if (edge.kind === "follows" && edge.path.length > 0 && findInput(graph, edge.path) === undefined)
			throw new FlakeError(
				"DANGLING_FOLLOWS",
				`input '${printInputPath(path)}' follows a non-existent input '${printInputPath(edge.path)}'`,
			);
};
