import { readdirSync } from "node:fs";
import { type ByteString, NixError } from "@tsnix/store";
import type { OpenWorld } from "../engine/world";
import { callFlake } from "../flake/call";
import { engineFlakeRef, engineFlakeWorld, lockInEngine } from "../engine/flakes";
import { Repl, type ReplOptions, type ReplOutcome } from "../repl/repl";
import { isLocked } from "@tsnix/fetchers";
import type { Attrs, Evaluator, Lazy, NixPath } from "./evaluation";

/** What a command's REPL is made with. */
export interface CommandReplOptions extends Pick<ReplOptions, "host" | "debug"> {
	readonly st: Evaluator;
	readonly open: OpenWorld;
	readonly workingDirectory: ByteString;
	readonly args: Attrs;
	readonly lookup: (path: ByteString) => NixPath;
	readonly rawMarkdown: boolean;
}

/** The REPL of a command. */
export class CommandRepl {
	private readonly repl: Repl;

	constructor(private readonly options: CommandReplOptions) {
		this.repl = new Repl({ ...options, callFlake: (ref) => this.callFlake(ref) });
	}

	/** Takes the input since the last line was done. */
	read(input: ByteString): ReplOutcome {
		return this.repl.read(input);
	}

	/** Takes what the command line named into scope. */
	take(value: Lazy, what: ByteString): void {
		this.repl.takeInstallable(value, what);
	}

	loadFiles(): void {
		this.repl.loadFiles();
	}

	loadFlakes(): void {
		this.repl.loadFlakes();
	}

	define(name: number, value: Lazy): void {
		this.repl.define(name, value);
	}

	/** What a line of input may go on with. */
	complete(input: ByteString): ByteString[] {
		return this.repl.complete(input, (path) => this.listFolder(path));
	}

	/** Takes lines until the user wants no more. Gives what becomes of the evaluation that has halted. */
	loop(): "continue" | "quit" {
		const { host, debug } = this.options;
		let input = "";
		for (;;) {
			const line = host.readLine(input === "" ? "nix-repl> " : "        > ");
			if (line === null) {
				if (debug !== undefined) debug.stop = false;
				host.out("\n");
				return "quit";
			}
			input = line === "\x03" ? "" : `${input}${line}\n`;
			const outcome = this.read(input);
			if (outcome === "quit" || outcome === "continue") return outcome;
			if (outcome === "incomplete") continue;
			if (outcome === "reload") this.repl.reloadAll();
			input = "";
			host.out("\n");
		}
	}

	private listFolder(path: ByteString): ByteString[] {
		const place = path.startsWith("/") ? path : `${this.options.workingDirectory}/${path}`;
		try {
			return readdirSync(Buffer.from(place, "latin1"), "latin1").sort();
		} catch {
			return [];
		}
	}

	private callFlake(text: ByteString): Lazy {
		const { open, st, workingDirectory } = this.options;
		const ref = engineFlakeRef(open, text, workingDirectory, true);
		const { pureEval } = st.settings;
		if (pureEval && !isLocked(ref.input, open.fetch.settings))
			throw new NixError(
				"UNLOCKED_FLAKE",
				`cannot use ':load-flake' on unlocked flake reference '${text}' (use --impure to override)`,
			);
		const options = { update: false, write: true, useRegistries: !pureEval, allowUnlocked: !pureEval };
		return callFlake(st, lockInEngine(open, st, ref, options), engineFlakeWorld(open, st));
	}
}
