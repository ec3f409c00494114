import type { ByteString } from "@tsnix/store";
import { UsageError } from "../usage-error";
import type { Flag } from "./flags";

/** The options of commands that run programs, by which the programs' environment differs from this one's. */
export class EnvironmentOptions {
	private ignore = false;
	private readonly keep = new Set<string>();
	private readonly unset = new Set<string>();
	private readonly set = new Map<string, string>();

	flags(): Flag[] {
		return [
			{ long: "ignore-env", aliases: ["ignore-environment"], short: "i", handle: () => void (this.ignore = true) },
			{ long: "keep-env-var", aliases: ["keep"], short: "k", arity: 1, handle: (name) => void this.keep.add(name) },
			{
				long: "unset-env-var",
				aliases: ["unset"],
				short: "u",
				arity: 1,
				handle: (name) => {
					if (this.set.has(name))
						throw new UsageError(`Cannot unset environment variable '${name}' that is set with '--set-env-var'`);
					this.unset.add(name);
				},
			},
			{
				long: "set-env-var",
				short: "s",
				arity: 2,
				handle: (name, value) => {
					if (this.unset.has(name))
						throw new UsageError(`Cannot set environment variable '${name}' that is unset with '--unset-env-var'`);
					if (this.set.has(name))
						throw new UsageError(
							`Duplicate definition of environment variable '${name}' with '--set-env-var' is ambiguous`,
						);
					this.set.set(name, value);
				},
			},
		];
	}

	/** The environment that a program gets, in the order of the names. Throws UsageError for options that contradict each other. */
	environment(inherited: Readonly<Record<string, ByteString>>): Record<string, ByteString> {
		if (this.ignore && this.unset.size > 0)
			throw new UsageError("--unset-env-var does not make sense with --ignore-env");
		if (!this.ignore && this.keep.size > 0)
			throw new UsageError("--keep-env-var does not make sense without --ignore-env");
		const kept = Object.entries(inherited).filter(([name]) => !this.ignore || this.keep.has(name));
		const all = [...kept, ...this.set].filter(([name]) => !this.unset.has(name));
		return sortedEnvironment(Object.fromEntries(all));
	}
}

/** An environment in the byte order of the names. */
export const sortedEnvironment = (env: Readonly<Record<string, ByteString>>): Record<string, ByteString> =>
	Object.fromEntries(Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1)));
