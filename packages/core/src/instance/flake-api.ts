import { Evaluator, type EvalSettings, installBuiltins } from "@tsnix/eval";
import { fetchInput, type HttpTransport } from "@tsnix/fetchers";
import {
	fromBytes,
	type JsonValue,
	NixError,
	parseStorePath,
	type RealiseOptions,
	type SyncStore,
	toBytes,
	type WritableSyncFs,
} from "@tsnix/store";
import { engineFlakeRef, engineFlakeWorld } from "../engine/flakes";
import { worldBuiltins } from "../engine/open-engine";
import type { FlakeShow } from "../engine/operations";
import { openWorld, type OpenWorld } from "../engine/world";
import { type CheckedOutput, omittedSystemsWarning } from "../flake/check";
import { buildChecks } from "../flake/check-builds";
import { parseInputPath } from "../flake/input-path";
import { type LockedFlake, lockFlake, type LockOptions } from "../flake/lock";
import { type LockChange, renderLockDiff } from "../flake/lock-diff";
import { writeLockFile } from "../flake/lock-file";
import type { LockGraph } from "../flake/lock-graph";
import { flakeMetadata, metadataJson, metadataText } from "../flake/metadata";
import { parseFlakeRef } from "../flake/ref";
import { writeLockOnHost } from "../flake/write-lock";
import { errorCodec } from "../worker/errors";
import type { Backend } from "./backend";
import type { Lifetime } from "./lifetime";
import type { NixOptions } from "./options";
import { registriesOf } from "./registries";
import { worldOf } from "./world-of";

/** How a flake is locked through the library. */
export interface FlakeLockOptions {
	/** Inputs whose locks are to be renewed, by path (`nixpkgs`, `home-manager/nixpkgs`); true for all. */
	readonly update?: readonly string[] | true;
	/** Inputs to take from elsewhere, by path: flake references. */
	readonly override?: Readonly<Record<string, string>>;
	/** Whether `flake.lock` is written. False unless told: the result has its text. */
	readonly write?: boolean;
	/** Commit the lock file (flakes in Git repositories). */
	readonly commit?: boolean;
}

/** What locking a flake came to. */
export interface FlakeLock {
	/** The text of `flake.lock`, as Nix writes it. */
	readonly text: string;
	readonly graph: LockGraph;
	/** What changed against the old lock file. */
	readonly changes: readonly LockChange[];
	/** The changes for people: one line an input. */
	readonly summary: string;
}

/** How a flake is checked through the library. */
export interface FlakeCheckOptions {
	/** Whether `checks` are built. True unless told; without it nothing is written to the store. */
	readonly build?: boolean;
	/** Whether outputs for other systems are checked as well. */
	readonly allSystems?: boolean;
	/** Whether errors are gathered, instead of ending the check. */
	readonly keepGoing?: boolean;
}

/** What checking a flake came to. */
export interface FlakeCheck {
	/** What was looked at, in that order. */
	readonly checked: readonly CheckedOutput[];
	/** The derivations of `checks` for this system, and the attributes that they are. */
	readonly derivations: readonly { readonly drvPath: string; readonly attributes: readonly string[] }[];
	/** The .drv files of what was built: of `derivations` what was not there yet, and what they need. */
	readonly built: readonly string[];
	/** Other systems, whose outputs were not looked at. */
	readonly omittedSystems: readonly string[];
	readonly warnings: readonly string[];
	/** With `keepGoing`: what is wrong. Without it the check ends with the first. */
	readonly errors: readonly NixError[];
}

/** Flakes: locking them, and what is known of them. Part of an instance. */
export class FlakeApi {
	/** Made by an instance. */
	constructor(
		private readonly options: NixOptions,
		/** How checks are built, and in which store. */
		private readonly building: RealiseOptions,
		private readonly settings: Partial<EvalSettings>,
		private readonly http: HttpTransport | undefined,
		private readonly backend: Backend,
		private readonly lifetime: Lifetime,
	) {}

	private get store(): SyncStore {
		return this.building.store;
	}

	/** A world to lock in: always afresh, so that files that changed are seen. */
	private world(): { readonly open: OpenWorld; readonly st: Evaluator } {
		const open = openWorld(worldOf(this.options, this.store, this.settings, this.http));
		const st = new Evaluator(open.host, this.settings);
		installBuiltins(st, worldBuiltins(open));
		return { open, st };
	}

	private locked(ref: string, options: FlakeLockOptions): Promise<LockedFlake> {
		return this.lifetime.during(() => this.lockAfresh(ref, options));
	}

