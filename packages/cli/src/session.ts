import type { LogEntry } from "@tsnix/eval";
import type { FetchEvent, FetchSettings } from "@tsnix/fetchers";
import {
	NixError,
	planRealisation,
	type RealiseEvent,
	type RealiseOptions,
	type RealiseResult,
	type RealiseTarget,
	realise,
	type SyncStore,
} from "@tsnix/store";
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
	registryPlaces,
	requireOutputs,
} from "./core";
import { takeEarlyWorker } from "./early-worker";
import { type Log, level } from "./output/log";
import { missingLines } from "./output/print-missing";
import { evaluationSettings, fetchSettings } from "./settings/evaluation";
import { applyFlakeConfig } from "./settings/flake-config";
import type { Settings } from "./settings/settings";
import type { Shell } from "./shell";
import { workerScript } from "./worker-script";

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
	private openedCommands: Commands | undefined;
	private building = new Map<string, string>();

	constructor(
		readonly shell: Shell,
		readonly settings: Settings,
		readonly log: Log,
	) {}

	env = (name: string): string | undefined => this.shell.env[name];

	/** The store that `--store` and the environment name. */
	get commandStore(): CommandStore {
		this.openedStore ??= openCommandStore(this.storeReference(), {
			env: this.env,
			workingDirectory: this.shell.workingDirectory,
			readOnly: this.readOnly,
		});
		return this.openedStore;
	}

	private storeReference(): string {
		if (this.settings.isOverridden("store")) return this.settings.text("store");
		return this.env("TSNIX_STORE") ?? this.env("NIX_REMOTE") ?? this.settings.text("store");
	}

	get store(): SyncStore {
		return this.commandStore.open();
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
			storeStart: this.commandStore.start,
			store: () => this.store,
			settings: evaluationSettings(settings, this),
			fetchSettings: fetchSettings(settings) as Partial<FetchSettings>,
			env,
			...(home === undefined ? {} : { home }),
			...(cache === undefined ? {} : { cacheDir: `${cache}/tsnix` }),
			fetch: (url, init) => fetch(url, init),
			downloadTries: this.offline ? 1 : settings.number("download-attempts"),
			registries: {
				overrides: this.evalOptions?.overrideFlakes ?? [],
				...registryPlaces({ env, flakeRegistry: settings.text("flake-registry") }),
			},
			realise: (targets) => this.realise(targets),
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
	private realiseOptions(): RealiseOptions {
		const { settings } = this;
		const options = buildOptions(this.commandStore, {
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
		});
		return { ...options, signal: this.shell.signal, onEvent: (event) => this.buildEvent(event) };
	}

	get system(): string {
		return this.settings.isOverridden("system") ? this.settings.text("system") : this.shell.system;
	}

	/** Makes outputs exist. */
	async realise(
		targets: readonly RealiseTarget[],
		how: Pick<RealiseOptions, "mode" | "failureReport"> = {},
	): Promise<RealiseResult> {
		requireOutputs(this.store, targets);
		try {
			return await realise(targets, { ...this.realiseOptions(), ...how });
		} finally {
			this.building.clear();
			this.log.progress("");
		}
	}

	/** Builds a flake's checks. With `--keep-going` the result is what failed; else the first failure is thrown. */
	async buildChecks(checks: readonly CheckToBuild[]): Promise<readonly NixError[]> {
		const starting = (count: number): void => this.log.info(`running ${count} flake checks...`);
		try {
			return (await buildChecks(checks, this.realiseOptions(), starting)).errors;
		} finally {
			this.building.clear();
			this.log.progress("");
		}
	}

	/** Tells what has to be built and fetched. */
	async printMissing(targets: readonly RealiseTarget[], lvl: number): Promise<void> {
		requireOutputs(this.store, targets);
		const plan = await planRealisation(targets, {
			store: this.store,
			contentAddressedDerivations: this.settings.enabled("ca-derivations"),
		});
		for (const line of missingLines(plan, this.store.storeDir, this.readOnly)) this.log.line(lvl, line);
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
			case "logLine": {
				const name = event.drvPath.name.replace(/\.drv$/, "");
				if (this.buildLogs === "raw") log.line(level.error, event.line);
				else if (this.buildLogs === "named") log.line(level.error, `${name}> ${event.line}`);
				else log.progress(`building ${name}: ${event.line}`);
				break;
			}
			case "builderMessage":
				if (event.message.action === "msg") log.line(event.message.level, event.message.text);
				break;
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

	async close(): Promise<void> {
		await this.openedCommands?.close();
		this.log.close();
	}
}
