import type { RealiseEvent } from "../build/events";
import { KnownOutputs } from "../build/known-outputs";
import { planRealisation, type RealiseTarget } from "../build/plan";
import { realiseEach, type TargetOutcome } from "../build/realise";
import type { RealiseOptions } from "../build/realise-options";
import type { Derivation } from "../formats/derivation/derivation";
import type { DerivedPath, SingleDerivedPath } from "../formats/derived-path";
import type { Realisation } from "../formats/realisation";
import type { StorePath } from "../formats/store-path";
import type { BasicDerivation } from "../protocol/basic-derivation";
import type { BuildResult, BuildStatus } from "../protocol/build-result";
import { activity, type LogMessage } from "../protocol/log-messages";
import type { BuildMode, KeyedBuildResult } from "../protocol/worker-messages";
import type { MissingPaths } from "../stores/daemon/client";
import type { SyncStore } from "../stores/store";
import type { ServeRequest } from "./host";
import { logLine } from "./tunnel-log";

/** The derivation that a path begins with, and the outputs on the way to the one that is meant. */
const chainOf = (path: SingleDerivedPath): { drvPath: StorePath; via: string[] } => {
	if (path.kind === "opaque") return { drvPath: path.path, via: [] };
	const { drvPath, via } = chainOf(path.drvPath);
	return { drvPath, via: [...via, path.output] };
};

/** What a request is to the scheduler. */
export const realiseTargetOf = (path: DerivedPath): RealiseTarget => {
	if (path.kind === "opaque") return { path: path.path };
	const { drvPath, via } = chainOf(path.drvPath);
	return { drvPath, ...(via.length === 0 ? {} : { via }), outputs: path.outputs };
};

const nothingBuilt = { isNonDeterministic: false, timesBuilt: 0, startTime: 0, stopTime: 0, builtOutputs: new Map() };

const failed = (status: BuildStatus | "HashMismatch", message: string): BuildResult => ({
	...nothingBuilt,
	status: status === "HashMismatch" ? "OutputRejected" : status,
	message,
	isNonDeterministic: status === "NotDeterministic",
});

/** Builds for a client; what fails is part of the results. */
export const buildForClient = async (
	targets: readonly DerivedPath[],
	mode: BuildMode,
	options: RealiseOptions,
	request: ServeRequest,
): Promise<KeyedBuildResult[]> => {
	const { store } = options;
	const startTime = options.now?.() ?? 0;
	const { outcomes } = await realiseEach(targets.map(realiseTargetOf), withRequest(options, mode, request));
	const stopTime = options.now?.() ?? 0;
	const known = new KnownOutputs(store, options.contentAddressedDerivations ?? false);
	return outcomes.map((outcome, i): KeyedBuildResult => {
		const path = targets[i];
		const result = resultOf(outcome, (outputs) => builtOutputs(known, store, path, outputs));
		const timesBuilt = result.status === "Built" ? 1 : 0;
		return { path, ...result, timesBuilt, ...(timesBuilt > 0 ? { startTime, stopTime } : {}) };
	});
};

const resultOf = (
	{ result, error }: TargetOutcome,
	realisations: (outputs: ReadonlyMap<string, StorePath>) => ReadonlyMap<string, Realisation>,
): BuildResult => {
	if (result !== undefined)
		return { ...nothingBuilt, status: result.status, message: "", builtOutputs: realisations(result.outputs) };
	return error === undefined ? failed("MiscFailure", "") : failed(error.status, error.message);
};

const builtOutputs = (
	known: KnownOutputs,
	store: SyncStore,
	path: DerivedPath,
	outputs: ReadonlyMap<string, StorePath>,
): Map<string, Realisation> => {
	if (path.kind === "opaque") return new Map();
	const { drvPath, via } = chainOf(path.drvPath);
	const place = known.derivation({ drvPath, outputs: via });
	if (place === undefined || !store.isValidPath(place)) return new Map();
	return realisationsOf(known, store.readDerivation(place), outputs);
};

