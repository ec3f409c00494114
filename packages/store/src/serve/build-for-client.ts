import { RealiseActivities } from "../build/activities";
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
import type { BuildMode, KeyedBuildResult } from "../protocol/worker-messages";
import type { MissingPaths } from "../stores/daemon/client";
import type { SyncStore } from "../stores/store";
import type { ServeRequest } from "./host";

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
	const { outcomes } = await told(options, request, (onEvent) =>
		realiseEach(targets.map(realiseTargetOf), { ...withRequest(options, mode, request), onEvent }),
	);
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
	const { outcomes } = await told(options, request, (onEvent) =>
		realiseEach([target], { ...withRequest(options, mode, request), store, onEvent }),
	);
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
	};
};

/** Realises something; the client hears how it goes. */
const told = async <T>(
	{ store }: RealiseOptions,
	request: ServeRequest,
	realising: (onEvent: (event: RealiseEvent) => void) => Promise<T>,
): Promise<T> => {
	const activities = clientEvents(store.storeDir, request);
	try {
		return await realising((event) => activities.event(event));
	} finally {
		activities.end();
	}
};

let nextActivity = 1n;

/** Tells a client of builds as the reference's daemon does. */
const clientEvents = (storeDir: string, { settings, log }: ServeRequest): RealiseActivities => {
	const line = (level: number, text: string): void => {
		if (level <= (settings.verbosity ?? 3)) log({ type: "line", text });
	};
	return new RealiseActivities(storeDir, {
		nextId: () => nextActivity++,
		tell: log,
		line,
		warn: (text) => line(1, `\x1b[35;1mwarning:\x1b[0m ${text}`),
		error: (error) => line(0, error.render({ color: true })),
	});
};
