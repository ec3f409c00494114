import type { EvalSettings } from "@tsnix/eval";
import { fetchTransport, type HttpTransport } from "@tsnix/fetchers";
import {
	countGoodSignatures,
	memoryStore,
	NixError,
	parseStorePath,
	publicKeys,
	realise,
	type RealiseOptions,
	type RealiseResult,
	type SyncStore,
} from "@tsnix/store";
import type { Instantiated, Request } from "../engine/engine";
import { openEngine } from "../engine/open-engine";
import { engineOperations } from "../engine/operations";
import type { Form } from "../engine/render";
import type { Plain } from "../engine/to-plain";
import { openWorld } from "../engine/world";
import { readableError } from "../worker/errors";
import { EngineWorker, type WorkerThreads } from "../worker/client";
import { type Backend, inThread } from "./backend";
import { FlakeApi } from "./flake-api";
import { LazyValue } from "./lazy-value";
import { Lifetime } from "./lifetime";
import type { BuildingOptions, NixOptions } from "./options";
import { isNodeFs, placeOfStore } from "./portable";
import { plainRegistries, registriesOf } from "./registries";
import { suspendingRealise } from "./suspending-realise";
import { worldOf } from "./world-of";

/** Text in the language, or where a value comes from. */
export type NixRequest = string | Request;

/** A derivation to be realised: what {@link Nix.instantiate} gives, or a path with the outputs that are wanted. */
export type Realisable = Pick<Instantiated, "drvPath"> & { readonly outputs?: readonly string[] };

/** Nix, in a world of its own. Made by {@link createNix}. */
export interface Nix {
	/** The store that derivations and outputs go to. */
	readonly store: SyncStore;
	/** A value as plain data. Throws EvaluationError for what Nix cannot evaluate or data cannot hold. */
	evaluate(request: NixRequest): Promise<Plain>;
	/** A value that is worked out only as far as it is asked for. */
	evaluateLazy(request: NixRequest): Promise<LazyValue>;
	/** A value written out in one of Nix's forms; a byte string. */
	render(request: NixRequest, form: Form): Promise<string>;
	/** The derivation that a value is, written to the store. Throws where there are none or several. */
	instantiate(request: NixRequest): Promise<Instantiated>;
	/** All derivations that a value holds, as `nix-instantiate` finds them. */
	instantiateAll(request: NixRequest): Promise<Instantiated[]>;
	/**
	 * Makes outputs exist, by substituting and building: one or several derivations at once. `options` go before those
	 * of the instance, such as `{ mode: "check" }`.
	 */
	realise(wanted: Realisable | readonly Realisable[], options?: BuildingOptions): Promise<RealiseResult>;
	readonly flake: FlakeApi;
	/** Ends the instance with all that it does; what waits is rejected (`INSTANCE_CLOSED`). May be called again. */
	close(): Promise<void>;
}

/**
 * An instance of Nix over the parts of the outside that it is handed.
 *
 *     const nix = createNix({ fs, store: memoryStore(), system: "x86_64-linux" })
 *     await nix.evaluate("1 + 1")                              // 2
 */
export const createNix = (options: NixOptions = {}): Nix => {
	const store = options.store ?? memoryStore(options.clock === undefined ? {} : { clock: options.clock });
	const settings: Partial<EvalSettings> = {
		...(options.system === undefined ? {} : { system: options.system }),
		...(options.pure === undefined ? {} : { pureEval: options.pure }),
		...(options.limits?.maxCallDepth === undefined ? {} : { maxCallDepth: options.limits.maxCallDepth }),
		...options.settings,
	};
	const ending = new AbortController();
	const http =
		options.fetch === undefined ? undefined : fetchTransport({ fetch: options.fetch, signal: ending.signal });
	const keys = publicKeys(options.trustedPublicKeys ?? []);
	const building: RealiseOptions = {
		isTrusted: (info) => countGoodSignatures(info, keys, store.storeDir) > 0,
		...options.building,
		store,
		builders: options.builders ?? [],
		system: options.system ?? "x86_64-linux",
		...(options.substituters === undefined ? {} : { substituters: options.substituters }),
		...(options.maxJobs === undefined ? {} : { maxJobs: options.maxJobs }),
		...(options.cores === undefined ? {} : { cores: options.cores }),
		signal: ending.signal,
		...(options.clock === undefined ? {} : { now: options.clock }),
		onEvent: (event) => options.onEvent?.({ type: "build", event }),
	};
	const realiseAll = (wanted: readonly Realisable[], further: BuildingOptions = {}): Promise<RealiseResult> =>
		realise(
			wanted.map((w) => ({
				drvPath: parseStorePath(w.drvPath, store.storeDir),
				outputs: w.outputs ?? ("all" as const),
			})),
			{ ...building, ...further },
		);
	const opened = lazily(() => openBackend(options, store, settings, http, realiseAll));
	let ended: Promise<void> = Promise.resolve();
	const lifetime = new Lifetime(options.signal, () => {
		ending.abort();
		ended = opened.close();
	});
	const backend: Backend = {
		call: (method, ...args) =>
			lifetime.during(() =>
				opened.call(method, ...args).catch((error: unknown) => {
					throw readableError(error);
				}),
			),
		close: () => {
			lifetime.close();
			return ended;
		},
	};

	const request = (r: NixRequest): Request => (typeof r === "string" ? { expression: r } : r);
	const instantiateAll = (r: NixRequest): Promise<Instantiated[]> => backend.call("instantiate", request(r));
	return {
		store,
		evaluate: (r) => backend.call("evaluate", request(r)),
		evaluateLazy: async (r) => new LazyValue(backend, await backend.call("open", request(r))),
		render: (r, form) => backend.call("render", request(r), form),
		instantiate: async (r) => {
			const found = await instantiateAll(r);
			if (found.length === 1) return found[0];
			throw new NixError(
				"NOT_ONE_DERIVATION",
				found.length === 0 ? "the value holds no derivation" : `the value holds ${found.length} derivations, not one`,
			);
		},
		instantiateAll,
		realise: (wanted, further) =>
			lifetime.during(() => realiseAll(Array.isArray(wanted) ? wanted : [wanted as Realisable], further)),
		flake: new FlakeApi(options, building, settings, http, backend, lifetime),
		close: () => backend.close(),
	};
};

