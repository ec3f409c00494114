import { availableParallelism } from "node:os";
import type { LogEntry } from "@tsnix/eval";
import type { FetchEvent, FetchSettings } from "@tsnix/fetchers";
import {
	asyncStore,
	type BuildMode,
	canonicaliseTree,
	closureIn,
	copyPaths,
	countGoodSignatures,
	DaemonStore,
	fromBytes,
	fsAccessor,
	isBinaryCache,
	isLocalStore,
	type LocalStore,
	type MissingPaths,
	NixError,
	type PathInfo,
	type Plan,
	type PublicKeys,
	planRealisation,
	publicKeys,
	type RealiseEvent,
	type RealiseOptions,
	type RealiseResult,
	type RealiseTarget,
	realise,
	SecretKey,
	type SourceAccessor,
	type Store,
	type StorePath,
	type Substituter,
	type SyncStore,
} from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import type { EvalOptions } from "./args/eval-flags";
import {
	buildChecks,
	buildOptions,
	type CheckToBuild,
	type CommandArgument,
	type CommandStore,
	type Commands,
	openCommandStore,
	openCommands,
	openSubstituter,
	outputsOf,
	parseDrvName,
	parseStoreReference,
	type RemoteBuilds,
	type RemoteSurroundings,
	registryPlaces,
	removeThreadsRoots,
	renderStoreReference,
	requireOutputs,
} from "./core";
import { daemonSettings } from "./daemon/daemon-settings";
import { takeEarlyWorker } from "./early-worker";
import { copyClosures, sourcesOf, withDerivationsOf } from "./eval-store";
import { hasInternet } from "./has-internet";
import { type Log, level } from "./output/log";
import { missingLines } from "./output/print-missing";
import { RemoteLog } from "./output/remote-log";
import { configText } from "./settings/config-text";
import { evaluationSettings, fetchSettings } from "./settings/evaluation";
import { applyFlakeConfig } from "./settings/flake-config";
import type { Settings } from "./settings/settings";
import type { Shell } from "./shell";
import { addLocalLog, localLog } from "./store-operations/show";
import { UsageError } from "./usage-error";
import { connectionScript, workerScript } from "./worker-script";

/** One run of a command: its settings, its store, its evaluation; each opened when it is first needed. */
export class Session {
	/** Nothing is written to the store. */
	readOnly = false;
	/** Without a network: nothing is tried twice. */
	offline = false;
	/** Whether what a builder says is shown as it comes (`nix-build`), and how. */
	buildLogs: "raw" | "named" | "none" = "none";
	/** What flags told of flakes. */
	evalOptions: EvalOptions | undefined;
	private openedStore: CommandStore | undefined;
	private openedEvalStore: CommandStore | undefined;
	private withDerivations: SyncStore | undefined;
	private openedCommands: Commands | undefined;
	private building = new Map<string, string>();
	private openedRemoteLog: RemoteLog | undefined;
	private openedSubstituters: Promise<readonly Substituter[]> | undefined;
	private readonly trustedSubstituters = new Set<string>();
	private readonly substituterStores: Store[] = [];
	private readonly others = new Set<SyncStore>();
	private readKeys: PublicKeys | undefined;

	constructor(
		readonly shell: Shell,
		readonly settings: Settings,
		readonly log: Log,
	) {}

	env = (name: string): string | undefined => this.shell.env[name];

	/** The store that `--store` and the environment name. */
	get commandStore(): CommandStore {
		this.openedStore ??= this.storeAt(this.storeReference());
		return this.openedStore;
	}

	/** The store that evaluation reads and writes: the command's own, or that of `--eval-store`. */
	get evaluationStore(): CommandStore {
		const reference = this.evalOptions?.evalStore;
		if (reference === undefined) return this.commandStore;
		this.openedEvalStore ??= this.storeAt(reference);
		return this.openedEvalStore;
	}

