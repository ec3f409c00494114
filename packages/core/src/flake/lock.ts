import { attrsToJSON, inputSourcePath } from "@tsnix/fetchers";
import type { UseRegistries } from "../registry/lookup";
import { computeLocks, type LockRun, type Override, type Overrides } from "./compute-locks";
import { adoptError, FlakeError, traced } from "./errors";
import { maybeLstat, NixPath, readFile } from "./evaluation";
import type { Flake } from "./flake";
import { getFlake, showPlaced } from "./get-flake";
import { compareInputPaths, type InputPath, inputPathKey, printInputPath } from "./input-path";
import { diffLocks, type LockChange, renderLockDiff } from "./lock-diff";
import { findUnlocked, lockFilesEqual, parseLockFile, writeLockFile } from "./lock-file";
import { checkFollows, emptyLockGraph, graphOf, type LockGraph, nodeOf } from "./lock-graph";
import { type Locking, runLocking, runLockingSync, writeEffect } from "./locking";
import { type FlakeRef, flakeRefToString } from "./ref";
import { Warnings } from "./warnings";
import type { FlakeWorld } from "./world";

/** How a flake is locked (the options of `nix flake lock` and its kin). */
export interface LockOptions {
	/** Ignore the old lock file (`--recreate-lock-file`, `nix flake update` without names). */
	readonly recreate?: boolean;
	/** False: it is an error if the lock file would change (`--no-update-lock-file`). */
	readonly update?: boolean;
	/** False: changes stay in memory (`--no-write-lock-file`). */
	readonly write?: boolean;
	/** Refuse to write a lock file with unlocked inputs, instead of warning. */
	readonly failOnUnlocked?: boolean;
	/** True unless told. */
	readonly useRegistries?: boolean;
	/** False: inputs that have no lock yet have to be locked by their references (pure evaluation). */
	readonly allowUnlocked?: boolean;
	/** `--commit-lock-file` */
	readonly commit?: boolean;
	/** `commit-lock-file-summary` */
	readonly commitSummary?: string;
	/**
	 * The text of a lock file to start from, instead of the flake's own. A byte string, and its name in messages. Without
	 * a text there is none, so that it starts from nothing.
	 */
	readonly reference?: { readonly text?: string; readonly name: string };
	/** Where to write the lock file, instead of into the flake; absolute. */
	readonly output?: string;
	/** `--override-input` */
	readonly overrides?: readonly { readonly path: InputPath; readonly ref: FlakeRef }[];
	/** Inputs whose old locks are ignored (`nix flake update NAME…`). */
	readonly updates?: readonly InputPath[];
	/** Told of the flake before anything else is done: to apply its `nixConfig`. Gives the options that changes. */
	readonly onFlake?: (flake: Flake) => Pick<LockOptions, "commitSummary"> | undefined;
	/** Colours in the differences that warnings show. */
	readonly color?: boolean;
}

/** A flake with its locks. */
export interface LockedFlake {
	readonly flake: Flake;
	readonly lock: LockGraph;
	/** The lock file before. */
	readonly oldLock: LockGraph;
	/** What was changed. */
	readonly changes: readonly LockChange[];
	/** Where the trees that were fetched lie in the evaluation's file system, by the nodes' keys. */
	readonly nodePaths: ReadonlyMap<string, string>;
	/** The lock file was changed but not written, so the flake is not what its revision says. */
	readonly forceDirty: boolean;
}

const readLock =
	(world: FlakeWorld) =>
	(dir: string, warnings: Warnings): LockGraph => {
		const st = world.evaluator;
		const file = new NixPath(`${dir}/flake.lock`, st.rootFS);
		if (maybeLstat(st, file) === undefined) return emptyLockGraph;
		return parseLockFile(readFile(st, file), {
			name: showPlaced(st, file.path),
			settings: world.settings,
			warn: (message) => warnings.add(message),
		});
	};

const explicitOverrides = (options: LockOptions, dir: string): Overrides => {
	const all = new Map<string, Override>();
	for (const { path, ref } of options.overrides ?? []) {
		const key = inputPathKey(path);
		const input = { ref, isFlake: true, overrides: new Map() };
		all.set(key, { path, input, dir, explicit: true });
	}
	return all;
};

