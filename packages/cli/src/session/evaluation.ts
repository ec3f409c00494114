import type { FetchClosureRequest, LogEntry } from "@tsnix/eval";
import type { FetchEvent, FetchSettings } from "@tsnix/fetchers";
import { existsSync } from "node:fs";
import { activity, asyncStore, closureIn, NixError, type StorePath } from "@tsnix/store";
import { type CommandArgument, type Commands, fetchClosure, openCommands, registryPlaces } from "../core";
import { level, type StartedActivity } from "../output/log";
import { replService } from "../repl/repl-service";
import type { Session } from "../session";
import { evaluationSettings, fetchSettings } from "../settings/evaluation";
import { applyFlakeConfig } from "../settings/flake-config";
import { transferSettings } from "../settings/transfers";
import { earlyStart } from "../start/early-worker";
import { copyInfos } from "../verbs/copy";
import { workerScript } from "../worker-script";

/** The folder for what can be made again. */
const cacheFolder = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
	if (env.NIX_CACHE_HOME !== undefined) return env.NIX_CACHE_HOME;
	const all = env.XDG_CACHE_HOME ?? (env.HOME === undefined ? undefined : `${env.HOME}/.cache`);
	return all === undefined ? undefined : `${all}/nix`;
};

/** The evaluation of a run, in its own thread, begun when something is first evaluated. */
export class SessionEvaluation {
	private opened: Commands | undefined;
	/** What is being fetched, as far as is known: until something else is. */
	private fetching: StartedActivity | undefined;

	constructor(private readonly session: Session) {}

	/** The evaluation, in its own thread. */
	async commands(): Promise<Commands> {
		if (this.opened !== undefined) return this.opened;
		const { session } = this;
		const { shell, settings } = session;
		const { env } = shell;
		const threads = await import("node:worker_threads");
		const home = env.HOME;
		const cache = cacheFolder(env);
		const commands = openCommands({
			threads,
			script: workerScript(),
			prepared: earlyStart()?.takeWorker(),
			evaluation: session.locksOnly ? earlyStart()?.loadEvaluation().commandEvaluation : undefined,
			workingDirectory: shell.workingDirectory,
			storeStart: session.stores.evaluationStore.start,
			store: () => session.stores.evaluationStore.open(),
			settings: evaluationSettings(settings, session),
			fetchSettings: fetchSettings(settings) as Partial<FetchSettings>,
			env,
			...(home === undefined ? {} : { home }),
			...(cache === undefined ? {} : { cacheDir: cache }),
			transfers: transferSettings(session),
			evalCache: settings.boolean("eval-cache"),
			...this.profile(),
			registries: {
				overrides: this.session.evalOptions?.overrideFlakes ?? [],
				...registryPlaces({ env, flakeRegistry: settings.text("flake-registry") }),
			},
			realise: (targets) => session.builds.realiseForEvaluation(targets),
			fetchClosure: (request) => this.fetchClosure(request),
			flakeConfig: (config) => applyFlakeConfig(session, config),
			repl: replService(session, () => session.lines()),
			log: (entry) => this.evaluationLog(entry),
			onFetch: (event) => this.fetchEvent(event),
		});
		this.opened = commands;
		shell.signal.addEventListener("abort", () => void commands.close(), { once: true });
		const args = this.arguments();
		if (args.length > 0) await commands.setArguments(args);
		for (const ref of session.evalOptions?.inputsFrom ?? [])
			await commands.useInputsFrom((await commands.parseFlake(ref)).ref);
		return commands;
	}

	/** Copies a closure out of another store into the one for evaluation. */
	private async fetchClosure(request: FetchClosureRequest): Promise<StorePath> {
		const { stores } = this.session;
		const from = await stores.anyStore(request.fromStore);
		const to = asyncStore(stores.evaluationStore.open());
		return fetchClosure(request, {
			from,
			to,
			copyClosure: async (paths) => copyInfos(this.session, from, to, (await closureIn(from, paths)).values(), true),
		});
	}

	/** The file that a profile of calls goes to, made or emptied, where one is wanted. */
	private profile(): { profileFd?: number } {
		if (this.session.settings.text("eval-profiler") === "disabled") return {};
		const path = this.session.settings.text("eval-profile-file");
		const { openSync } = process.getBuiltinModule("node:fs");
		return { profileFd: openSync(Buffer.from(this.session.absolute(path), "latin1"), "w", 0o660) };
	}

	/** The text of `--arg-from-file`; what is not there is called as the command line calls it. */
	private argumentFile(path: string): string {
		if (!existsSync(Buffer.from(this.session.absolute(path), "latin1")))
			throw new NixError("FILE_NOT_FOUND", `opening file "${path}": No such file or directory`);
		return this.session.readFile(path);
	}

	private arguments(): CommandArgument[] {
		return [...(this.session.evalOptions?.arguments.values() ?? [])].map((arg): CommandArgument => {
			switch (arg.kind) {
				case "expression":
					return { ...arg, basePath: this.session.baseDirectory };
				case "string":
					return arg;
				case "file":
					return { name: arg.name, kind: "string", text: this.argumentFile(arg.path) };
				case "stdin":
					return { name: arg.name, kind: "string", text: this.session.input() };
			}
		});
	}

	private evaluationLog(entry: LogEntry): void {
		if (entry.kind === "trace") this.session.log.line(level.error, `trace: ${entry.text}`);
		else if (entry.kind === "evaluation-warning") this.session.log.warn(entry.text, "evaluation warning:");
		else if (entry.kind === "warning") this.session.log.warn(entry.text);
		else if (entry.kind === "output") this.session.print(entry.text);
		else if (entry.kind === "debug") this.session.log.line(level.debug, entry.text);
		else if (entry.kind === "notice") this.session.log.notice(entry.text);
		else if (entry.kind === "info") this.session.log.info(entry.text);
		else this.session.log.line(level.error, entry.text);
	}

	private fetchEvent(event: FetchEvent): void {
		if (event.type === "copying") return this.session.log.line(level.chatty, `copying '${event.path}' to the store...`);
		if (event.type === "failed") return this.session.log.error(new NixError("FETCH", event.message), false);
		const what = "url" in event ? event.url : event.input;
		const { log } = this.session;
		this.fetching?.stop();
		const [lvl, kind, text] =
			event.type === "unpacking"
				? ([level.info, activity.unknown, `unpacking '${what}' into the Git cache`] as const)
				: event.type === "fetching-git"
					? ([level.talkative, activity.fetchTree, `fetching Git repository '${what}'`] as const)
					: event.type === "downloading"
						? ([level.talkative, activity.fileTransfer, `downloading '${what}'`] as const)
						: ([level.talkative, activity.unknown, `${event.type} '${what}'`] as const);
		this.fetching = log.start(lvl, kind, text, event.type === "downloading" ? [what] : []);
	}

	/** Ends the thread, and writes its profile where one is wanted. */
	async close(): Promise<void> {
		this.fetching?.stop();
		this.fetching = undefined;
		if (this.session.settings.text("eval-profiler") !== "disabled") await this.opened?.finish().catch(() => {});
		if (this.opened === undefined) return;
		await earlyStart()?.saveWorkerCode();
		await this.opened.close();
	}
}
