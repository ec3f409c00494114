import type { ByteString } from "../byte-string";
import { NixError } from "../errors";
import { type Derivation, derivationType } from "../formats/derivation/derivation";
import { derivationPath } from "../formats/derivation/fill-outputs";
import { parseOutputId, type Realisation, signRealisation } from "../formats/realisation";
import { isDerivationPath, type StorePath } from "../formats/store-path";
import { type BuiltDerivation, buildDerivation, chooseBuilderOr, outputStatuses } from "./build-derivation";
import { dependenciesFailedMessage } from "./build-message";
import { closureOf, sortPaths } from "./closure";
import { readDerivationOptions } from "./derivation-options";
import { BuildFailure, DependencyFailedError, type FailureStatus, InterruptedError } from "./errors";
import type { RealiseEvent } from "./events";
import { type GoalResult, goalFailure, goalSuccess } from "./goal-result";
import { GoodContents } from "./good-contents";
import { KnownOutputs } from "./known-outputs";
import { lockOutputs } from "./output-locks";
import { runPostBuildHook } from "./post-build-hook";
import { ProgressCounts } from "./progress-counts";
import type { RealiseOptions, RealiseStatus } from "./realise-options";
import { buildElsewhere, type ElsewhereContext } from "./remote/build-elsewhere";
import type { RemoteBuilding } from "./remote/remote-building";
import { corruptReferences } from "./repair";
import { chainText, type DerivationChain, inputChains, resolveDerivation, shouldResolve } from "./resolve";
import { awaitGoals, JobSlots } from "./schedule";
import { type SubstitutionContext, type SubstitutionManner, substitutionGoal } from "./substitution-goal";

/**
 * The goals of one realisation. A goal is a promise, made once for each thing that is wanted: a path, the wanted
 * outputs of a derivation, one output, one build. It resolves to a {@link GoalResult}, also when it failed; it rejects
 * for errors that end the whole realisation.
 */
export class Realiser {
	readonly known: KnownOutputs;
	readonly built: StorePath[] = [];
	readonly substituted: StorePath[] = [];
	readonly valid: StorePath[] = [];
	readonly logs = new Map<string, readonly string[]>();
	readonly outputs = new Map<string, Map<string, StorePath>>();
	/** Of all goals that failed, for the exit status. */
	readonly failures: FailureStatus[] = [];
	readonly #options: RealiseOptions;
	readonly #targets = new Set<string>();
	readonly #depths = new Map<string, number>();
	readonly #goals = new Map<string, Promise<unknown>>();
	readonly #buildSlots: JobSlots;
	readonly #substitutionSlots: JobSlots;
	readonly #contents: GoodContents;
	readonly #abort = new AbortController();
	readonly #progress: ProgressCounts;
	readonly #substitutionContext: SubstitutionContext;