/** Everything but the writing. */
function* computeAll(
	world: FlakeWorld,
	flake: Flake,
	registries: UseRegistries,
	options: LockOptions,
	oldLock: LockGraph,
	warnings: Warnings,
): Locking<{ readonly lock: LockGraph; readonly nodePaths: Map<string, string> }> {
	const nodePaths = new Map<string, string>();
	const overrides = explicitOverrides(options, flake.path);
	const run: LockRun = {
		world,
		settings: world.settings,
		registries,
		allowUnlocked: options.allowUnlocked ?? true,
		updates: options.updates ?? [],
		readLock: readLock(world),
		seen: new Set(),
		usedOverrides: new Set(),
		placed: (key, dir) => nodePaths.set(key, dir),
		nodes: 0,
	};
	const inputs = yield* computeLocks(run, {
		inputs: flake.inputs,
		path: [],
		old: options.recreate === true ? undefined : { graph: oldLock, node: nodeOf(oldLock, oldLock.root) },
		followsPrefix: [],
		dir: flake.path,
		trustLock: false,
		overrides,
		parents: [],
		warnings,
	});
	const lock = graphOf({ inputs, placed: (key) => nodePaths.set(key, flake.path) });
	for (const override of [...overrides.values()].sort((a, b) => compareInputPaths(a.path, b.path)))
		if (!run.usedOverrides.has(inputPathKey(override.path)))
			warnings.add(
				`the flag '--override-input ${printInputPath(override.path)} ${flakeRefToString(override.input.ref as FlakeRef)}' does not match any input`,
			);
	for (const path of [...run.updates].sort(compareInputPaths))
		if (!run.seen.has(inputPathKey(path)))
			warnings.add(`'${printInputPath(path)}' does not match any input of this flake`);
	checkFollows(lock);
	return { lock, nodePaths };
}

/** Write a changed lock file, or say why not. Gives whether the flake is dirty now. */
function* writeChanged(
	world: FlakeWorld,
	flake: Flake,
	lock: LockGraph,
	changes: readonly LockChange[],
	options: LockOptions,
	warnings: Warnings,
): Locking<boolean> {
	const topRef = flake.originalRef;
	const name = flakeRefToString(topRef);
	const shown = renderLockDiff(changes, { color: options.color }).replace(/[ \n\r\t]+$/, "");
	if (options.write === false) {
		warnings.add(`not writing modified lock file of flake '${name}':\n${shown}`);
		return true;
	}
	const source = inputSourcePath(topRef.input);
	if (source === undefined && options.output === undefined)
		throw new FlakeError(
			"READ_ONLY",
			`cannot write modified lock file of flake '${name}' (use '--no-write-lock-file' to ignore)`,
		);
	const unlocked = findUnlocked(lock, world.settings);
	if (unlocked !== undefined) {
		const why = `lock file of flake '${name}' because it has an unlocked input ('${flakeRefToString(unlocked)}')`;
		if (options.failOnUnlocked === true)
			throw new FlakeError("UNLOCKED_INPUT", `Not writing ${why}. Use '--allow-dirty-locks' to allow this anyway.`);
		if (world.settings?.warnDirty ?? true) warnings.add(`not writing ${why}`);
		return false;
	}
	if (options.update === false)
		throw new FlakeError(
			"LOCK_OUT_OF_DATE",
			`flake '${name}' requires lock file changes but they're not allowed due to '--no-update-lock-file'`,
		);
	const contents = writeLockFile(lock);
	if (options.output !== undefined) {
		if (options.commit === true)
			throw new FlakeError("INCOMPATIBLE_OPTIONS", "'--commit-lock-file' and '--output-lock-file' are incompatible");
		yield* writeEffect({ path: options.output, contents });
		return false;
	}
	const relativePath = topRef.subdir === "" ? "flake.lock" : `${topRef.subdir}/flake.lock`;
	const path = `${source}/${relativePath}`;
	const exists = world.exists?.(path) ?? false;
	if (!exists) warnings.add(`creating lock file "${path}": \n${shown}`);
	else warnings.add(shown === "" ? `updating lock file "${path}"` : `updating lock file "${path}":\n${shown}`);
	const summary = options.commitSummary || `${relativePath}: ${exists ? "Update" : "Add"}`;
	const commitMessage = `${summary}\n\nFlake lock file updates:\n\n${renderLockDiff(changes)}`;
	yield* writeEffect({
		path,
		contents,
		flake: topRef,
		relativePath,
		...(options.commit === true ? { commitMessage } : {}),
	});
	return false;
}

