import { type FetchSettings, isLocked, relativePath } from "@tsnix/fetchers";
import type { UseRegistries } from "../registry/lookup";
import { FlakeError, traced } from "./errors";
import { absolutePath } from "./find-flake";
import type { Flake, FlakeInput, FlakeInputs } from "./flake";
import { fetchResolved, getFlake, placeTree, readRelativeFlake } from "./get-flake";
import {
	compareInputPaths,
	type InputPath,
	inputPathKey,
	inputPathsEqual,
	isBelow,
	printInputPath,
} from "./input-path";
import { maxInputDepth } from "./lock-file";
import {
	byName,
	type LockedInput,
	type LockGraph,
	type LockNode,
	type LockTree,
	type LockTreeEdge,
	nodeOf,
} from "./lock-graph";
import { allEffect, type Locking } from "./locking";
import { canonicalFlakeRef, type FlakeRef, flakeRefsEqual, flakeRefToString, indirectRef } from "./ref";
import type { Warnings } from "./warnings";
import type { FlakeWorld } from "./world";

/** An input's replacement, and who said so. */
export interface Override {
	readonly path: InputPath;
	readonly input: FlakeInput;
	/** The folder that a relative reference starts from. */
	readonly dir: string;
	/** The flake that a relative reference is relative to; absent for overrides from outside. */
	readonly parent?: InputPath;
	/** From the command line, not from a `flake.nix`. */
	readonly explicit: boolean;
}

/** By {@link inputPathKey}. Never changed: each flake adds to those of the flakes that lead to it. */
export type Overrides = ReadonlyMap<string, Override>;

/** What is the same for all nodes. */
export interface LockRun {
	readonly world: FlakeWorld;
	readonly settings: FetchSettings | undefined;
	/** For inputs named in `flake.nix` files. */
	readonly registries: UseRegistries;
	readonly allowUnlocked: boolean;
	/** Inputs whose old locks are ignored. */
	readonly updates: readonly InputPath[];
	/** Reads the lock file in a folder. */
	readonly readLock: (dir: string, warnings: Warnings) => LockGraph;
	/** Told each path that was looked at, and each override that was used. */
	readonly seen: Set<string>;
	readonly usedOverrides: Set<string>;
	/** Told where the tree of a new node lies, if it was fetched. */
	readonly placed: (key: string, dir: string) => void;
	nodes: number;
}

/** The node whose inputs are to be locked. */
interface NodeTask {
	readonly inputs: FlakeInputs;
	/** The path to the node. */
	readonly path: InputPath;
	/** The node that locks can be taken over from, and its graph. */
	readonly old: { readonly graph: LockGraph; readonly node: LockNode } | undefined;
	/** Where the `follows` of the old graph start from. */
	readonly followsPrefix: InputPath;
	/** The folder of the node's flake. */
	readonly dir: string;
	/** Whether the inputs come from a lock file that need not be compared with `flake.nix`. */
	readonly trustLock: boolean;
	readonly overrides: Overrides;
	/** The references of the flakes that lead here. */
	readonly parents: readonly FlakeRef[];
	readonly warnings: Warnings;
}

/** More inputs than any real flake has; what exceeds it is a lock file made to exhaust us. */
const maxNodes = 200_000;

/** The node's overrides for inputs of inputs, added to those already known, which go first. */
const addOverrides = (task: NodeTask): Overrides => {
	let all: Map<string, Override> | undefined;
	const visit = (input: FlakeInput, prefix: InputPath): void => {
		for (const [name, override] of input.overrides) {
			const path = [...prefix, name];
			const key = inputPathKey(path);
			if (override.ref !== undefined || override.follows !== undefined) {
				all ??= new Map(task.overrides);
				if (!all.has(key)) all.set(key, { path, input: override, dir: task.dir, parent: task.path, explicit: false });
			}
			visit(override, path);
		}
	};
	for (const [name, input] of task.inputs) visit(input, [...task.path, name]);
	return all ?? task.overrides;
};

const warnOfStrayOverrides = (task: NodeTask, overrides: Overrides): void => {
	const stray = [...overrides.values()]
		.filter(({ path }) => path.length === task.path.length + 1 && isBelow(path, task.path))
		.filter(({ path }) => !task.inputs.has(path[path.length - 1]))
		.sort((a, b) => compareInputPaths(a.path, b.path));
	for (const { path } of stray)
		task.warnings.add(
			`input '${printInputPath(task.path)}' has an override for a non-existent input '${path[path.length - 1]}'`,
		);
};

