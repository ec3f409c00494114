import type { ReplHost } from "../../repl/repl-host";
import type { ReplOutcome } from "../../repl/repl";
import { CommandRepl, type CommandReplOptions } from "../command-repl";
import type { CommandFlakes } from "../flakes";
import type { CommandScope } from "./command-scope";

/** The one REPL of a command. */
export class ReplCommands {
	private opened: CommandRepl | undefined;

	constructor(
		private readonly scope: CommandScope,
		private readonly flakes: CommandFlakes,
		private readonly host: ReplHost,
	) {}

	private get repl(): CommandRepl {
		this.opened ??= new CommandRepl(replOptions(this.scope, this.host));
		return this.opened;
	}

	/** The REPL takes the input since its last line was done. */
	replRead(input: string): ReplOutcome {
		const outcome = this.repl.read(input);
		if (outcome === "reload") this.flakes.forget();
		return outcome;
	}

	/** Takes a value that the command line named into the REPL's scope. */
	replTake(value: number, what: string): void {
		this.repl.take(this.scope.value(value), what);
	}

	/** The REPL loads again what files it had loaded. */
	replLoadFiles(): void {
		this.repl.loadFiles();
	}

	/** The REPL loads again what flakes it had loaded. */
	replLoadFlakes(): void {
		this.repl.loadFlakes();
	}

	/** What a line of the REPL's input may go on with. */
	replComplete(input: string): string[] {
		return this.repl.complete(input);
	}
}

/** What REPLs of an evaluation are made with. */
export const replOptions = (scope: CommandScope, host: ReplHost): CommandReplOptions => {
	const { st, open, workingDirectory, args } = scope;
	return {
		st,
		open,
		host,
		workingDirectory,
		args,
		lookup: (path) => scope.lookup(path),
		rawMarkdown: st.host.getEnv?.("_NIX_TEST_RAW_MARKDOWN") === "1",
	};
};

/** Those that cross threads. */
export const replMethods = [
	"replRead",
	"replTake",
	"replLoadFiles",
	"replLoadFlakes",
	"replComplete",
] as const satisfies readonly (keyof ReplCommands)[];