	constructor(options: RealiseOptions) {
		this.#options = options;
		this.known = new KnownOutputs(options.store, options.contentAddressedDerivations ?? false);
		this.#buildSlots = new JobSlots(options.maxJobs ?? 1);
		this.#substitutionSlots = new JobSlots(Math.max(1, options.maxSubstitutionJobs ?? 16));
		const emit = (event: RealiseEvent): void => this.emit(event);
		this.#contents = new GoodContents(options.store, emit);
		this.#progress = new ProgressCounts(emit);
		this.#substitutionContext = {
			options,
			emit,
			slots: this.#substitutionSlots,
			progress: this.#progress,
			awaitPaths: (paths) => this.#awaitReported(paths.map((path) => this.path(path))),
			onValid: (path) => void this.valid.push(path),
			onSubstituted: (path) => {
				this.substituted.push(path);
				this.#contents.note(path);
			},
		};
	}

	/** End everything that is under way and wait until it is gone. */
	async stop(): Promise<void> {
		this.#buildSlots.close();
		this.#substitutionSlots.close();
		this.#abort.abort();
		await this.#progress.ended();
	}

	readonly #warn = (message: ByteString): void => this.emit({ type: "warning", message });

	emit(event: RealiseEvent): void {
		this.#options.onEvent?.(event);
	}

	/** Make a path valid by substitution. */
	path(path: StorePath, manner: SubstitutionManner = {}): Promise<GoalResult> {
		const key = `path ${path.baseName}${manner.repair === true ? " again" : ""}`;
		return this.#once(key, () => substitutionGoal(this.#substitutionContext, path, manner));
	}

	/** How many steps it is from what was asked for to a derivation, at first sight. */
	#depthOf(drvPath: StorePath): number {
		return this.#depths.get(drvPath.baseName) ?? 0;
	}

	/** Only what was asked for itself is checked or repaired, not what it is made of. */
	#modeOf(drvPath: StorePath): "normal" | "check" | "repair" {
		return this.#targets.has(drvPath.baseName) ? (this.#options.mode ?? "normal") : "normal";
	}

	/** Note that a derivation is asked for itself. */
	target(chain: DerivationChain): void {
		const drvPath = this.known.derivation(chain) ?? chain.drvPath;
		this.#targets.add(drvPath.baseName);
		this.#depths.set(drvPath.baseName, 0);
	}

	/** Realise some outputs of a derivation, which may itself have to be built first. */
	derivation(chain: DerivationChain, wanted: "all" | readonly string[]): Promise<GoalResult> {
		const key = `${chainText(chain, "")} ${wanted === "all" ? "*" : [...wanted].sort().join(",")}`;
		if (!this.#goals.has(`derivation ${key}`)) this.#progress.tell();
		return this.#once(`derivation ${key}`, () => this.#obtainDerivation(chain, wanted));
	}

	#once<T>(key: string, start: () => Promise<T>): Promise<T> {
		const known = this.#goals.get(key);
		if (known !== undefined) return known as Promise<T>;
		const goal = Promise.resolve().then(start);
		// Whoever waits sees a rejection; a goal nobody waits for any more may end unseen.
		goal.catch(() => {});
		this.#goals.set(key, goal);
		return goal;
	}

	/** Wait for goals on behalf of another; their failures are reported as events. */
	async #await(goals: readonly Promise<GoalResult>[]): Promise<{ failed: number; noSubstituters: number }> {
		return awaitGoals(goals, this.#options.keepGoing ?? false);
	}

	/** The same; what failed is told. That nobody has a path is no failure: it may be built. */
	async #awaitReported(goals: readonly Promise<GoalResult>[]): Promise<{ failed: number; noSubstituters: number }> {
		// What fails when nobody waits for it any more is nobody's concern.
		let waits = true;
		const reported = goals.map(async (goal) => {
			const result = await goal;
			if (result.failed && result.noSubstituters !== true && waits) this.#report(result.error);
			if (result.failed && this.#options.keepGoing !== true) waits = false;
			return result;
		});
		for (const goal of reported) goal.catch(() => {});
		return this.#await(reported);
	}

	readonly #reported = new Set<BuildFailure>();
	/** What the first build that failed failed with. */
	#firstFailure: BuildFailure | undefined;
	#report(error: BuildFailure): void {
		if (this.#reported.has(error) || error instanceof InterruptedError) return;
		// Builds that fail while everything ends because of the first were given up.
		const givenUp = this.#firstFailure !== undefined && error !== this.#firstFailure;
		if (this.#options.keepGoing !== true && givenUp && !(error instanceof DependencyFailedError)) return;
		this.#reported.add(error);
		this.emit({ type: "error", error });
	}

	async #obtainDerivation(chain: DerivationChain, wanted: "all" | readonly string[]): Promise<GoalResult> {
		const { store } = this.#options;
		let drvPath = this.known.derivation(chain);
		if (drvPath !== undefined) store.addTempRoot?.(drvPath);
		if (drvPath === undefined || !store.isValidPath(drvPath)) {
			const last = chain.outputs.at(-1);
			const goal =
				last === undefined
					? this.path(chain.drvPath)
					: this.derivation({ drvPath: chain.drvPath, outputs: chain.outputs.slice(0, -1) }, [last]);
			if ((await this.#awaitReported([goal])).failed > 0)
				return this.#fail(
					new DependencyFailedError(`failed to obtain derivation of '${chainText(chain, store.storeDir)}'`),
				);
			drvPath = this.known.derivation(chain) as StorePath;
		}
		const drv = store.readDerivation(drvPath);
		const names = wanted === "all" ? [...drv.outputs.keys()].sort() : [...wanted].sort();
		const place = drvPath;
		const goals = names.map((name) => this.#output(place, drv, name, false));
		const { failed } = await this.#await(goals);
		if (failed > 0) {
			// Without keepGoing others may still be under way: the first in order that is known to have failed counts.
			for (const goal of goals) {
				const result = await Promise.race([goal, Promise.resolve(undefined)]);
				if (result?.failed === true) return result;
			}
		}
		const outputs = new Map<string, StorePath>();
		let status: RealiseStatus = "ResolvesToAlreadyValid";
		for (const goal of goals) {
			const result = await goal;
			if (result.failed) return result;
			for (const [name, path] of result.outputs) outputs.set(name, path);
			if (priority[result.status] < priority[status]) status = result.status;
		}
		return goalSuccess(status, outputs);
	}

	/** One output of a derivation that is at hand. `store` writes the derivation, which resolving has made. */
	#output(drvPath: StorePath, drv: Derivation, name: string, write: boolean): Promise<GoalResult> {
		return this.#once(`output ${drvPath.baseName} ${name}`, async () => {
			this.#progress.expect("builds", 1);
			this.#progress.tell();
			let result: GoalResult;
			try {
				result = await this.#realiseOutput(drvPath, drv, name, write);
			} finally {
				this.#progress.expect("builds", -1);
			}
			if (result.failed || result.status === "AlreadyValid") this.#progress.tell();
			if (!result.failed) {
				const key = drvPath.toString(this.#options.store.storeDir);
				const outputs = this.outputs.get(key) ?? new Map<string, StorePath>();
				for (const [output, path] of result.outputs) outputs.set(output, path);
				this.outputs.set(key, outputs);
			}
			return result;
		});
	}

	async #realiseOutput(drvPath: StorePath, drv: Derivation, name: string, write: boolean): Promise<GoalResult> {
		const { store, contentAddressedDerivations = false } = this.#options;
		const drvText = drvPath.toString(store.storeDir);
		if (!drv.outputs.has(name))
			throw new NixError("NO_SUCH_OUTPUT", `derivation '${drvText}' does not have output '${name}'`);
		const options = readDerivationOptions(drvPath, drv, store.storeDir, this.#warn);
		const type = derivationType(drv);
		if (type === "floating" || type === "deferred" || type === "impure") this.#requireFeature("ca-derivations");
		if (type === "impure") this.#requireFeature("impure-derivations");
		const mode = this.#modeOf(drvPath);
		if (type !== "impure") {
			const valid = this.#validOutput(drv, name);
			const isGood = valid !== undefined && (mode !== "repair" || this.#contents.has(valid));
			if (valid !== undefined && mode === "normal") {
				this.valid.push(valid);
				return goalSuccess("AlreadyValid", new Map([[name, valid]]));
			}
			const wanting = valid === undefined || (mode === "repair" && !isGood);
			if (wanting && (this.#options.alwaysAllowSubstitutes === true || options.allowSubstitutes)) {
				const result = await this.#substituteOutput(drvPath, drv, name, mode === "repair");
				if (result !== undefined && (result.failed || mode === "normal")) return result;
			}
			if (mode === "repair") {
				const now = this.#validOutput(drv, name);
				if (now !== undefined && this.#contents.has(now)) return this.#repairClosure(drvPath, drv, name, now);
			}
			if (mode === "check" && this.#validOutput(drv, name) === undefined)
				throw new NixError(
					"CHECK_NOT_POSSIBLE",
					`some outputs of '${drvText}' are not valid, so checking is not possible\nHint: --rebuild and --check error if the derivation was not previously built and cannot be substituted.\n      Remove it to perform a fresh build, or use --repair to rewrite missing or corrupted builds in the store.`,
				);
		}
		const inputs = inputChains(drv);
		for (const { chain } of inputs)
			if (!this.#depths.has(chain.drvPath.baseName))
				this.#depths.set(chain.drvPath.baseName, this.#depthOf(drvPath) + 1);
		this.#checkPurity(drvPath, drv, inputs);
		const { failed } = await this.#awaitReported(inputs.map(({ chain, outputs }) => this.derivation(chain, outputs)));
		if (failed > 0)
			return this.#fail(new DependencyFailedError(dependenciesFailedMessage(drvPath, drv, failed, store.storeDir)));
		if (shouldResolve(drv, contentAddressedDerivations)) return this.#resolveAndRealise(drvPath, drv, name);
		const result = await this.#build(drvPath, drv, write);
		if ("error" in result) return this.#fail(result.error);
		const path = result.outputs.get(name) ?? this.#validOutput(drv, name);
		if (path === undefined) throw new NixError("UNREACHABLE", "some outputs are unexpectedly invalid");
		return goalSuccess(result.built ? "Built" : "AlreadyValid", new Map([[name, path]]));
	}

	async #resolveAndRealise(drvPath: StorePath, drv: Derivation, name: string): Promise<GoalResult> {
		const { store } = this.#options;
		const resolved = await this.#once(`resolve ${drvPath.baseName}`, async () => {
			const lookup = (chain: DerivationChain, output: string): StorePath | undefined => {
				const inner = this.known.derivation(chain);
				if (inner === undefined) return undefined;
				const built = this.outputs.get(inner.toString(store.storeDir))?.get(output);
				return built ?? this.known.path(store.readDerivation(inner), output);
			};
			const derivation = resolveDerivation(drv, lookup, { placeholders: true, storeDir: store.storeDir });
			if (derivation === undefined)
				throw new NixError(
					"MISSING_REALISATION",
					`cannot resolve derivation '${drvPath.toString(store.storeDir)}': an output of one of its inputs is not known`,
				);
			const path = derivationPath(derivation, { storeDir: store.storeDir });
			this.emit({ type: "resolved", drvPath, resolvedPath: path });
			return { derivation, path };
		});
		if (this.#targets.has(drvPath.baseName)) this.#targets.add(resolved.path.baseName);
		const goal = this.#output(resolved.path, resolved.derivation, name, true);
		await this.#awaitReported([goal]);
		const result = await goal;
		this.emit({ type: "resolvedFinished", drvPath });
		if (result.failed)
			return this.#fail(
				new DependencyFailedError(`build of resolved derivation '${resolved.path.toString(store.storeDir)}' failed`),
			);
		const path = result.outputs.get(name) as StorePath;
		if (derivationType(drv) !== "impure") this.#registerRealisation(this.known.outputId(drv, name), path);
		return goalSuccess(result.status === "AlreadyValid" ? "ResolvesToAlreadyValid" : result.status, result.outputs);
	}

	/** Build all outputs of a derivation whose input derivations are realised. */
	#build(
		drvPath: StorePath,
		drv: Derivation,
		write: boolean,
	): Promise<(BuiltDerivation & { built: boolean }) | { error: BuildFailure }> {
		return this.#once(`build ${drvPath.baseName}`, async () => {
			try {
				return await this.#buildNow(drvPath, drv, write);
			} catch (error) {
				if (!(error instanceof BuildFailure)) throw error;
				this.#firstFailure ??= error;
				this.emit({ type: "buildFailed", drvPath, error });
				// Nothing new starts once something failed: the failure is on its way to the targets.
				if (this.#options.keepGoing !== true) this.#buildSlots.close();
				return { error };
			}
		});
	}

	async #buildNow(drvPath: StorePath, drv: Derivation, write: boolean): Promise<BuiltDerivation & { built: boolean }> {
		const { store } = this.#options;
		const missing = drv.inputSrcs.filter((source) => !store.isValidPath(source));
		if (missing.length > 0 && this.#options.substituters === undefined)
			throw new NixError(
				"MISSING_DEPENDENCY",
				`dependency '${(missing[0] as StorePath).toString(store.storeDir)}' of '${drvPath.toString(store.storeDir)}' does not exist, and substitution is disabled`,
			);
		const { failed } = await this.#awaitReported(missing.map((source) => this.path(source)));
		if (failed > 0) throw new DependencyFailedError(dependenciesFailedMessage(drvPath, drv, failed, store.storeDir));
		if (write) store.addDerivation(drv);
		const inputPaths = closureOf(store, this.#directInputs(drvPath, drv));
		const drvOptions = readDerivationOptions(drvPath, drv, store.storeDir, this.#warn);
		const here = chooseBuilderOr(this.#options, drvPath, drv, drvOptions);
		const isHere = !(here instanceof BuildFailure);
		if (
			this.#options.remote !== undefined &&
			this.#modeOf(drvPath) === "normal" &&
			!(isHere && drvOptions.preferLocalBuild)
		) {
			const elsewhere = await this.#buildElsewhere(this.#options.remote, drvPath, drv, inputPaths, isHere);
			if (elsewhere?.built === true) this.#finished(drvPath, elsewhere);
			if (elsewhere !== undefined) return elsewhere;
		}
		if (here instanceof BuildFailure) throw here;
		const builder = here;
		// What is asked for by fewer others, and asks for nothing itself, could start sooner.
		const turn = this.#depthOf(drvPath) + (drv.inputDrvs.size > 0 || write ? 1.5 : 0);
		const release = await this.#buildSlots.acquire(`${drvPath.name}$${drvPath.baseName}`, turn);
		await this.#options.ensureSpace?.();
		let unlock: ((remove: boolean) => void) | undefined;
		let built = false;
		try {
			unlock = await lockOutputs(this.#options, this.known, drvPath, drv);
			const mode = this.#modeOf(drvPath);
			const options = { ...this.#options, mode };
			const isGood = (path: StorePath): boolean => this.#contents.has(path);
			const statusOf = outputStatuses(options, this.known, drv, isGood);
			const statuses = [...statusOf];
			if (mode !== "check" && statuses.every(([, { valid }]) => valid)) {
				const outputs = new Map(statuses.map(([name, { path }]) => [name, path as StorePath]));
				return { outputs, logTail: [], built: false };
			}
			const outcome = await this.#progress.track("builds", async () => {
				const signal = this.#abort.signal;
				const emit = (event: RealiseEvent): void => this.emit(event);
				const result = await buildDerivation(options, builder, drvPath, drv, inputPaths, signal, emit, statusOf);
				for (const path of result.outputs.values()) this.#contents.note(path);
				if (this.#options.contentAddressedDerivations === true && derivationType(drv) !== "impure")
					for (const [name, path] of result.outputs) this.#registerRealisation(this.known.outputId(drv, name), path);
				built = true;
				await this.#runHook(drvPath, result.outputs.values());
				return result;
			});
			this.#finished(drvPath, outcome);
			return { ...outcome, built: true };
		} finally {
			unlock?.(built);
			release();
		}
	}

	#finished(drvPath: StorePath, { outputs, logTail }: BuiltDerivation): void {
		this.built.push(drvPath);
		this.logs.set(drvPath.toString(this.#options.store.storeDir), logTail);
		this.emit({ type: "buildFinished", drvPath, outputs });
	}

	#buildElsewhere(
		remote: RemoteBuilding,
		drvPath: StorePath,
		drv: Derivation,
		inputPaths: readonly StorePath[],
		here: boolean,
	): Promise<(BuiltDerivation & { built: boolean }) | undefined> {
		const context: ElsewhereContext = {
			options: this.#options,
			known: this.known,
			signal: this.#abort.signal,
			emit: (event) => this.emit(event),
			hasFreeSlot: () => this.#buildSlots.hasFree,
			validOutput: (derivation, name) => this.#validOutput(derivation, name),
			track: (work) => this.#progress.track("builds", work),
			afterBuild: (path, outputs) => this.#runHook(path, outputs),
		};
		return buildElsewhere(context, remote, drvPath, drv, inputPaths, here);
	}

	async #runHook(drvPath: StorePath, outputs: Iterable<StorePath>): Promise<void> {
		const { postBuildHook: hook, store } = this.#options;
		if (hook === undefined) return;
		this.emit({ type: "postBuildHookStarted", drvPath, program: hook.program });
		const onLine = (line: string): void => this.emit({ type: "postBuildHookLine", drvPath, line });
		await runPostBuildHook(hook, drvPath, outputs, store.storeDir, onLine, this.#abort.signal);
		this.emit({ type: "postBuildHookFinished", drvPath });
	}

	/** What came of a derivation here is signed by us. */
	#registerRealisation(outputId: string, outPath: StorePath): void {
		const { store, secretKeys = [] } = this.#options;
		const unsigned: Realisation = { id: parseOutputId(outputId), outPath, signatures: [] };
		const { signatures } = secretKeys.reduce(signRealisation, unsigned);
		store.registerRealisation(outputId, outPath, signatures);
	}

	#directInputs(drvPath: StorePath, drv: Derivation): StorePath[] {
		const { store } = this.#options;
		const paths = [...drv.inputSrcs];
		for (const { chain, outputs } of inputChains(drv)) {
			const inner = this.known.derivation(chain) as StorePath;
			const input = store.readDerivation(inner);
			for (const name of outputs) {
				const path = this.known.path(input, name);
				if (path === undefined)
					throw new NixError(
						"NO_SUCH_OUTPUT",
						`derivation '${drvPath.toString(store.storeDir)}' requires non-existent output '${name}' from input derivation '${inner.toString(store.storeDir)}'`,
					);
				paths.push(path);
			}
		}
		return sortPaths(paths);
	}

	/** The output's path if it is valid; its realisation is registered where it was not. */
	#validOutput(drv: Derivation, name: string): StorePath | undefined {
		const { store, contentAddressedDerivations = false } = this.#options;
		const path = this.known.path(drv, name);
		if (path !== undefined) store.addTempRoot?.(path);
		if (path === undefined || !store.isValidPath(path)) return undefined;
		if (contentAddressedDerivations) {
			const id = this.known.outputId(drv, name);
			if (store.queryRealisation(id) === undefined) store.registerRealisation(id, path);
		}
		return path;
	}

	/** An output is as it should be: see that what it refers to is, too, by building it again or substituting it. */
	async #repairClosure(drvPath: StorePath, drv: Derivation, name: string, valid: StorePath): Promise<GoalResult> {
		const { store } = this.#options;
		const context = {
			store,
			known: this.known,
			contents: this.#contents,
			emit: (event: RealiseEvent) => this.emit(event),
		};
		const goals = corruptReferences(drvPath, drv, valid, context).map(({ path, maker }) => {
			if (maker === undefined) return this.path(path, { repair: true });
			this.#targets.add(maker.baseName);
			return this.derivation({ drvPath: maker, outputs: [] }, "all");
		});
		if (goals.length > 0 && (await this.#awaitReported(goals)).failed > 0)
			throw new NixError(
				"CLOSURE_NOT_REPAIRED",
				`some paths in the output closure of derivation '${drvPath.toString(store.storeDir)}' could not be repaired`,
			);
		this.valid.push(valid);
		return goalSuccess("AlreadyValid", new Map([[name, valid]]));
	}

	/** Try to have an output substituted: undefined where it has to be built. */
	async #substituteOutput(
		drvPath: StorePath,
		drv: Derivation,
		name: string,
		repair: boolean,
	): Promise<GoalResult | undefined> {
		const { store, substituters = [], fallback = false } = this.#options;
		if (substituters.length === 0) return undefined;
		let path = this.known.path(drv, name);
		const id = path === undefined ? this.known.outputId(drv, name) : undefined;
		if (id !== undefined)
			for (const substituter of substituters) {
				path ??= await substituter.queryRealisation?.(id);
			}
		if (path === undefined) return undefined;
		const out = drv.outputs.get("out");
		const contentAddress = out?.kind === "fixed" ? { contentAddress: out.contentAddress } : {};
		const result = await this.path(path, { repair, ...contentAddress });
		if (!result.failed) {
			if (id !== undefined) store.registerRealisation(id, path);
			return goalSuccess("Substituted", new Map([[name, path]]));
		}
		if (result.noSubstituters === true || fallback) return undefined;
		this.#report(result.error);
		return this.#fail(
			new BuildFailure(
				"TransientFailure",
				`some substitutes for the outputs of derivation '${drvPath.toString(store.storeDir)}' failed (usually happens due to networking issues); try '--fallback' to build derivation from source `,
			),
		);
	}

	/** A pure derivation must not depend on an impure one. */
	#checkPurity(drvPath: StorePath, drv: Derivation, inputs: readonly { chain: DerivationChain }[]): void {
		const { store, impureDerivations = false } = this.#options;
		const type = derivationType(drv);
		if (!impureDerivations || type === "impure" || type === "fixed") return;
		for (const { chain } of inputs) {
			if (!isDerivationPath(chain.drvPath) || derivationType(store.readDerivation(chain.drvPath)) !== "impure")
				continue;
			const [pure, impure] = [drvPath, chain.drvPath].map((path) => path.toString(store.storeDir));
			throw new NixError("IMPURE_INPUT", `pure derivation '${pure}' depends on impure derivation '${impure}'`);
		}
	}

	#requireFeature(feature: "ca-derivations" | "impure-derivations"): void {
		const { contentAddressedDerivations = false, impureDerivations = false } = this.#options;
		if (feature === "ca-derivations" ? contentAddressedDerivations : impureDerivations) return;
		throw new NixError(
			"MISSING_EXPERIMENTAL_FEATURE",
			`experimental Nix feature '${feature}' is disabled; add '--extra-experimental-features ${feature}' to enable it`,
		);
	}

	#fail(error: BuildFailure): GoalResult {
		this.failures.push(error.status);
		return goalFailure(error);
	}
}

/** Of several outputs, the one that took the most work gives the status. */
const priority: Record<RealiseStatus, number> = {
	Built: 0,
	Substituted: 1,
	AlreadyValid: 2,
	ResolvesToAlreadyValid: 3,
};