const realisationsOf = (
	known: KnownOutputs,
	drv: Derivation,
	outputs: ReadonlyMap<string, StorePath>,
): Map<string, Realisation> => {
	const hashes = known.hashes(drv);
	const out = new Map<string, Realisation>();
	for (const [outputName, outPath] of outputs) {
		const drvHash = hashes.get(outputName);
		if (drvHash !== undefined) out.set(outputName, { id: { drvHash, outputName }, outPath, signatures: [] });
	}
	return out;
};

/** Builds a derivation that need not be in the store. */
export const buildDerivationForClient = async (
	drvPath: StorePath,
	basic: BasicDerivation,
	mode: BuildMode,
	options: RealiseOptions,
	request: ServeRequest,
): Promise<BuildResult> => {
	const drv: Derivation = { ...basic, inputDrvs: new Map() };
	const store = withDerivation(options.store, drvPath, drv);
	const known = new KnownOutputs(store, options.contentAddressedDerivations ?? false);
	const target: RealiseTarget = { drvPath, outputs: "all" };
	const { outcomes } = await realiseEach([target], { ...withRequest(options, mode, request), store });
	return resultOf(outcomes[0], (outputs) => realisationsOf(known, drv, outputs));
};

/** The store, as if a derivation were in it. */
const withDerivation = (store: SyncStore, drvPath: StorePath, drv: Derivation): SyncStore => {
	const view = Object.create(store) as { -readonly [K in keyof SyncStore]: SyncStore[K] };
	view.isValidPath = (path) => path.equals(drvPath) || store.isValidPath(path);
	view.readDerivation = (path) => (path.equals(drvPath) ? drv : store.readDerivation(path));
	return view;
};

/** What a client wants to know is missing. */
export const missingForClient = async (
	targets: readonly DerivedPath[],
	options: RealiseOptions,
): Promise<MissingPaths> => planRealisation(targets.map(realiseTargetOf), options);

/** The options of a realisation, with what a client asked for. */
const withRequest = (options: RealiseOptions, mode: BuildMode, request: ServeRequest): RealiseOptions => {
	const { settings } = request;
	return {
		...options,
		...(mode === "check" ? { mode } : {}),
		...(settings.keepGoing === undefined ? {} : { keepGoing: settings.keepGoing }),
		...(settings.tryFallback === undefined ? {} : { fallback: settings.tryFallback }),
		...(settings.maxBuildJobs === undefined ? {} : { maxJobs: settings.maxBuildJobs }),
		...(settings.buildCores === undefined || settings.buildCores === 0 ? {} : { cores: settings.buildCores }),
		...(settings.maxSilentTime ? { maxSilentTime: settings.maxSilentTime } : {}),
		...(settings.timeout ? { timeout: settings.timeout } : {}),
		...(settings.maxLogSize ? { maxLogSize: settings.maxLogSize } : {}),
		...(settings.useSubstitutes === false ? { substituters: [] } : {}),
		signal: request.signal,
		onEvent: clientEvents(options.store.storeDir, request),
	};
};

let nextActivity = 1n;

/** Tells a client of builds as the reference's daemon does. */
const clientEvents = (storeDir: string, { settings, log }: ServeRequest): ((event: RealiseEvent) => void) => {
	const running = new Map<string, bigint>();
	const tell = (level: number, message: LogMessage): void => {
		if (level <= (settings.verbosity ?? 3)) log(message);
	};
	return (event) => {
		switch (event.type) {
			case "buildStarted": {
				const path = event.drvPath.toString(storeDir);
				const id = nextActivity++;
				running.set(event.drvPath.baseName, id);
				const text = `${event.mode === "check" ? "checking outputs of" : "building"} '${path}'`;
				log({ type: "start", id, level: 3, activity: activity.build, text, fields: [path, "", 1, 1], parent: 0n });
				break;
			}
			case "logLine": {
				const id = running.get(event.drvPath.baseName);
				if (id !== undefined) log(logLine(id, event.line));
				break;
			}
			case "buildFinished":
			case "buildFailed": {
				const id = running.get(event.drvPath.baseName);
				if (id !== undefined) log({ type: "stop", id });
				running.delete(event.drvPath.baseName);
				break;
			}
			case "error":
				tell(0, { type: "line", text: event.error.render({ color: true }) });
				break;
			case "warning":
				tell(1, { type: "line", text: `\x1b[35;1mwarning:\x1b[0m ${event.message}` });
				break;
			default:
		}
	};
};