	/** The store that a reference means, and what is known of it before it is opened. */
	storeAt(reference: string): CommandStore {
		const { settings, log } = this;
		return openCommandStore(reference, {
			env: this.env,
			workingDirectory: this.shell.workingDirectory,
			readOnly: this.readOnly,
			remote: this.remoteSurroundings(),
			autoOptimise: settings.boolean("auto-optimise-store"),
			caches: {
				fetch: (url, { body, ...init }) => fetch(url, { ...init, ...(body === undefined ? {} : { body }) }),
				attempts: Math.max(1, settings.number("download-attempts")),
				signal: this.shell.signal,
				onWarning: (message) => log.warn(message),
				onDetail: (message) => log.line(level.talkative, message),
			},
		});
	}

	/** The reference of the store that the command was told to use. */
	get ownStoreReference(): string {
		return this.storeReference();
	}

	/** The same, as the reference prints it. */
	get shownStoreReference(): string {
		return renderStoreReference(parseStoreReference(this.ownStoreReference, this.shell.workingDirectory));
	}

	/** Work on another store from here on: `--from`. */
	useStore(reference: string): void {
		this.openedStore = this.storeAt(reference);
	}

	/** Whether a store takes only what is signed. */
	asksForSignatures(store: Store): boolean {
		return !isBinaryCache(store) && store.uri !== "memory:" && this.settings.boolean("require-sigs");
	}

