import {
	type BasicDerivation,
	BuildFailure,
	type BuildMode,
	type BuildResult,
	type ConnectionOptions,
	converse,
	DaemonClient,
	type DerivedPath,
	type Duplex,
	isSuccess,
	type KeyedBuildResult,
	type LogMessage,
	type MissingPaths,
	NixError,
	outputPaths,
	planRealisation,
	type RealiseResult,
	type RealiseStatus,
	type RealiseTarget,
	RemoteError,
	renderPathWithOutputs,
	ServeClient,
	type SingleDerivedPath,
	type StorePath,
	type SyncStore,
} from "@tsnix/store";

/** Builds that somebody else does: the part of a remote store that waits. */
export interface RemoteBuilds {
	/** Makes targets valid. Throws what failed. */
	realise(targets: readonly RealiseTarget[], mode: BuildMode, watch: Watch): Promise<RealiseResult>;
	/** Builds a derivation whose inputs are there. */
	buildDerivation(drvPath: StorePath, drv: BasicDerivation, watch: Watch): Promise<BuildResult>;
	/** What that would do. */
	missing(targets: readonly RealiseTarget[], watch: Watch): Promise<MissingPaths>;
}

/** Hears of builds, and may end them. */
export interface Watch {
	readonly log: (message: LogMessage) => void;
	readonly signal: AbortSignal;
}

/** A target as it is asked for. */
export const derivedPathOf = (target: RealiseTarget): DerivedPath => {
	if ("path" in target) return { kind: "opaque", path: target.path };
	const drvPath = (target.via ?? []).reduce<SingleDerivedPath>(
		(from, output) => ({ kind: "built", drvPath: from, output }),
		{ kind: "opaque", path: target.drvPath },
	);
	return { kind: "built", drvPath, outputs: target.outputs === "all" ? "all" : [...target.outputs].sort() };
};

/** Does something with a connection of its own, which ends with it, or when it is to be given up. */
const connected = async <T>(
	connect: () => Promise<Duplex>,
	signal: AbortSignal,
	talk: (duplex: Duplex) => Promise<T>,
): Promise<T> => {
	const duplex = await connect();
	const end = (): void => duplex.close();
	signal.addEventListener("abort", end, { once: true });
	try {
		return await talk(duplex);
	} finally {
		signal.removeEventListener("abort", end);
		duplex.close();
	}
};

/** Builds of a daemon. */
export const daemonBuilds = (
	options: () => Omit<ConnectionOptions, "onLog">,
	connect: () => Promise<Duplex>,
	store: () => SyncStore & { forget(): void },
): RemoteBuilds => {
	const ask = <T>({ log, signal }: Watch, talk: (client: DaemonClient, duplex: Duplex) => Promise<T>): Promise<T> =>
		connected(connect, signal, async (duplex) => {
			const client = new DaemonClient({ ...options(), onLog: log });
			await converse(client.open(), duplex);
			return talk(client, duplex);
		});
	return {
		realise: async (targets, mode, watch) => {
			const paths = targets.map(derivedPathOf);
			try {
				const results = await ask(watch, (client, duplex) =>
					converse(client.buildPathsWithResults(paths, mode), duplex),
				);
				return resultOf(targets, results, store().storeDir, watch.log);
			} finally {
				store().forget();
			}
		},
		buildDerivation: async (drvPath, drv, watch) => {
			try {
				return await ask(watch, (client, duplex) => converse(client.buildDerivation(drvPath, drv, "normal"), duplex));
			} finally {
				store().forget();
			}
		},
		missing: (targets, watch) =>
			ask(watch, (client, duplex) => converse(client.queryMissing(targets.map(derivedPathOf)), duplex)),
	};
};

