import { availableParallelism } from "node:os";
import {
	addingInThreads,
	asyncStore,
	type CacheFetch,
	DaemonStore,
	DiskKnowledge,
	isBinaryCache,
	isLocalStore,
	type LocalStore,
	type Store,
	type SyncStore,
} from "@tsnix/store";
import { nodeFs, openNodeDatabase } from "@tsnix/store/node";
import {
	connectBlocking,
	authorized,
	type CommandStore,
	openCommandStore,
	parseStoreReference,
	type RemoteSurroundings,
	removeThreadsRoots,
	renderStoreReference,
	shownStoreUrl,
} from "../core";
import { daemonSettings } from "../daemon/daemon-settings";
import { withDerivationsOf } from "../eval-store";
import { level } from "../output/log";
import { renderSize } from "../output/size";
import type { Session } from "../session";
import { ownConfigText } from "../settings/config-text";
import { transferSettings } from "../settings/transfers";
import { addLocalLog, localLog } from "../store-operations/show";
import { UsageError } from "../usage-error";
import { connectionScript, ownProgram } from "../worker-script";
import { autoCollectPlace } from "./auto-gc";
import { buildGroup } from "./build-users";
import { cacheFetch } from "./cache-fetch";

/** The stores of a run: the command's own, that of evaluation, and any other that it names; each opened when needed. */
export class SessionStores {
	private openedStore: CommandStore | undefined;
	private openedEvalStore: CommandStore | undefined;
	private cacheFetch: CacheFetch | undefined;
	private knowledge: DiskKnowledge | undefined;
	private withDerivations: SyncStore | undefined;
	/** What store references say of signatures. */
	private readonly requirements = new WeakMap<Store, boolean>();
	private readonly others = new Set<SyncStore>();

	constructor(private readonly session: Session) {}

	/** The store that `--store` and the environment name. */
	get commandStore(): CommandStore {
		this.openedStore ??= this.storeAt(this.storeReference());
		return this.openedStore;
	}

	/** The store that evaluation reads and writes: the command's own, or that of `--eval-store`. */
	get evaluationStore(): CommandStore {
		const reference = this.session.evalOptions?.evalStore;
		if (reference === undefined) return this.commandStore;
		this.openedEvalStore ??= this.storeAt(reference);
		return this.openedEvalStore;
	}

	/** The store that the command works on, with the derivations of the one that evaluation writes. */
	get store(): SyncStore {
		const { evaluationStore } = this;
		if (evaluationStore === this.commandStore) return this.commandStore.open();
		return (this.withDerivations ??= withDerivationsOf(evaluationStore.open(), this.commandStore.open()));
	}

	/** The store that a reference means, and what is known of it before it is opened. */
	storeAt(reference: string): CommandStore {
		const { settings, log } = this.session;
		const group = buildGroup(settings);
		const store = openCommandStore(reference, {
			...(group === "" ? {} : { buildGroup: group }),
			env: this.session.env,
			workingDirectory: this.session.shell.workingDirectory,
			readOnly: this.session.readOnly,
			warn: (message) => log.warn(message),
			remote: this.remoteSurroundings(),
			notice: (message) => log.info(message),
			autoCollect: (realStoreDir) => autoCollectPlace(this.session, reference, realStoreDir),
			local: {
				autoOptimise: settings.boolean("auto-optimise-store"),
				allowSymlinkedStore:
					settings.boolean("allow-symlinked-store") || this.session.env("NIX_IGNORE_SYMLINK_STORE") === "1",
				fsyncStorePaths: settings.boolean("fsync-store-paths") || settings.boolean("sync-before-registering"),
				fsyncMetadata: settings.boolean("fsync-metadata"),
				reservedSpace: settings.number("gc-reserved-space"),
			},
			caches: {
				fetch: (url, init) => {
					const request = authorized(url, init.headers, transferSettings(this.session));
					this.cacheFetch ??= cacheFetch(transferSettings(this.session));
					return this.cacheFetch(request.url, { ...init, headers: request.headers });
				},
				env: this.session.env,
				renderSize,
				attempts: Math.max(1, settings.number("download-attempts")),
				signal: this.session.shell.signal,
				onWarning: (message) => log.warn(message),
				onDetail: (message) => log.line(level.talkative, message),
				jobs: () => this.session.jobs.jobs,
				knowledge: () => this.cacheKnowledge(),
			},
		});
		return { ...store, reference };
	}

	/** What earlier runs found out about caches behind HTTP, and what this one does; where there is SQLite. */
	private cacheKnowledge(): DiskKnowledge | undefined {
		if (this.knowledge !== undefined || openNodeDatabase === undefined) return this.knowledge;
		const { env, settings } = this.session;
		const folder = env("NIX_CACHE_HOME") || `${env("XDG_CACHE_HOME") || `${env("HOME") ?? ""}/.cache`}/nix`;
		const age = (which: string): number => settings.number(`narinfo-cache-${which}-ttl`);
		nodeFs.mkdirSync(folder, { recursive: true });
		this.knowledge = new DiskKnowledge({
			database: openNodeDatabase(`${folder}/binary-cache-v7.sqlite`),
			ages: { negative: age("negative"), positive: age("positive"), meta: age("meta") },
			clock: () => Math.floor(Date.now() / 1000),
		});
		return this.knowledge;
	}

