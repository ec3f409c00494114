import { NixError } from "../errors";
import { type Derivation, derivationType, isBuiltinBuilder, outputPath } from "../formats/derivation/derivation";
import { hashPlaceholder } from "../formats/derivation/placeholder";
import type { StorePath } from "../formats/store-path";
import { BuildLog } from "./build-log";
import { builderFailedMessage, noBuilderMessage, rejectionMessage } from "./build-message";
import type { Builder, BuildJob } from "./builder";
import { derivationOptions, type DerivationOptions } from "./derivation-options";
import { desugarEnvironment, isSandboxed } from "./environment";
import {
	BuilderExitError,
	BuilderFailedError,
	BuildFailure,
	InputRejectedError,
	InterruptedError,
	TimedOutError,
} from "./errors";
import type { RealiseEvent } from "./events";
import type { KnownOutputs } from "./known-outputs";
import { type OutputStatus, registerOutputs, scratchPath } from "./outputs";
import type { LogKeeper, RealiseOptions } from "./realise-options";
import { BuildAccess } from "./recursive";

/** What was built: paths of all outputs, and the last lines of the log. */
export interface BuiltDerivation {
	readonly outputs: ReadonlyMap<string, StorePath>;
	readonly logTail: readonly string[];
}

/** What is known of all outputs of a derivation now. */
export const outputStatuses = (
	options: RealiseOptions,
	known: KnownOutputs,
	drv: Derivation,
	isGood: (path: StorePath) => boolean = () => true,
): Map<string, OutputStatus> =>
	new Map(
		[...drv.outputs].map(([name, output]): [string, OutputStatus] => {
			const impure = output.kind === "impure";
			const path = impure ? outputPath(drv.name, name, output, options.store.storeDir) : known.path(drv, name);
			if (path === undefined) return [name, { valid: false }];
			if (!options.store.isValidPath(path)) return [name, { path, valid: false }];
			const valid = options.mode !== "repair" || isGood(path);
			return [name, valid ? { path, valid } : { path, valid, corrupt: true }];
		}),
	);

/**
 * The builder that is to build this derivation. Throws an InputRejectedError where there is none, or the derivation
 * asks for another system or features that are not there.
 */
export const chooseBuilder = (
	options: RealiseOptions,
	drvPath: StorePath,
	drv: Derivation,
	drvOptions: DerivationOptions,
): Builder => {
	const builder = options.builders.find((candidate) => candidate.accepts(drv));
	if (builder === undefined) throw new InputRejectedError(noBuilderMessage);
	if (builder.anyDerivation === true) return builder;
	const systems = [options.system, ...(options.extraPlatforms ?? [])];
	const required = [...requiredFeatures(drv, drvOptions)].sort();
	const experimental = options.contentAddressedDerivations === true ? ["ca-derivations"] : [];
	const available = [...new Set([...(options.systemFeatures ?? []), ...experimental])].sort();
	const message = rejectionMessage(drvPath.toString(options.store.storeDir), {
		maxJobsZero: options.maxJobs === 0,
		...(systems.includes(drv.platform) || isBuiltinBuilder(drv) || builder.anySystem === true
			? {}
			: { platform: { required: drv.platform, current: options.system } }),
		...(required.every((feature) => available.includes(feature)) ? {} : { features: { required, available } }),
	});
	if (message !== undefined) throw new InputRejectedError(message);
	return builder;
};

/** What a derivation asks of the machine that builds it. */
export const requiredFeatures = (drv: Derivation, drvOptions: DerivationOptions): Set<string> => {
	const type = derivationType(drv);
	const unknownOutputs = type === "floating" || type === "deferred" || type === "impure";
	return new Set([...drvOptions.requiredSystemFeatures, ...(unknownOutputs ? ["ca-derivations"] : [])]);
};

/** As {@link chooseBuilder}, but why there is none is a result. */
export const chooseBuilderOr = (...args: Parameters<typeof chooseBuilder>): Builder | InputRejectedError => {
	try {
		return chooseBuilder(...args);
	} catch (error) {
		if (error instanceof InputRejectedError) return error;
		throw error;
	}
};

/**
 * Build one derivation whose inputs are valid, and register its outputs. `inputPaths` is the closure of its inputs.
 * Throws BuildFailures.
 */