function* lockAll(world: FlakeWorld, topRef: FlakeRef, given: LockOptions, warnings: Warnings): Locking<LockedFlake> {
	const use = given.useRegistries ?? true;
	const flake = yield* getFlake(world, topRef, use ? "all" : "none", [], (message) => warnings.add(message));
	const options = { ...given, ...given.onFlake?.(flake) };
	try {
		if (world.settings?.allowDirty === false && options.reference !== undefined)
			throw new FlakeError(
				"DIRTY_LOCK",
				"reference lock file was provided, but the `allow-dirty` setting is set to false",
			);
		const oldLock =
			options.reference === undefined
				? readLock(world)(flake.path, warnings)
				: options.reference.text === undefined
					? emptyLockGraph
					: parseLockFile(options.reference.text, {
							name: options.reference.name,
							settings: world.settings,
							warn: (message) => warnings.add(message),
						});
		const { lock, nodePaths } = yield* computeAll(world, flake, use ? "limited" : "none", options, oldLock, warnings);
		const changes = diffLocks(oldLock, lock);
		const changed = options.output !== undefined || !lockFilesEqual(lock, oldLock);
		const forceDirty = changed && (yield* writeChanged(world, flake, lock, changes, options, warnings));
		return { flake, lock, oldLock, changes, nodePaths, forceDirty };
	} catch (error) {
		throw traced(error, `while updating the lock file of flake '${flakeRefToString(flake.lockedRef)}'`);
	}
}

/**
 * Locking a flake, to be run by a driver: fetch it, compute the locks of its inputs from the old lock file and what
 * has changed, and write the new one. {@link lockFlake} and {@link lockFlakeSync} run it. `warnsAtOnce`, where it does
 * not begin anew when it has to wait: what would be told before anything is fetched is.
 */
export function* lockingFlake(
	world: FlakeWorld,
	topRef: FlakeRef,
	options: LockOptions = {},
	warnsAtOnce = false,
): Locking<LockedFlake> {
	const warnings = new Warnings(warnsAtOnce ? (message) => world.warn?.(message) : undefined);
	const tell = (): void => warnings.tell((message) => world.warn?.(message));
	let locked: LockedFlake;
	try {
		locked = yield* lockAll(world, topRef, options, warnings);
	} catch (error) {
		// What makes us wait is no failure: it all runs again, and warns then.
		if (error instanceof Error) tell();
		throw adoptError(error);
	}
	tell();
	return locked;
}

/** The same world, asked for each input once. */
const fetchingOnce = (world: FlakeWorld): FlakeWorld => {
	const fetched = new Map<string, ReturnType<FlakeWorld["fetch"]>>();
	const fetch: FlakeWorld["fetch"] = (input) => {
		const key = attrsToJSON(input.attrs);
		let result = fetched.get(key);
		if (result === undefined) {
			result = world.fetch(input);
			fetched.set(key, result);
		}
		return result;
	};
	return Object.create(world, { fetch: { value: fetch } }) as FlakeWorld;
};

const runWith = <T>(
	run: (locking: Locking<LockedFlake>, world: FlakeWorld) => T,
	given: FlakeWorld,
	ref: FlakeRef,
	options: LockOptions | undefined,
	warnsAtOnce: boolean,
): T => {
	const world = fetchingOnce(given);
	return run(lockingFlake(world, ref, options, warnsAtOnce), world);
};

/**
 * Lock a flake. Inputs that do not depend on each other are fetched at once.
 *
 *     const { lock, changes } = await lockFlake(world, parseFlakeRef("path:/project"), { updates: [["nixpkgs"]] })
 *
 * @throws {FlakeError} and errors of the evaluator, worded as the reference words them, with its trace
 */
export const lockFlake = (world: FlakeWorld, ref: FlakeRef, options?: LockOptions): Promise<LockedFlake> =>
	runWith(runLocking, world, ref, options, true);

/** The same without waiting: throws a suspension where the world would have to wait. */
export const lockFlakeSync = (world: FlakeWorld, ref: FlakeRef, options?: LockOptions): LockedFlake =>
	runWith(runLockingSync, world, ref, options, false);

/** A flake as its `flake.nix` has it, without its lock; not waiting, as {@link lockFlakeSync}. */
export const getFlakeSync = (world: FlakeWorld, ref: FlakeRef): Flake =>
	runLockingSync(getFlake(world, ref, "all", []), world);