	/** The reference of the store that the command was told to use. */
	get ownStoreReference(): string {
		return this.storeReference();
	}

	/** The same, as the reference prints it. */
	get shownStoreReference(): string {
		return renderStoreReference(parseStoreReference(this.ownStoreReference, this.session.shell.workingDirectory));
	}

	/** How a store is shown, with the settings that its reference has unless told otherwise. */
	shownUrl(store: CommandStore, withSettings = true): string {
		return shownStoreUrl(store.reference ?? "", this.session.shell.workingDirectory, withSettings);
	}

	/** Work on another store from here on: `--from`. */
	useStore(reference: string): void {
		this.openedStore = this.storeAt(reference);
	}

	/**
	 * Who looks at the signatures of what is copied to a store: this command, the daemon that serves the store by its own
	 * settings, or nobody (binary caches, and what is reached by `nix-store --serve`).
	 */
	signatureChecks(store: Store): "here" | "there" | "nowhere" {
		if (isBinaryCache(store) || /^(memory:|dummy:|ssh:|file:|https?:|s3:)/.test(store.uri)) return "nowhere";
		if (/^(daemon$|unix:|ssh-ng:|mounted-ssh-ng:)/.test(store.uri)) return "there";
		const required = this.requirements.get(store) ?? this.session.settings.boolean("require-sigs");
		return required ? "here" : "nowhere";
	}

	/** Any store, this command's unless told which, for what can wait. */
	async anyStore(reference?: string): Promise<Store> {
		const store = reference === undefined ? this.commandStore : this.storeAt(reference);
		if (store.openWaiting !== undefined) return store.openWaiting();
		const opened = store.open();
		this.others.add(opened);
		const { logDir, requireSignatures } = store;
		const waiting: Store = {
			...asyncStore(opened),
			...(opened.uri === "local" ? { uri: this.shownUrl(store, false) } : {}),
			...this.addedByJobs(opened),
			...(logDir === undefined
				? {}
				: {
						buildLog: async (drvPath) => localLog(logDir, drvPath),
						addBuildLog: async (drvPath, log) => addLocalLog(logDir, drvPath, log),
					}),
		};
		if (requireSignatures !== undefined) this.requirements.set(waiting, requireSignatures);
		return waiting;
	}

	/** Has the threads for that write the files of a store on this machine. */
	private addedByJobs(store: SyncStore): Partial<Store> {
		const { jobs } = this.session.jobs;
		if (jobs === undefined || !isLocalStore(store) || store.fs !== nodeFs) return {};
		return addingInThreads(store, jobs, {
			later: setImmediate,
			wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
		});
	}

	/** This command's store, where a daemon serves it. */
	daemonStore(): DaemonStore | undefined {
		if (this.commandStore.builds === undefined) return undefined;
		const { store } = this;
		return store instanceof DaemonStore ? store : undefined;
	}

	/** This command's store, which has to be a local one for `what`. */
	localStore(what: string): LocalStore {
		if (this.commandStore.openWaiting === undefined) {
			const { store } = this;
			if (isLocalStore(store)) return store;
		}
		throw new UsageError(
			`${what} not supported by store '${this.commandStore.start.kind === "remote" ? this.commandStore.start.uri : "local"}'`,
		);
	}

	/** What stores elsewhere are reached with. */
	private remoteSurroundings(): Omit<RemoteSurroundings, "storeDir" | "daemonSocket" | "stateDir" | "logDir"> {
		const { verbosity } = this.session.log;
		return {
			connectBlocking: (target) => connectBlocking(connectionScript(), target),
			environment: this.session.shell.env,
			requireFeature: (feature) => this.session.requireFeature(feature),
			ownProgram: [process.execPath, ownProgram()],
			ownSettings: () => ({ NIX_CONFIG: ownConfigText(this.session.settings) }),
			verbosity,
			settings: () =>
				daemonSettings(this.session.settings, {
					verbosity,
					processors: availableParallelism(),
					verboseBuild: this.session.log.showsLogs,
				}),
			log: this.session.tellRemote,
		};
	}

	private storeReference(): string {
		if (this.session.settings.isOverridden("store")) return this.session.settings.text("store");
		return this.session.env("TSNIX_STORE") ?? this.session.env("NIX_REMOTE") ?? this.session.settings.text("store");
	}

	/** Lets go of every store. */
	async close(): Promise<void> {
		for (const store of [this.openedStore, this.openedEvalStore]) {
			if (store === undefined) continue;
			if (store.isOpen?.() === true) this.others.add(store.open());
			removeThreadsRoots(store, process.pid);
		}
		for (const store of this.others) if (isLocalStore(store)) store.close();
		this.knowledge?.close();
	}
}