export const buildDerivation = async (
	options: RealiseOptions,
	builder: Builder,
	drvPath: StorePath,
	derivation: Derivation,
	inputPaths: readonly StorePath[],
	signal: AbortSignal,
	emit: (event: RealiseEvent) => void,
	statuses: ReadonlyMap<string, OutputStatus>,
): Promise<BuiltDerivation> => {
	const { store } = options;
	const drvOptions = derivationOptions(derivation);
	builder.check?.(drvPath, { derivation, options: drvOptions });
	const hidden = builder.hidesValidOutputs({ derivation, options: drvOptions });
	const scratchOutputs = new Map<string, StorePath>();
	const rewrites = new Map<string, string>();
	for (const [name, { path, valid, corrupt = false }] of statuses) {
		const scratch =
			path !== undefined && (hidden || !(valid || corrupt))
				? path
				: scratchPath(drvPath, derivation.name, name, path, store.storeDir);
		// Collectors are not to take what a builder is writing.
		store.addTempRoot?.(scratch);
		scratchOutputs.set(name, scratch);
		rewrites.set(hashPlaceholder(name), scratch.toString(store.storeDir));
		if (path !== undefined && !path.equals(scratch)) rewrites.set(path.hashPart, scratch.hashPart);
	}
	const mode = options.mode ?? "normal";
	const log = new BuildLog(
		options.logLines ?? 25,
		(line) => emit({ type: "logLine", drvPath, line }),
		(message) => {
			if (!("severity" in message)) emit({ type: "builderMessage", drvPath, message });
			else emit({ type: message.severity === "warning" ? "warning" : "complaint", message: message.text });
		},
	);
	const run = new RunningBuild(options, drvPath, signal);
	let keeper: ReturnType<LogKeeper["open"]> | undefined;
	const access = new BuildAccess(inputPaths);
	const { serveBuilder } = options;
	let told = false;
	const started = (): void => {
		if (told) return;
		told = true;
		emit({ type: "buildStarted", drvPath, mode });
		keeper = options.logs?.open(drvPath);
	};
	const job: BuildJob = {
		started,
		added: () => access.added,
		...(serveBuilder !== undefined && drvOptions.requiredSystemFeatures.has("recursive-nix")
			? { serve: (socket) => serveBuilder(access, socket) }
			: {}),
		drvPath,
		derivation,
		options: drvOptions,
		inputPaths,
		store,
		scratchOutputs,
		rewrites,
		desugared: desugarEnvironment(store, derivation, drvOptions, inputPaths),
		cores: options.cores ?? 1,
		impureEnvironment: options.impureEnvironment ?? (() => undefined),
		log: (chunk) => {
			// What goes beyond what a log may hold is no part of it.
			if (!run.hears(log.size + chunk.length)) return;
			log.write(chunk);
			keeper?.write(chunk);
			void options.ensureSpace?.();
		},
		keepFailed: options.keepFailed === true,
		...(options.diffHook === undefined ? {} : { diffHook: options.diffHook }),
		tell: (message) => emit({ type: "complaint", message }),
		signal: run.signal,
	};
	emit({ type: "detail", level: 5, message: `executing builder '${derivation.builder}'` });
	emit({ type: "detail", level: 5, message: `using builder args '${derivation.args.join(" ")}'` });
	for (const [name, value] of derivation.env)
		emit({ type: "detail", level: 7, message: `setting builder env variable '${name}'='${value}'` });
	if (builder.startsItself !== true) started();
	try {
		const products = await run.guard(builder.build(job));
		log.flush();
		let failed = true;
		try {
			const infos = registerOutputs(job, products, statuses, {
				mode,
				now: options.now?.() ?? 0,
				...(options.secretKeys === undefined ? {} : { secretKeys: options.secretKeys }),
			});
			const outputs = new Map<string, StorePath>();
			for (const [name, { path }] of statuses) {
				const registered = infos.get(name)?.path ?? path;
				if (registered !== undefined) outputs.set(name, registered);
			}
			failed = false;
			return { outputs, logTail: log.tail };
		} finally {
			products.dispose(failed);
		}
	} catch (error) {
		log.flush();
		if (!(error instanceof BuilderExitError)) throw error;
		const status = isSandboxed(derivation) ? "PermanentFailure" : "TransientFailure";
		const message = builderFailedMessage(drvPath, derivation, error.exit, log.tail, {
			storeDir: store.storeDir,
			logCommand: options.logCommand ?? "nix log",
		});
		const details = { exit: error.exit, drvPath: drvPath.toString(store.storeDir), logTail: log.tail };
		throw new BuilderFailedError(status, message, details);
	} finally {
		keeper?.close();
		run.end();
	}
};

/** A build under way: ends it when it is cancelled, takes too long, is silent too long, or writes too much. */
class RunningBuild {
	readonly #abort = new AbortController();
	readonly #options: RealiseOptions;
	readonly #drvPath: StorePath;
	readonly #outer: AbortSignal;
	#reason: BuildFailure | undefined;
	#cancelTimeout: (() => void) | undefined;
	#cancelSilence: (() => void) | undefined;
	readonly #interrupt = (): void => this.#stop(new InterruptedError());

	constructor(options: RealiseOptions, drvPath: StorePath, outer: AbortSignal) {
		this.#options = options;
		this.#drvPath = drvPath;
		this.#outer = outer;
		if (outer.aborted) this.#interrupt();
		else outer.addEventListener("abort", this.#interrupt, { once: true });
		const { timeout = 0, timers } = options;
		if (timeout > 0) this.#cancelTimeout = timers?.after(timeout, () => this.#stop(new TimedOutError(timeout)));
		this.#listen();
	}

	get signal(): AbortSignal {
		return this.#abort.signal;
	}

	/** The builder wrote something; `size` is all it wrote so far. False where that is not listened to any more. */
	hears(size: number): boolean {
		const { maxLogSize = 0, store } = this.#options;
		if (maxLogSize > 0 && size > maxLogSize)
			this.#stop(
				new BuildFailure(
					"LogLimitExceeded",
					`building derivation '${this.#drvPath.toString(store.storeDir)}' killed after writing more than ${maxLogSize} bytes of log output`,
				),
			);
		if (this.#reason !== undefined) return false;
		this.#listen();
		return true;
	}

	/** The builder's result, or the reason why it was ended. Waits until the builder is gone. */
	async guard<T>(building: Promise<T>): Promise<T> {
		try {
			const result = await building;
			if (this.#reason === undefined) return result;
		} catch (error) {
			if (this.#reason === undefined) throw error;
		}
		throw this.#reason ?? new NixError("UNREACHABLE", "a build ended without a reason");
	}

	end(): void {
		this.#cancelTimeout?.();
		this.#cancelSilence?.();
		this.#outer.removeEventListener("abort", this.#interrupt);
	}

	#listen(): void {
		const { maxSilentTime = 0, timers } = this.#options;
		if (maxSilentTime === 0) return;
		this.#cancelSilence?.();
		this.#cancelSilence = timers?.after(maxSilentTime, () => this.#stop(new TimedOutError(maxSilentTime)));
	}

	#stop(reason: BuildFailure): void {
		this.#reason ??= reason;
		this.#abort.abort(this.#reason);
	}
}