/** A backend that is opened when it is first called. */
const lazily = (open: () => Backend): Backend => {
	let backend: Backend | undefined;
	return {
		call: async (method, ...args) => {
			backend ??= open();
			return backend.call(method, ...args);
		},
		close: async () => backend?.close(),
	};
};

const openBackend = (
	options: NixOptions,
	store: SyncStore,
	settings: Partial<EvalSettings>,
	http: HttpTransport | undefined,
	realiseAll: (wanted: readonly Realisable[]) => Promise<RealiseResult>,
): Backend => {
	const threads = options.worker === false ? undefined : workerThreads();
	if (threads === undefined) {
		const open = openWorld({
			...worldOf(options, store, settings, http),
			realise: suspendingRealise(store, realiseAll),
		});
		return inThread(engineOperations(openEngine(open), open));
	}
	const { fs } = options;
	const place = placeOfStore(store);
	const worker = new EngineWorker(
		threads,
		workerScript(),
		{
			fs:
				fs === undefined
					? { kind: "none" }
					: isNodeFs(fs)
						? { kind: "node" }
						: { kind: "remote", byteNames: fs.byteNames === true },
			store:
				place === undefined
					? { kind: "remote", storeDir: store.storeDir, uri: store.uri }
					: { kind: "local", ...place },
			settings,
			fetchSettings: options.fetchSettings ?? {},
			env:
				options.env === undefined
					? undefined
					: (Object.fromEntries(Object.entries(options.env).filter(([, v]) => v !== undefined)) as Record<
							string,
							string
						>),
			home: options.home,
			hasClock: options.clock !== undefined,
			hasHttp: http !== undefined,
			hasGit: options.git !== undefined,
			hasMercurial: options.hg !== undefined,
			hasRealise: true,
			hasRegistries: options.registries !== undefined,
			cacheDir: options.cacheDir,
		},
		{
			...(fs === undefined ? {} : { fs }),
			store,
			...(http === undefined ? {} : { http: (request) => http.request(request) }),
			realise: async (wanted) => {
				const result = await realiseAll(
					wanted.map((w) => ({ drvPath: `${store.storeDir}/${w.drvPath}`, outputs: [w.output] })),
				);
				return wanted.map((w) => result.outputs.get(`${store.storeDir}/${w.drvPath}`)?.get(w.output)?.baseName ?? "");
			},
			registries: async () => plainRegistries(await registriesOf(options)),
			log: (entry) => options.onEvent?.({ type: "log", entry }),
			onFetch: (event) => options.onEvent?.({ type: "fetch", event }),
		},
		undefined,
		options.limits?.heapMegabytes,
	);
	return { call: (method, ...args) => worker.call(method, ...args) as Promise<never>, close: () => worker.close() };
};

/** Node's worker threads, where this is Node. */
const workerThreads = (): WorkerThreads | undefined =>
	typeof process === "undefined"
		? undefined
		: ((process.getBuiltinModule as ((id: string) => unknown) | undefined)?.("node:worker_threads") as
				| WorkerThreads
				| undefined);

/** The worker's script: beside this file once built; the built one, where this runs from source. */
const workerScript = (): URL =>
	new URL(import.meta.url.endsWith(".ts") ? "../../dist/worker.js" : "./worker.js", import.meta.url);
