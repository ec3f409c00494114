import type { MessagePort } from "node:worker_threads";
import type { HostStore, RealiseRequest } from "@tsnix/eval";
import { nodeCodecs, nodeGit, nodeMercurial, nodeSpool } from "@tsnix/fetchers/node";
import { type NamedFs, parseBaseName, type StorePath } from "@tsnix/store";
import { nodeFs, nodeLocalStore } from "@tsnix/store/node";
import { nodeFetchCache } from "../engine/node-fetch-cache";
import { openEngine } from "../engine/open-engine";
import { engineOperations } from "../engine/operations";
import { openWorld } from "../engine/world";
import { type PlainRegistry, registriesFromPlain } from "../instance/registries";
import type { Registries } from "../registry/registry";
import { blockingHttp } from "./blocking-http";
import { BlockingCaller, type Message, serve } from "./channel";
import { errorCodec } from "./errors";
import { remoteFs } from "./remote-fs";
import { remoteStore } from "./remote-store";
import type { FsStart, Notice, StoreStart, WorkerStart } from "./start";

/** Builds the world that a worker was told of, and answers the calls to the engine in it. */
export const serveEngine = (
	start: WorkerStart,
	receive: (port: MessagePort) => { message: Message } | undefined,
): void => {
	const caller = new BlockingCaller(start.blocking, new Int32Array(start.signal), receive, errorCodec);
	const call = (method: string, args: readonly unknown[]): unknown => caller.call(method, args);
	const notice = (n: Notice): void => start.port.postMessage({ type: "notice", ...n } satisfies Message);
	const fs = openFs(start.fs, call);
	const { env } = start;
	const clock = (): number => Date.now() / 1000;
	let registries: Registries | undefined;
	const askRegistries = (): Registries =>
		registriesFromPlain(call("registries", []) as PlainRegistry[], open.fetch.settings);
	const open = openWorld({
		...(fs === undefined ? {} : { fs }),
		store: openStore(start.store, call),
		settings: start.settings,
		fetchSettings: start.fetchSettings,
		...(env === undefined ? {} : { env: (name: string) => env[name] }),
		...(start.hasClock ? { clock } : {}),
		...(start.home === undefined ? {} : { home: start.home }),
		...(start.hasHttp ? { http: blockingHttp(call) } : {}),
		...(start.hasGit ? { git: nodeGit() } : {}),
		...(start.hasMercurial === true ? { hg: nodeMercurial() } : {}),
		codecs: nodeCodecs,
		spool: nodeSpool(),
		...(start.cacheDir === undefined
			? {}
			: {
					cache: nodeFetchCache(start.cacheDir),
					clones: { fs: nodeFs, dir: start.cacheDir },
				}),
		log: (value) => notice({ name: "log", value }),
		onFetch: (value) => notice({ name: "fetch", value }),
		...(start.hasRegistries === true ? { registries: () => (registries ??= askRegistries()) } : {}),
		...(start.hasRealise
			? {
					realise: (wanted: readonly RealiseRequest[]): StorePath[] =>
						(call("realise", [wanted.map((w) => ({ drvPath: w.drvPath.baseName, output: w.output }))]) as string[]).map(
							parseBaseName,
						),
				}
			: {}),
	});
	serve(start.port, engineOperations(openEngine(open), open), errorCodec);
};

type Call = (method: string, args: readonly unknown[]) => unknown;

const openFs = (start: FsStart, call: Call): NamedFs | undefined => {
	switch (start.kind) {
		case "none":
			return undefined;
		case "node":
			return nodeFs;
		case "remote":
			return remoteFs(call, start.byteNames);
	}
};

const openStore = (start: StoreStart, call: Call): HostStore => {
	if (start.kind === "remote") return remoteStore(call, start.storeDir, start.uri);
	const { kind: _, ...place } = start;
	return nodeLocalStore(place);
};
