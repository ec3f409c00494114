import { type Evaluator, forceAttrs, getAttr, type Lazy } from "@tsnix/eval";
import { hostPath, NixError } from "@tsnix/store";
import { builtinGetFlake } from "../flake/builtin-get-flake";
import { type CallWorld, callFlake } from "../flake/call";
import { type LockedFlake, type LockOptions, lockFlakeSync } from "../flake/lock";
import { type FlakeRef, parseFlakeRef } from "../flake/ref";
import type { FlakeWorld } from "../flake/world";
import type { Engine } from "./engine";
import type { OpenWorld } from "./world";

/** What flakes are locked, read and called with in an engine: everything at once, or by suspending. */
export const engineFlakeWorld = (open: OpenWorld, st: Evaluator): FlakeWorld & CallWorld => {
	const { fs, log } = open.world;
	return {
		evaluator: st,
		fetch: open.fetchTree,
		fetchLocked: open.fetchTree,
		registries: open.world.registries ?? (() => []),
		settings: open.fetch.settings,
		...(open.world.shownStoreDir === undefined ? {} : { shownStoreDir: open.world.shownStoreDir }),
		...(fs === undefined ? {} : { exists: (path: string) => fs.existsSync(hostPath(fs, path)) }),
		...(open.world.writeLockFile === undefined ? {} : { writeLockFile: open.world.writeLockFile }),
		warn: (message) => log?.({ kind: "warning", text: message }),
		debug: (message) => log?.({ kind: "debug", text: message }),
	};
};

/**
 * The reference that a text is, with paths looked up among the host's files. A folder without a `flake.nix` is taken as it
 * is with `allowMissing`; otherwise the flake is looked for above it.
 */
export const engineFlakeRef = (open: OpenWorld, text: string, baseDir = "/", allowMissing = false): FlakeRef =>
	parseFlakeRef(text, {
		allowMissing,
		...(open.world.fs === undefined ? {} : { fs: open.world.fs, baseDir }),
		settings: open.fetch.settings,
		warn: (message) => open.world.log?.({ kind: "warning", text: message }),
	});

/** A flake locked in an engine. The lock file is not written unless told. */
export const lockInEngine = (open: OpenWorld, st: Evaluator, ref: FlakeRef, options: LockOptions): LockedFlake =>
	lockFlakeSync(engineFlakeWorld(open, st), ref, { write: false, ...options });

/** A locked flake's outputs. */
export const flakeOutputs = (open: OpenWorld, st: Evaluator, locked: LockedFlake): Lazy => {
	const flake = forceAttrs(st, callFlake(st, locked, engineFlakeWorld(open, st)), 0, "while evaluating a flake");
	const outputs = getAttr(flake, st.symbols.create("outputs"));
	if (outputs === undefined) throw new NixError("NOT_A_FLAKE", "the flake has no outputs");
	return outputs;
};

/** How an engine gets at flakes: locked as they are, in memory where their lock file is not up to date. */
export const flakeValue =
	(open: OpenWorld, options: LockOptions = {}) =>
	(engine: Engine, ref: string): Lazy =>
		flakeOutputs(open, engine.st, lockInEngine(open, engine.st, engineFlakeRef(open, ref), options));

/** `builtins.getFlake` in an engine. */
export const getFlakeBuiltin = (open: OpenWorld, ref: string, st: Evaluator): Lazy =>
	builtinGetFlake(ref, engineFlakeWorld(open, st));
