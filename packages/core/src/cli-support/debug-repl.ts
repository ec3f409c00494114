import type { Debugger, Halt } from "@tsnix/eval/internal";
import type { DebugSession } from "../repl/debug-session";
import { CommandRepl, type CommandReplOptions } from "./command-repl";

/** What is said when evaluation halts for the first time. */
const greeting = "Nix 2.34.8 debugger\nType :? for help.";

/** Lets the user look into evaluations that have halted. */
export const debugRepl = (
	options: () => Omit<CommandReplOptions, "debug">,
): ((halt: Halt, debug: Debugger) => "continue" | "quit") => {
	let greeted = false;
	return (halt, debug) => {
		const given = options();
		const { host, st } = given;
		if (halt.message !== undefined) host.error(halt.message);
		if (!greeted) host.notice(greeting);
		greeted = true;
		const repl = new CommandRepl({ ...given, debug: sessionOf(halt, debug) });
		const { names } = st.symbols;
		for (const [name, value] of [...halt.variables].sort(([a], [b]) => (names[a] < names[b] ? -1 : 1)))
			repl.define(name, value);
		return repl.loop();
	};
};

const sessionOf = ({ traces }: Halt, debug: Debugger): DebugSession => ({
	size: traces.length,
	show: (index) => debug.show(traces[index]),
	showVariables: (index) => debug.showVariables(traces[index]),
	variables: (index) => [...debug.variables(traces[index])],
	get stop() {
		return debug.stop;
	},
	set stop(stop) {
		debug.stop = stop;
	},
});
