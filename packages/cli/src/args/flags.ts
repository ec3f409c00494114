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
}

/** The options that a command knows. */
export class Flags {
	private readonly long = new Map<string, Flag>();
	private readonly short = new Map<string, Flag>();
	/** Experimental features that the options seen so far need. */
	readonly features = new Set<string>();

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
		const name = arg.startsWith("--") ? arg.slice(2) : arg.slice(1);
		const flag = arg.startsWith("--") ? this.long.get(name) : arg.length === 2 ? this.short.get(name) : undefined;
		if (flag === undefined) return undefined;
		if (flag.feature !== undefined) this.features.add(flag.feature);
		const arity = flag.arity === "rest" ? args.length - at - 1 : (flag.arity ?? 0);
		const given = args.slice(at + 1, at + 1 + arity);
		if (given.length < arity)
			throw new UsageError(`flag '${arg}' requires ${arity} argument(s), but only ${given.length} were given`);
		flag.handle(...given);
		return at + 1 + arity;
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