/**
 * The locks of a node's inputs, and of theirs. Old locks are kept where the reference has not changed; what is new is
 * fetched, independent inputs at once.
 */
export function* computeLocks(run: LockRun, given: NodeTask): Locking<Map<string, LockTreeEdge>> {
	const overrides = addOverrides(given);
	const task = { ...given, overrides };
	warnOfStrayOverrides(task, overrides);
	run.nodes += task.inputs.size;
	if (run.nodes > maxNodes || task.path.length > maxInputDepth)
		throw new FlakeError("TOO_MANY_INPUTS", `flake has too many inputs, at '${printInputPath(task.path)}'`);
	const parts = [...task.inputs].map(([name, input]) => {
		const warnings = task.warnings.part();
		return { name, warnings, work: lockInput(run, { ...task, warnings }, name, input) };
	});
	const results = yield* allEffect(parts.map((part) => part.work));
	const edges: [string, LockTreeEdge][] = [];
	results.forEach((result, i) => {
		if (!result.ok) {
			task.warnings.dropAfter(parts[i].warnings);
			throw result.error;
		}
		edges.push([parts[i].name, result.value]);
	});
	return byName(edges);
}

/** What is known of one input. */
interface InputTask extends NodeTask {
	readonly inputPath: InputPath;
	readonly ref: FlakeRef;
	/** The reference that `flake.nix` itself gives. */
	readonly ownRef: FlakeRef | undefined;
	readonly isFlake: boolean;
	readonly override: Override | undefined;
	/** For relative references: whom they are relative to, and the folder they name. */
	readonly parent: InputPath | undefined;
	readonly relativeDir: string | undefined;
}

function* lockInput(run: LockRun, task: NodeTask, name: string, own: FlakeInput): Locking<LockTreeEdge> {
	const inputPath = [...task.path, name];
	try {
		const key = inputPathKey(inputPath);
		const override = task.overrides.get(key);
		if (override !== undefined) run.usedOverrides.add(key);
		const input = override?.input ?? own;
		if (input.follows !== undefined) return { kind: "follows", path: input.follows };
		const ref = input.ref ?? indirectRef(name);
		const relative = relativePath(ref.input);
		const inputTask: InputTask = {
			...task,
			inputPath,
			ref,
			ownRef: own.ref,
			isFlake: own.isFlake,
			override,
			parent: relative === undefined ? undefined : override === undefined ? task.path : override.parent,
			relativeDir: relative === undefined ? undefined : absolutePath(relative, override?.dir ?? task.dir),
		};
		run.seen.add(key);
		const old = oldLock(run, inputTask, name);
		if (old === undefined) return yield* createLock(run, inputTask);
		return yield* keepLock(run, inputTask, old.node, old.graph);
	} catch (error) {
		throw traced(error, `while updating the flake input '${printInputPath(inputPath)}'`);
	}
}

/** The old lock of an input, if it can be kept. */
const oldLock = (
	run: LockRun,
	task: InputTask,
	name: string,
): { readonly node: LockNode & { readonly input: LockedInput }; readonly graph: LockGraph } | undefined => {
	if (task.old === undefined || run.updates.some((path) => inputPathsEqual(path, task.inputPath))) return undefined;
	const { graph } = task.old;
	const edge = task.old.node.inputs.get(name);
	if (edge?.kind !== "node") return undefined;
	const { inputs, input } = nodeOf(graph, edge.key);
	if (
		input === undefined ||
		!flakeRefsEqual(canonicalFlakeRef(input.original), canonicalFlakeRef(task.ref)) ||
		!inputPathsEqual(input.parent, task.parent) ||
		task.override?.explicit === true
	)
		return undefined;
	return { node: { inputs, input }, graph };
};

function* getInputFlake(run: LockRun, task: InputTask, ref: FlakeRef, registries: UseRegistries): Locking<Flake> {
	const warn = (message: string): void => task.warnings.add(message);
	return task.relativeDir === undefined
		? yield* getFlake(run.world, ref, registries, task.inputPath, warn)
		: readRelativeFlake(run.world, ref, task.relativeDir, task.inputPath, warn);
}

