import {
	canonicaliseTree,
	fsAccessor,
	type LogMessage,
	NixError,
	type SourceAccessor,
	type SyncStore,
	withoutCaseHack,
} from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import type { EvalOptions } from "./args/eval-flags";
import type { CommandStore, Commands } from "./core";
import type { Log } from "./output/log";
import { filesAt } from "./real-path";
import { tellRemote } from "./output/remote-log";
import { SessionBuilds } from "./session/builds";
import { SessionEvaluation } from "./session/evaluation";
import { SessionJobs } from "./session/jobs";
import { SessionStores } from "./session/stores";
import { SessionSubstitution } from "./session/substitution";
import { readHistory, writeHistory } from "./repl/history";
import type { Settings } from "./settings/settings";
import type { Shell } from "./shell";
import type { Lines, LinesOptions } from "./terminal/lines";

/** One run of a command: its settings, its stores, its builds and its evaluation; each begun when it is first needed. */
export class Session {
	/** Nothing is written to the store. */
	readOnly = false;
	/** Without a network: nothing is tried twice. */
	offline = false;
	/** Flakes are locked, and nothing of them is evaluated: that needs no thread of its own. */
	locksOnly = false;
	/** The arguments of the command that are no options, as far as they are read. */
	readonly arguments: string[] = [];
	/** What flags told of flakes. */
	evalOptions: EvalOptions | undefined;
	/** The folder that paths of the command line start from: the working directory, or a script's. */
	baseDirectory: string;
	readonly stores = new SessionStores(this);
	readonly substitution = new SessionSubstitution(this);
	readonly builds = new SessionBuilds(this);
	private readonly evaluation = new SessionEvaluation(this);
	/** Who reads and writes store objects, beside this thread; nobody where there is but one processor. */
	readonly jobs = new SessionJobs();
	private openedLines: Lines | undefined;

	constructor(
		/** What the command has of its process. */
		private current: Shell,
		readonly settings: Settings,
		readonly log: Log,
	) {
		this.baseDirectory = current.workingDirectory;
	}

	get shell(): Shell {
		return this.current;
	}

	/** Sets a variable of the environment, for evaluation and for programs that are run. */
	setVariable(name: string, value: string): void {
		this.current = { ...this.current, env: { ...this.current.env, [name]: value } };
	}

	env = (name: string): string | undefined => this.shell.env[name];

	/** The store that `--store` and the environment name. */
	get commandStore(): CommandStore {
		return this.stores.commandStore;
	}

	/** The same, opened. */
	get store(): SyncStore {
		return this.stores.store;
	}

	/** The evaluation, in its own thread. */
	commands(): Promise<Commands> {
		return this.evaluation.commands();
	}

	/** Shows what a daemon or a machine elsewhere tells. */
	readonly tellRemote = (message: LogMessage): void => tellRemote(this.log, message);

	/** The system that is evaluated and built for, unless a derivation says otherwise. */
	get system(): string {
		return this.settings.isOverridden("system") ? this.settings.text("system") : this.shell.system;
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

	/** Lines of standard input, asked for one by one; with what earlier REPLs were told, at a terminal. */
	lines(complete: LinesOptions["complete"] = () => Promise.resolve([])): Lines {
		this.openedLines ??= this.shell.openLines({
			complete,
			history: readHistory(this),
			onClose: (history) => writeHistory(this, history),
		});
		return this.openedLines;
	}

	/** All of standard input, as a byte string. */
	input(): string {
		return Buffer.from(this.shell.readInput()).toString("latin1");
	}

	/** A file of the host, as a byte string. */
	readFile(path: string): string {
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

	/** A tree of the command line, as its NAR has it: without the suffixes of `use-case-hack`. */
	hackedFilesAt(path: string): SourceAccessor {
		const files = filesAt(this.absolute(path));
		return this.settings.boolean("use-case-hack") ? withoutCaseHack(files) : files;
	}

	/** Gives files the permissions and times that store objects have. */
	canonicalise(path: string): void {
		canonicaliseTree(nodeFs, path);
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
		this.openedLines?.close();
		await this.evaluation.close();
		this.jobs.close();
		await this.stores.close();
		this.log.close();
	}
}
