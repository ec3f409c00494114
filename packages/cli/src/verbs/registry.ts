import { evalFlags, evaluationFlags, newEvalOptions } from "../args/eval-flags";
import type { Flag } from "../args/flags";
import type { MakeCommand } from "../commands";

/** `--registry`: the file to work on, instead of the user's registry. */
class RegistryOption {
	private file: string | undefined;
	readonly flags: Flag[] = [{ long: "registry", arity: 1, handle: (path) => void (this.file = path) }];

	get path(): string | undefined {
		return this.file === "" ? undefined : this.file;
	}
}

/** `nix registry list`: the entries of all registries. */
export const registryList: MakeCommand = ({ session }) => ({
	run: async () => session.shell.writeOut(await (await session.commands()).registryList()),
});

/** `nix registry resolve`: what references mean. */
export const registryResolve: MakeCommand = ({ session }) => {
	let urls: readonly string[] = [];
	return {
		expected: [{ arity: "any", handle: (args) => void (urls = args) }],
		run: async () => {
			const commands = await session.commands();
			for (const url of urls) session.print(await commands.registryResolve(url));
		},
	};
};

/** `nix registry add`: lets a reference stand for another one. */
export const registryAdd: MakeCommand = ({ session }) => {
	const registry = new RegistryOption();
	const urls: string[] = [];
	return {
		flags: [...evalFlags(session.settings, newEvalOptions()), ...registry.flags],
		expected: [
			{ arity: 1, handle: (args) => void urls.push(...args) },
			{ arity: 1, handle: (args) => void urls.push(...args) },
		],
		run: async () => (await session.commands()).registryAdd(registry.path, urls[0], urls[1]),
	};
};

/** `nix registry remove`: forgets what a reference stands for. */
export const registryRemove: MakeCommand = ({ session }) => {
	const registry = new RegistryOption();
	let url = "";
	return {
		flags: registry.flags,
		expected: [{ arity: 1, handle: ([text]) => void (url = text) }],
		run: async () => (await session.commands()).registryRemove(registry.path, url),
	};
};

/** `nix registry pin`: lets a reference stand for what it, or another one, is locked to now. */
export const registryPin: MakeCommand = ({ session }) => {
	const registry = new RegistryOption();
	let url = "";
	let locked = "";
	return {
		flags: [...evaluationFlags(session), ...registry.flags],
		expected: [
			{ arity: 1, handle: ([text]) => void (url = text) },
			{ arity: 1, optional: true, handle: ([text]) => void (locked = text) },
		],
		run: async () => (await session.commands()).registryPin(registry.path, url, locked === "" ? url : locked),
	};
};
