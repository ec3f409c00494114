import type { Settings } from "../settings/settings";
import type { Session } from "../session";
import type { Flag } from "./flags";

/** An argument for functions that are met on the way to a value. */
export type AutoArgument = { readonly name: string } & (
	| { readonly kind: "expression"; readonly text: string }
	| { readonly kind: "string"; readonly text: string }
	| { readonly kind: "file"; readonly path: string }
	| { readonly kind: "stdin" }
);

/** What the options of commands that evaluate set. */
export interface EvalOptions {
	/** By name; the last of a name counts. */
	readonly arguments: Map<string, AutoArgument>;
	/** Entries for the search path, before all others. */
	readonly include: string[];
	readonly overrideFlakes: (readonly [from: string, to: string])[];
	/** `--inputs-from`: flakes whose inputs are entries of a registry. */
	readonly inputsFrom: string[];
	evalStore?: string;
	repair: boolean;
	/** Evaluation halts at errors. */
	debugger?: boolean;
}

export const newEvalOptions = (): EvalOptions => ({
	arguments: new Map(),
	include: [],
	overrideFlakes: [],
	inputsFrom: [],
	repair: false,
});

/** The options of commands that evaluate. */
export const evalFlags = (settings: Settings, options: EvalOptions): Flag[] => {
	const argument = (arg: AutoArgument): void => void options.arguments.set(arg.name, arg);
	return [
		{ long: "arg", arity: 2, handle: (name, text) => argument({ name, kind: "expression", text }) },
		{ long: "argstr", arity: 2, handle: (name, text) => argument({ name, kind: "string", text }) },
		{ long: "arg-from-file", arity: 2, handle: (name, path) => argument({ name, kind: "file", path }) },
		{ long: "arg-from-stdin", arity: 1, handle: (name) => argument({ name, kind: "stdin" }) },
		{ long: "include", short: "I", arity: 1, handle: (path) => void options.include.push(path) },
		{ long: "impure", handle: () => settings.override("pure-eval", false) },
		{ long: "override-flake", arity: 2, handle: (from, to) => void options.overrideFlakes.push([from, to]) },
		{ long: "eval-store", arity: 1, handle: (text) => void (options.evalStore = text) },
		{ long: "repair", handle: () => void (options.repair = true) },
	];
};

/** `--debugger`, of the commands of `nix` that evaluate. */
export const debuggerFlag = (options: EvalOptions): Flag => ({
	long: "debugger",
	handle: () => void (options.debugger = true),
});

/** The options of commands of `nix` that evaluate, but take no installables; the session goes by them. */
export const evaluationFlags = (session: Session): Flag[] => {
	const options = newEvalOptions();
	session.evalOptions = options;
	return [...evalFlags(session.settings, options), debuggerFlag(options)];
};
