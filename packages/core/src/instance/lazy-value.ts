import type { Plain } from "../engine/to-plain";
import type { ValueInfo } from "../engine/engine";
import type { Backend } from "./backend";

/**
 * A value of an evaluation that is worked out only as far as it is asked for. It lives as long as its instance, or
 * until {@link LazyValue.release}.
 *
 *     const pkgs = await nix.evaluateLazy({ file: "/nixpkgs" })
 *     await (await pkgs.get("hello.version")).toJSON()      // "2.12.3"
 */
export class LazyValue {
	/** Made by an instance. */
	constructor(
		private readonly backend: Backend,
		/** The engine's number for the value. */
		readonly handle: number,
	) {}

	/** What it is: its type, a set's names in order, a list's length. Works it out. */
	async force(): Promise<ValueInfo> {
		return this.backend.call("inspect", this.handle);
	}

	/** The names of a set, in order. Empty for other values. */
	async attrNames(): Promise<readonly string[]> {
		return (await this.force()).names ?? [];
	}

	/** What an attribute path (`a.b."c.d"`, `list.0`) selects. Throws where it leads nowhere. */
	async get(path: string): Promise<LazyValue> {
		return new LazyValue(this.backend, await this.backend.call("select", this.handle, path));
	}

	/** Applies a function to arguments: plain data, or other values of the instance. */
	async call(...args: readonly unknown[]): Promise<LazyValue> {
		const crossing = args.map((arg) => (arg instanceof LazyValue ? { handle: arg.handle } : { data: arg }));
		return new LazyValue(this.backend, await this.backend.call("call", this.handle, crossing));
	}

	/** All of it as plain data. Throws where there is a function. */
	async toJSON(): Promise<Plain> {
		return this.backend.call("toPlain", this.handle);
	}

	/** Where it was written (`file:line:column`): for functions, and for sets written out. */
	async position(): Promise<string | undefined> {
		return this.backend.call("position", this.handle);
	}

	/** Lets the instance forget it. */
	async release(): Promise<void> {
		await this.backend.call("release", this.handle);
	}
}