	/** Any store, this command's unless told which, for what can wait. */
	async anyStore(reference?: string): Promise<Store> {
		const store = reference === undefined ? this.commandStore : this.storeAt(reference);
		if (store.openWaiting !== undefined) return store.openWaiting();
		const opened = store.open();
		this.others.add(opened);
		const { logDir } = store;
		if (logDir === undefined) return asyncStore(opened);
		return {
			...asyncStore(opened),
			buildLog: async (drvPath) => localLog(logDir, drvPath),
			addBuildLog: async (drvPath, log) => addLocalLog(logDir, drvPath, log),
		};
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

	/** The keys that signatures are trusted by: those of the settings, and one's own. */
	get trustedKeys(): PublicKeys {
		this.readKeys ??= publicKeys([
			...this.settings.strings("trusted-public-keys"),
			...this.secretKeys().map((key) => key.publicKey().toString()),
		]);
		return this.readKeys;
	}

	/** The keys that what is built here is signed with. */
	secretKeys(): SecretKey[] {
		return this.settings.strings("secret-key-files").map((file) => SecretKey.parse(this.readFile(file)));
	}

	/** Where finished paths can be had from, those that are to be asked first in front. */
	substituters(): Promise<readonly Substituter[]> {
		this.openedSubstituters ??= this.openSubstituters();
		return this.openedSubstituters;
	}

	private async openSubstituters(): Promise<readonly Substituter[]> {
		const { settings } = this;
		if (!settings.boolean("substitute")) return [];
		const references = [...new Set(settings.strings("substituters"))];
		if (references.length > 0 && !hasInternet() && !settings.isOverridden("substitute"))
			references.splice(0, references.length, ...references.filter((reference) => !reference.startsWith("https:")));
		const found: { readonly priority: number; readonly substituter: Substituter }[] = [];
		for (const reference of references)
			try {
				const { store, priority } = await this.openPlain(reference);
				found.push({ priority, substituter: store });
			} catch (error) {
				if (!(error instanceof NixError)) throw error;
				this.log.warn(error.render({ color: false, showTrace: false }));
			}
		return found.sort((a, b) => a.priority - b.priority).map(({ substituter }) => substituter);
	}

	/** Stores that may have logs of builds: the command's own, where it is a cache, and those that substitute. */
	async logStores(): Promise<readonly Store[]> {
		const own = this.commandStore.openWaiting === undefined ? [] : [await this.anyStore()];
		const opened = await this.substituters();
		return [...own, ...this.substituterStores.slice(0, opened.length)];
	}

	private async openPlain(reference: string): Promise<{ store: Substituter; priority: number }> {
		const store = await this.anyStore(reference);
		this.substituterStores.push(store);
		if (isBinaryCache(store)) {
			if (store.trusted) this.trustedSubstituters.add(store.uri);
			return { store: openSubstituter(store), priority: store.priority };
		}
		return { store, priority: 0 };
	}

	/** Whether a path may be taken from a substituter. */
	isTrusted(info: PathInfo, substituter: Substituter): boolean {
		return (
			!this.settings.boolean("require-sigs") ||
			this.trustedSubstituters.has(substituter.uri) ||
			countGoodSignatures(info, this.trustedKeys, this.store.storeDir) > 0
		);
	}

	/** Substituters, where anything that is wanted is not there yet. */
	private async substitutersFor(targets: readonly RealiseTarget[]): Promise<readonly Substituter[]> {
		const { store } = this;
		const there = targets.every((target) => {
			if ("path" in target) return store.isValidPath(target.path);
			if (target.via !== undefined || !store.isValidPath(target.drvPath)) return false;
			const known = outputsOf(store, target.drvPath);
			const names = target.outputs === "all" ? [...known.keys()] : target.outputs;
			return names.every((name) => {
				const path = known.get(name);
				return path !== undefined && store.isValidPath(path);
			});
		});
		return there ? [] : this.substituters();
	}

	/** What stores elsewhere are reached with. */
	private remoteSurroundings(): Omit<RemoteSurroundings, "storeDir" | "daemonSocket"> {
		const { verbosity } = this.log;
		return {
			script: connectionScript(),
			environment: this.shell.env,
			verbosity,
			settings: () =>
				daemonSettings(this.settings, {
					verbosity,
					processors: availableParallelism(),
					verboseBuild: this.buildLogs === "raw",
				}),
			log: (message) => this.remoteLog.tell(message),
		};
	}

	private get remoteLog(): RemoteLog {
		this.openedRemoteLog ??= new RemoteLog(this.log, () => this.buildLogs);
		return this.openedRemoteLog;
	}

	private storeReference(): string {
		if (this.settings.isOverridden("store")) return this.settings.text("store");
		return this.env("TSNIX_STORE") ?? this.env("NIX_REMOTE") ?? this.settings.text("store");
	}

	get store(): SyncStore {
		const { evaluationStore } = this;
		if (evaluationStore === this.commandStore) return this.commandStore.open();
		return (this.withDerivations ??= withDerivationsOf(evaluationStore.open(), this.commandStore.open()));
	}

	/** The evaluation, in its own thread. */
	async commands(): Promise<Commands> {
		if (this.openedCommands !== undefined) return this.openedCommands;
		const { shell, settings } = this;
		const { env } = shell;
		const threads = await import("node:worker_threads");
		const home = env.HOME;
		const cache = env.NIX_CACHE_HOME ?? (env.XDG_CACHE_HOME || (home === undefined ? undefined : `${home}/.cache`));
		const commands = openCommands({
			threads,
			script: workerScript(),
			prepared: takeEarlyWorker(),
			workingDirectory: shell.workingDirectory,
			storeStart: this.evaluationStore.start,
			store: () => this.evaluationStore.open(),
			settings: evaluationSettings(settings, this),
			fetchSettings: fetchSettings(settings) as Partial<FetchSettings>,
			env,
			...(home === undefined ? {} : { home }),
			...(cache === undefined ? {} : { cacheDir: `${cache}/tsnix` }),
			fetch: (url, init) => fetch(url, init),
			downloadTries: this.offline ? 1 : settings.number("download-attempts"),
			...this.profile(),
			registries: {
				overrides: this.evalOptions?.overrideFlakes ?? [],
				...registryPlaces({ env, flakeRegistry: settings.text("flake-registry") }),
			},
			realise: (targets) => this.realiseForEvaluation(targets),
			flakeConfig: (config) => applyFlakeConfig(this, config),
			log: (entry) => this.evaluationLog(entry),
			onFetch: (event) => this.fetchEvent(event),
		});
		this.openedCommands = commands;
		shell.signal.addEventListener("abort", () => void commands.close(), { once: true });
		const args = this.arguments();
		if (args.length > 0) await commands.setArguments(args);
		return commands;
	}

	/** The file that a profile of calls goes to, made or emptied, where one is wanted. */
	private profile(): { profileFd?: number } {
		if (this.settings.text("eval-profiler") === "disabled") return {};
		const path = this.settings.text("eval-profile-file");
		const { openSync } = process.getBuiltinModule("node:fs");
		return { profileFd: openSync(Buffer.from(this.absolute(path), "latin1"), "w", 0o660) };
	}

	private arguments(): CommandArgument[] {
		return [...(this.evalOptions?.arguments.values() ?? [])].map((arg): CommandArgument => {
			switch (arg.kind) {
				case "expression":
					return { ...arg, basePath: this.shell.workingDirectory };
				case "string":
					return arg;
				case "file":
					return { name: arg.name, kind: "string", text: this.readFile(arg.path) };
				case "stdin":
					return { name: arg.name, kind: "string", text: this.input() };
			}
		});
	}

	/** Asks a question at the terminal: whether the answer begins with y. Where there is no terminal it does not. */
	ask(question: string): boolean {
		const { isTerminal, writeError } = this.shell;
		if (!isTerminal.input || !isTerminal.error) return false;
		writeError(`${question} `);
		const { readSync } = process.getBuiltinModule("node:fs");
		const buffer = Buffer.alloc(1);
		let answer = "";
		while (!answer.includes("\n") && readSync(0, buffer) === 1) answer += buffer.toString("latin1");
		return /^y/i.test(answer);
	}

	/** All of standard input, as a byte string. */
	input(): string {
		return Buffer.from(this.shell.readInput()).toString("latin1");
	}

	private readFile(path: string): string {
		const { readFileSync } = process.getBuiltinModule("node:fs");
		return readFileSync(Buffer.from(this.absolute(path), "latin1")).toString("latin1");
	}

	/** A path of the command line, seen from the working directory. */
	absolute(path: string): string {
		return path.startsWith("/") ? path : `${this.shell.workingDirectory}/${path}`;
	}

	/** Files of the host, as they are. */
	filesOf(path: string): SourceAccessor {
		return fsAccessor(nodeFs, path);
	}

	/** Gives files the permissions and times that store objects have. */
	canonicalise(path: string): void {
		canonicaliseTree(nodeFs, path);
	}

	private evaluationLog(entry: LogEntry): void {
		if (entry.kind === "trace") this.log.line(level.error, `trace: ${entry.text}`);
		else if (entry.kind === "evaluation-warning") this.log.warn(entry.text, "evaluation warning:");
		else if (entry.kind === "warning") this.log.warn(entry.text);
		else if (entry.kind === "info") this.log.info(entry.text);
		else this.log.line(level.error, entry.text);
	}

	private fetchEvent(event: FetchEvent): void {
		if (event.type === "unpacking") this.log.info(`unpacking '${event.url}' into the Git cache...`);
		const what = "url" in event ? event.url : event.input;
		const doing = event.type === "fetching-git" ? "fetching Git repository" : event.type;
		this.log.line(level.talkative, `${doing} '${what}'...`);
		this.log.progress(`${doing} ${what}`);
	}

	/** What realisations here work with. */
	realiseOptions(settings: Settings = this.settings, store: CommandStore = this.commandStore): RealiseOptions {
		const options = buildOptions(store, {
			system: this.system,
			extraPlatforms: settings.strings("extra-platforms"),
			systemFeatures: settings.strings("system-features"),
			sandbox: settings.get("sandbox") as boolean | "relaxed",
			sandboxPaths: settings.get("sandbox-paths") as Readonly<Record<string, string>>,
			sandboxBuildDir: settings.text("sandbox-build-dir"),
			buildDir: settings.text("build-dir") || undefined,
			cores: settings.number("cores"),
			maxJobs: settings.get("max-jobs") as number | "auto",
			keepGoing: settings.boolean("keep-going"),
			keepFailed: settings.boolean("keep-failed"),
			fallback: settings.boolean("fallback"),
			keepBuildLog: settings.boolean("keep-build-log"),
			logLines: settings.number("log-lines"),
			maxLogSize: settings.number("max-build-log-size"),
			timeout: settings.number("timeout"),
			maxSilentTime: settings.number("max-silent-time"),
			hashedMirrors: settings.strings("hashed-mirrors"),
			features: settings.strings("experimental-features"),
			env: this.env,
			fetch: (url, init) => fetch(url, init),
			showsLogs: this.buildLogs !== "none",
			...this.postBuildHook(),
		});
		return {
			...options,
			store: this.store,
			isTrusted: (info, substituter) => this.isTrusted(info, substituter),
			alwaysAllowSubstitutes: settings.boolean("always-allow-substitutes"),
			maxSubstitutionJobs: settings.number("max-substitution-jobs"),
			secretKeys: this.secretKeys(),
			signal: this.shell.signal,
			onEvent: (event) => this.buildEvent(event),
		};
	}

	get system(): string {
		return this.settings.isOverridden("system") ? this.settings.text("system") : this.shell.system;
	}

	private postBuildHook() {
		const program = this.settings.text("post-build-hook");
		if (program === "") return {};
		const inherited = Object.entries(this.shell.env).map(([name, value]) => [name, fromBytes(value)]);
		const env = { ...Object.fromEntries(inherited), NIX_CONFIG: configText(this.settings) };
		return { postBuildHook: { program, env, cwd: this.shell.workingDirectory } };
	}

	/** Makes outputs exist. */
	async realise(
		targets: readonly RealiseTarget[],
		how: Pick<RealiseOptions, "mode" | "failureReport"> = {},
	): Promise<RealiseResult> {
		const { builds } = this.commandStore;
		if (builds !== undefined) return this.realiseElsewhere(builds, targets, how.mode ?? "normal");
		requireOutputs(this.store, targets);
		await this.bringSources(targets);
		try {
			const substituters = await this.substitutersFor(targets);
			return await realise(targets, { ...this.realiseOptions(), substituters, ...how });
		} finally {
			this.building.clear();
			this.log.progress("");
		}
	}

	/** Has somebody else make outputs exist. */
	private async realiseElsewhere(
		builds: RemoteBuilds,
		targets: readonly RealiseTarget[],
		mode: BuildMode,
	): Promise<RealiseResult> {
		const { signal } = this.shell;
		try {
			return await builds.realise(targets, mode, { signal, log: (message) => this.remoteLog.tell(message) });
		} finally {
			this.log.progress("");
		}
	}

	/** Makes outputs exist that evaluation reads. */
	private async realiseForEvaluation(targets: readonly RealiseTarget[]): Promise<RealiseResult> {
		const result = await this.realise(targets);
		const { evaluationStore, commandStore } = this;
		if (evaluationStore !== commandStore) {
			const built = targets.flatMap((target) =>
				"drvPath" in target
					? [...(result.outputs.get(target.drvPath.toString(evaluationStore.storeDir))?.values() ?? [])]
					: [target.path],
			);
			const checks = !/[?&]require-sigs=false(&|$)/.test(this.evalOptions?.evalStore ?? "");
			await copyClosures(this, commandStore.open(), evaluationStore.open(), built, checks);
		}
		return result;
	}

	/** Builds a flake's checks. With `--keep-going` the result is what failed; else the first failure is thrown. */
	async buildChecks(checks: readonly CheckToBuild[]): Promise<readonly NixError[]> {
		const starting = (count: number): void => this.log.info(`running ${count} flake checks...`);
		try {
			const substituters = await this.substituters();
			return (await buildChecks(checks, { ...this.realiseOptions(), substituters }, starting)).errors;
		} finally {
			this.building.clear();
			this.log.progress("");
		}
	}

	/** Tells what has to be built and fetched. */
	async printMissing(targets: readonly RealiseTarget[], lvl: number): Promise<void> {
		const { builds } = this.commandStore;
		if (builds === undefined) requireOutputs(this.store, targets);
		const plan = await this.plan(targets);
		for (const line of missingLines(plan, this.store.storeDir, this.readOnly)) this.log.line(lvl, line);
	}

	/** Copies what derivations in the store for evaluation begin with to the store for building. */
	private async bringSources(targets: readonly RealiseTarget[]): Promise<void> {
		const { evaluationStore, commandStore } = this;
		if (evaluationStore === commandStore) return;
		const from = evaluationStore.open();
		await copyClosures(this, from, commandStore.open(), sourcesOf(from, targets), true);
	}

	/** What would have to be done. */
	async plan(targets: readonly RealiseTarget[]): Promise<Plan> {
		const { builds } = this.commandStore;
		if (builds !== undefined) return { ...(await this.missingElsewhere(builds, targets)), valid: [] };
		await this.bringSources(targets);
		return planRealisation(targets, {
			store: this.store,
			substituters: await this.substitutersFor(targets),
			contentAddressedDerivations: this.settings.enabled("ca-derivations"),
			alwaysAllowSubstitutes: this.settings.boolean("always-allow-substitutes"),
		});
	}

	private missingElsewhere(builds: RemoteBuilds, targets: readonly RealiseTarget[]): Promise<MissingPaths> {
		const { signal } = this.shell;
		return builds.missing(targets, { signal, log: (message) => this.remoteLog.tell(message) });
	}

	private buildEvent(event: RealiseEvent): void {
		const { log } = this;
		switch (event.type) {
			case "buildStarted": {
				const path = event.drvPath.toString(this.store.storeDir);
				this.building.set(event.drvPath.baseName, event.drvPath.name.replace(/\.drv$/, ""));
				log.info(event.mode === "check" ? `checking outputs of '${path}'...` : `building '${path}'...`);
				log.progress(`building ${[...this.building.values()].join(", ")}`);
				break;
			}
			case "substitutionStarted":
				log.info(`copying path '${event.path.toString(this.store.storeDir)}' from '${event.substituter}'...`);
				break;
			case "logLine": {
				const name = packageName(event.drvPath);
				if (this.buildLogs === "raw") log.line(level.error, event.line);
				else if (this.buildLogs === "named") log.line(level.error, `${name}> ${event.line}`);
				else log.progress(`building ${name}: ${event.line}`);
				break;
			}
			case "builderMessage":
				if (event.message.action === "msg") log.line(event.message.level, event.message.text);
				break;
			case "postBuildHookStarted":
				log.line(level.talkative, `running post-build-hook '${event.program}'...`);
				break;
			case "postBuildHookLine": {
				const name = packageName(event.drvPath);
				if (this.buildLogs === "raw") log.line(level.error, `post-build-hook: ${event.line}`);
				else if (this.buildLogs === "named") log.line(level.error, `${name} (post)> ${event.line}`);
				break;
			}
			case "complaint":
				log.line(level.error, event.message);
				break;
			case "buildFinished":
			case "buildFailed":
				this.building.delete(event.drvPath.baseName);
				break;
			case "error":
				log.error(event.error, this.settings.boolean("show-trace"));
				break;
			case "warning":
				log.warn(event.message);
				break;
			default:
		}
	}

	/** Throws unless an experimental feature is enabled. */
	requireFeature(feature: string | undefined): void {
		if (feature !== undefined && !this.settings.enabled(feature))
			throw new NixError(
				"EXPERIMENTAL_FEATURE_DISABLED",
				`experimental Nix feature '${feature}' is disabled; add '--extra-experimental-features ${feature}' to enable it`,
			);
	}

	/** Writes a line to standard output. */
	print(text: string): void {
		this.shell.writeOut(`${text}\n`);
	}

	/** Copies what an evaluation wrote to a store that could not take it at once. */
	private async copyWritten(): Promise<void> {
		const written = this.openedStore?.written?.();
		if (written === undefined || this.readOnly) return;
		const from = asyncStore(written);
		await copyPaths(from, await this.anyStore(), (await closureIn(from, written.queryAllValidPaths())).values());
	}

	async close(): Promise<void> {
		if (this.settings.text("eval-profiler") !== "disabled") await this.openedCommands?.finish().catch(() => {});
		await this.openedCommands?.close();
		await this.copyWritten();
		if (this.openedStore?.isOpen?.() === true) this.others.add(this.openedStore.open());
		if (this.openedEvalStore?.isOpen?.() === true) this.others.add(this.openedEvalStore.open());
		if (this.openedEvalStore !== undefined) removeThreadsRoots(this.openedEvalStore, process.pid);
		if (this.openedStore !== undefined) removeThreadsRoots(this.openedStore, process.pid);
		for (const store of this.others) if (isLocalStore(store)) store.close();
		this.log.close();
	}
}

/** What lines of a build's log are shown under: the derivation's name without its version. */
const packageName = (drvPath: StorePath): string => parseDrvName(drvPath.name.replace(/\.drv$/, "")).name;