/**
 * The inputs of a locked input as its old lock has them, with what that follows; undefined where the flake has to be
 * read again, because it may have inputs that its lock does not tell of.
 */
const inputsFromLock = (task: InputTask, node: LockNode, graph: LockGraph): FlakeInputs | undefined => {
	const inputs: [string, FlakeInput][] = [];
	for (const [name, edge] of node.inputs) {
		if (edge.kind === "node") {
			const { input } = nodeOf(graph, edge.key);
			if (input !== undefined) inputs.push([name, { ref: input.original, isFlake: input.isFlake, overrides: none }]);
			continue;
		}
		if (!task.trustLock && !task.overrides.has(inputPathKey([...task.inputPath, name]))) return undefined;
		inputs.push([name, { follows: [...task.followsPrefix, ...edge.path], isFlake: true, overrides: none }]);
	}
	return byName(inputs);
};
const none: FlakeInputs = new Map();

/** A node with the old lock. Nothing is fetched unless something below has to be updated. */
function* keepLock(
	run: LockRun,
	task: InputTask,
	old: LockNode & { readonly input: LockedInput },
	graph: LockGraph,
): Locking<LockTree> {
	const updateBelow = run.updates.some((path) => isBelow(path, task.inputPath));
	const known = updateBelow ? undefined : inputsFromLock(task, old, graph);
	const next = { ...task, path: task.inputPath, old: { graph, node: old } };
	if (known !== undefined)
		return { input: old.input, inputs: yield* computeLocks(run, { ...next, inputs: known, trustLock: true }) };
	const flake = yield* getInputFlake(run, task, old.input.locked, run.registries);
	const inputs = yield* computeLocks(run, { ...next, inputs: flake.inputs, dir: flake.path, trustLock: false });
	return { input: old.input, inputs, placed: (key) => run.placed(key, flake.path) };
}

/** A node that is locked anew: its input is fetched. */
function* createLock(run: LockRun, task: InputTask): Locking<LockTree> {
	const { ref, inputPath, override } = task;
	if (!run.allowUnlocked && task.relativeDir === undefined && !isLocked(ref.input, run.settings))
		throw new FlakeError(
			"UNLOCKED_INPUT",
			`cannot update unlocked flake input '${printInputPath(inputPath)}' in pure mode`,
		);
	const explicit = override?.explicit === true;
	// An override from outside is not written as `original`, so that it stays until the next update.
	const original = explicit ? (task.ownRef ?? ref) : ref;
	const parent = task.parent === undefined ? {} : { parent: task.parent };
	if (!task.isFlake) {
		const { locked, dir } = yield* fetchNonFlake(run, task);
		return {
			input: { locked, original, isFlake: false, ...parent },
			inputs: new Map(),
			placed: (key) => run.placed(key, dir),
		};
	}
	const flake = yield* getInputFlake(run, task, ref, explicit ? "all" : run.registries);
	const circular = task.parents.find((above) => flakeRefsEqual(above, ref));
	if (circular !== undefined)
		throw new FlakeError("CIRCULAR_FLAKE", `found circular import of flake '${flakeRefToString(circular)}'`);
	const graph = run.readLock(flake.path, task.warnings);
	const inputs = yield* computeLocks(run, {
		inputs: flake.inputs,
		path: inputPath,
		old: { graph, node: nodeOf(graph, graph.root) },
		followsPrefix: inputPath,
		dir: flake.path,
		trustLock: false,
		overrides: task.overrides,
		parents: [...task.parents, ref],
		warnings: task.warnings,
	});
	return {
		input: { locked: flake.lockedRef, original, isFlake: true, ...parent },
		inputs,
		placed: (key) => run.placed(key, flake.path),
	};
}

function* fetchNonFlake(run: LockRun, task: InputTask): Locking<{ readonly locked: FlakeRef; readonly dir: string }> {
	if (task.relativeDir !== undefined) return { locked: task.ref, dir: task.relativeDir };
	const { tree } = yield* fetchResolved(task.ref.input, run.registries);
	return { locked: { input: tree.locked, subdir: task.ref.subdir }, dir: placeTree(run.world, tree) };
}