	private async lockAfresh(ref: string, options: FlakeLockOptions): Promise<LockedFlake> {
		const { open, st } = this.world();
		// What is to be renewed is asked for anew, however young what is known of it may be.
		if (options.update !== undefined) Object.assign(open.fetch.settings, { tarballTtl: 0 });
		const { fs } = this.options;
		const overrides = Object.entries(options.override ?? {}).map(([path, to]) => ({
			path: parseInputPath(path),
			ref: parseFlakeRef(toBytes(to), {
				...(fs === undefined ? {} : { fs, baseDir: "/" }),
				allowMissing: true,
				settings: open.fetch.settings,
			}),
		}));
		const lockOptions: LockOptions = {
			write: options.write === true,
			...(options.update === true ? { recreate: true } : {}),
			...(Array.isArray(options.update) ? { updates: options.update.map((path) => parseInputPath(path)) } : {}),
			...(overrides.length === 0 ? {} : { overrides }),
			...(options.commit === undefined ? {} : { commit: options.commit }),
		};
		return lockFlake(
			{
				...engineFlakeWorld(open, st),
				fetch: (input) => fetchInput(input, open.fetch),
				registries: () => registriesOf(this.options),
				writeLockFile: (request) => {
					if (fs === undefined || !("writeFileSync" in fs))
						throw new NixError("READ_ONLY", `cannot write '${request.path}': the file system cannot be written`);
					writeLockOnHost(request, {
						fs: fs as typeof fs & WritableSyncFs,
						...(this.options.runGit === undefined ? {} : { git: this.options.runGit }),
					});
				},
				warn: (message) => {
					// That a lock is not written is what was asked for.
					if (options.write === true || !message.startsWith("not writing modified lock file"))
						this.options.onEvent?.({ type: "log", entry: { kind: "warning", text: message } });
				},
			},
			engineFlakeRef(open, toBytes(ref)),
			lockOptions,
		);
	}

	/**
	 * Locks a flake: its lock file as Nix would write it, and what changed. Inputs that do not depend on each other
	 * are fetched at once; nothing is written unless `write` is true.
	 *
	 *     const { text, changes } = await nix.flake.lock("/project", { update: ["nixpkgs"] })
	 */
	async lock(ref: string, options: FlakeLockOptions = {}): Promise<FlakeLock> {
		const { lock, changes } = await this.locked(ref, options);
		return {
			text: fromBytes(writeLockFile(lock)),
			graph: lock,
			changes,
			summary: fromBytes(renderLockDiff(changes)),
		};
	}

	/** What is known of a flake without evaluating it, as `nix flake metadata --json` has it. */
	async metadata(ref: string, options: FlakeLockOptions = {}): Promise<JsonValue> {
		return metadataJson(flakeMetadata(await this.locked(ref, options), this.store.storeDir));
	}

	/** The same for people. */
	async metadataText(ref: string, options: FlakeLockOptions = {}): Promise<string> {
		return fromBytes(metadataText(flakeMetadata(await this.locked(ref, options), this.store.storeDir)));
	}

	/** A flake's outputs, as `nix flake show` tells them; those of other systems are only named unless told. */
	show(ref: string, options: { readonly allSystems?: boolean; readonly legacy?: boolean } = {}): Promise<FlakeShow> {
		return this.backend.call("showFlake", ref, { system: this.options.system ?? "x86_64-linux", ...options });
	}

	/**
	 * Checks that a flake's outputs are what they have to be, and builds its `checks`: what `nix flake check` does.
	 *
	 *     const { warnings, built } = await nix.flake.check("/project")
	 *
	 * Rejects with the first error, worded as the reference words it; with `keepGoing` the result has all of them.
	 */
	async check(ref: string, options: FlakeCheckOptions = {}): Promise<FlakeCheck> {
		const { build = true, allSystems = false, keepGoing = false } = options;
		const { system } = this.building;
		const found = await this.backend.call("checkFlake", ref, { system, allSystems, keepGoing, readOnly: !build });
		const toBuild = found.toBuild.map(({ drvPath, attributes }) => ({
			drvPath: parseStorePath(drvPath, this.store.storeDir),
			attributes: attributes.map(toBytes),
		}));
		const { built, errors } = await this.lifetime.during(() =>
			buildChecks(build ? toBuild : [], { ...this.building, keepGoing }),
		);
		const omitted = omittedSystemsWarning(found.omittedSystems);
		const warnings = [...found.warnings, ...(omitted === undefined ? [] : [omitted])];
		for (const text of warnings)
			this.options.onEvent?.({ type: "log", entry: { kind: "warning", text: toBytes(text) } });
		return {
			checked: found.checked,
			derivations: found.toBuild,
			built: built.map((path) => path.toString(this.store.storeDir)),
			omittedSystems: found.omittedSystems,
			warnings,
			errors: [...found.errors.map((error) => errorCodec.decode(error) as NixError), ...errors],
		};
	}
}
