import type { Complete, Completions } from "./completions";
import { UsageError } from "../usage-error";

/** An option of a command line: `--long`, `-s`. */
export interface Flag {
	readonly long: string;
	readonly aliases?: readonly string[];
	/** One letter. */
	readonly short?: string;
	/** How many arguments it takes, or all that follow. */
	readonly arity?: number | "rest";
	/** Takes the arguments. */
	readonly handle: (...args: string[]) => void;
	/** The experimental feature that has to be enabled when it is used. */
	readonly feature?: string;
	/** Not offered when an option is to be completed. */
	readonly hidden?: boolean;
	/** In a few words. */
	readonly description?: string;
	/** What its arguments may go on with. */
	readonly complete?: Complete;
	/** What arguments may go on with that are no options, of commands that take this option and say nothing else. */
	readonly completeArgument?: Complete;
}

/** The options that a command knows. */
export class Flags {
	private readonly long = new Map<string, Flag>();
	private readonly short = new Map<string, Flag>();
	/** Experimental features that the options seen so far need. */
	readonly features = new Set<string>();
	/** What a shell is to be told instead of the command being run. */
	completions: Completions | undefined;

	add(...flags: readonly Flag[]): this {
		for (const flag of flags) {
			for (const name of [flag.long, ...(flag.aliases ?? [])]) this.long.set(name, flag);
			if (flag.short !== undefined) this.short.set(flag.short, flag);
		}
		return this;
	}

	remove(long: string): void {
		const flag = this.long.get(long);
		if (flag?.short !== undefined) this.short.delete(flag.short);
		this.long.delete(long);
	}

	/** Takes the option at `at`, with its arguments: where the next begins, or undefined if it is not known here. */
	take(args: readonly string[], at: number): number | undefined {
		const arg = args[at];
		const { completions } = this;
		const prefix = completions?.prefixOf(arg);
		if (prefix !== undefined) {
			this.completeNames(prefix);
			return undefined;
		}
		const name = arg.startsWith("--") ? arg.slice(2) : arg.slice(1);
		const flag = arg.startsWith("--") ? this.long.get(name) : arg.length === 2 ? this.short.get(name) : undefined;
		if (flag === undefined) return undefined;
		if (flag.feature !== undefined) this.features.add(flag.feature);
		const arity = flag.arity === "rest" ? args.length - at - 1 : (flag.arity ?? 0);
		const given = args.slice(at + 1, at + 1 + arity);
		if (completions !== undefined && this.completeValues(flag, given)) return at + 1 + given.length;
		if (given.length < arity)
			throw new UsageError(`flag '${arg}' requires ${arity} argument(s), but only ${given.length} were given`);
		flag.handle(...given);
		return at + 1 + arity;
	}

	/** All of them, each once. */
	get all(): Flag[] {
		return [...new Set(this.long.values())];
	}

	/** The option of a long name. */
	find(long: string): Flag | undefined {
		return this.long.get(long);
	}

	private completeNames(prefix: string): void {
		if (prefix.startsWith("--")) {
			for (const [name, { hidden, feature, description }] of this.long) {
				if (hidden === true || !name.startsWith(prefix.slice(2))) continue;
				if (feature !== undefined) this.features.add(feature);
				this.completions?.add(`--${name}`, description);
			}
		} else if (prefix === "-") {
			this.completions?.add("--");
			for (const [name, { description }] of this.short) this.completions?.add(`-${name}`, description);
		}
	}

	/** Whether one of an option's arguments is asked for. */
	private completeValues(flag: Flag, given: readonly string[]): boolean {
		let asked = false;
		for (const [n, text] of given.entries()) {
			const prefix = this.completions?.prefixOf(text);
			if (prefix === undefined) continue;
			asked = true;
			if (flag.complete !== undefined) this.completions?.defer(flag.complete, n, prefix);
		}
		return asked;
	}
}

/** What takes a command line apart into. */
export interface ArgumentSink {
	/** Takes the option at an index: the index after it and its arguments, or undefined if it is not known. */
	flag(args: readonly string[], at: number): number | undefined;
	/** Takes an argument that is no option. */
	argument(arg: string): void | Promise<void>;
	/** What stands for the argument at an index instead: aliases of commands. */
	rewrite?(args: string[], at: number): void;
}

/** Goes over a command line: `-xyz` is `-x -y -z`, `-j3` is `-j 3`, and after `--` nothing is an option. */
export const parseArguments = async (commandLine: readonly string[], sink: ArgumentSink): Promise<void> => {
	const args = [...commandLine];
	let onlyArguments = false;
	for (let at = 0; at < args.length; ) {
		if (!onlyArguments && /^-[A-Za-z]./s.test(args[at])) args.splice(at, 1, ...splitShort(args[at]));
		const arg = args[at];
		if (!onlyArguments && arg === "--") {
			onlyArguments = true;
			at++;
		} else if (!onlyArguments && arg.startsWith("-")) {
			const next = sink.flag(args, at);
			if (next === undefined) throw new UsageError(`unrecognised flag '${arg}'`);
			at = next;
		} else {
			sink.rewrite?.(args, at);
			await sink.argument(args[at++]);
		}
	}
};

const splitShort = (arg: string): string[] => {
	const out = [arg.slice(0, 2)];
	for (let i = 2; i < arg.length; i++) {
		if (/[A-Za-z]/.test(arg[i])) out.push(`-${arg[i]}`);
		else {
			out.push(arg.slice(i));
			break;
		}
	}
	return out;
};