/** What a daemon's results come to. Throws what failed. */
const resultOf = (
	targets: readonly RealiseTarget[],
	results: readonly KeyedBuildResult[],
	storeDir: string,
	log: Watch["log"],
): RealiseResult => {
	const failed = results.filter(({ status }) => !isSuccess(status));
	const errors = failed.map((result) => failureOf(result));
	if (errors.length === 1) throw errors[0];
	if (errors.length > 1) {
		for (const error of errors) log({ type: "line", text: error.render({ color: true }) });
		const names = failed.map(({ path }) => `'${showTarget(path, storeDir)}'`).sort();
		throw new NixError("BUILDS_FAILED", `build of ${names.join(", ")} failed`);
	}
	const outputs = new Map<string, Map<string, StorePath>>();
	targets.forEach((target, i) => {
		if ("path" in target) return;
		const key = target.drvPath.toString(storeDir);
		const known = outputs.get(key) ?? new Map<string, StorePath>();
		for (const [name, { outPath }] of results[i]?.builtOutputs ?? []) known.set(name, outPath);
		outputs.set(key, known);
	});
	return {
		targets: targets.map((target, i) => ({
			target,
			status: (results[i]?.status ?? "AlreadyValid") as RealiseStatus,
			outputs: new Map([...(results[i]?.builtOutputs ?? [])].map(([name, { outPath }]) => [name, outPath])),
		})),
		built: [],
		substituted: [],
		valid: targets.flatMap((target) => ("path" in target ? [target.path] : [])),
		outputs,
		logs: new Map(),
	};
};

const showTarget = (path: DerivedPath, storeDir: string): string =>
	renderPathWithOutputs(path, storeDir)?.replace(/!.*/, "") ?? "";

const failureOf = ({ status, message }: KeyedBuildResult): NixError =>
	status === "CachedFailure" || isSuccess(status)
		? new RemoteError(message)
		: new BuildFailure(status as BuildFailure["status"], message);

/** What a build there heeds. */
interface Limits {
	readonly maxSilentTime: number;
	readonly timeout: number;
	readonly maxLogSize: number;
}

const serveOptions = ({ maxSilentTime, timeout, maxLogSize }: Limits) => ({
	maxSilentTime,
	buildTimeout: timeout,
	maxLogSize,
	repeats: 0,
	enforceDeterminism: false,
	keepFailed: false,
});

/** Builds of `nix-store --serve`. */
export const serveBuilds = (
	storeDir: string,
	host: string,
	connect: () => Promise<Duplex>,
	store: () => SyncStore & { forget(): void },
	limits: Limits,
): RemoteBuilds => ({
	realise: async (targets, _mode, { signal }) => {
		const texts = targets.map((target) => pathText(derivedPathOf(target), storeDir));
		const failure = await connected(connect, signal, async (duplex) => {
			const client = new ServeClient(storeDir, host);
			await converse(client.open(), duplex);
			return converse(client.buildPaths(texts, serveOptions(limits)), duplex);
		});
		store().forget();
		if (failure !== undefined) throw new BuildFailure(failure.status as BuildFailure["status"], failure.message);
		return resultOfAll(targets, store());
	},
	buildDerivation: async (drvPath, drv, { signal }) => {
		try {
			return await connected(connect, signal, async (duplex) => {
				const client = new ServeClient(storeDir, host);
				await converse(client.open(), duplex);
				return converse(client.buildDerivation(drvPath, drv, serveOptions(limits)), duplex);
			});
		} finally {
			store().forget();
		}
	},
	missing: (targets) => planRealisation(targets, { store: store() }),
});

/** What targets came to that were all made, as far as the derivations tell. */
const resultOfAll = (targets: readonly RealiseTarget[], store: SyncStore): RealiseResult => {
	const results = targets.map((target) => {
		const outputs = new Map<string, StorePath>();
		if (!("path" in target) && target.via === undefined)
			for (const [name, path] of outputPaths(store.readDerivation(target.drvPath), store.storeDir))
				if (path !== undefined && (target.outputs === "all" || target.outputs.includes(name))) outputs.set(name, path);
		return { target, status: "Built", outputs } as const;
	});
	return {
		targets: results,
		built: [],
		substituted: [],
		valid: [],
		outputs: new Map(
			results.flatMap(({ target, outputs }) =>
				"path" in target ? [] : [[target.drvPath.toString(store.storeDir), outputs] as const],
			),
		),
		logs: new Map(),
	};
};

const pathText = (path: DerivedPath, storeDir: string): string => {
	const text = renderPathWithOutputs(path, storeDir);
	if (text === "drv")
		throw new NixError(
			"UNSUPPORTED",
			`wanted to fetch '${path.kind === "opaque" ? path.path.toString(storeDir) : ""}' but the legacy ssh protocol doesn't support merely substituting drv files via the build paths command. It would build them instead. Try using ssh-ng://`,
		);
	if (text === undefined)
		throw new NixError(
			"UNSUPPORTED",
			"wanted build derivation that is itself a build product, but the legacy ssh protocol doesn't support that. Try using ssh-ng://",
		);
	return text;
};
