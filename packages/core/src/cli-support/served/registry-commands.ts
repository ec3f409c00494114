import type { CommandRegistries } from "../registries";

/** The flake registries, looked into and changed. */
export class RegistryCommands {
	constructor(private readonly registries: CommandRegistries) {}

	/** The entries of all flake registries, as text. */
	registryList(): string {
		return this.registries.list();
	}

	/** What the flake registries make of a reference. */
	registryResolve(ref: string): string {
		return this.registries.resolved(ref);
	}

	/** Lets a reference stand for another one, in the user's registry or in another file. */
	registryAdd(file: string | undefined, from: string, to: string): void {
		this.registries.add(file, from, to);
	}

	/** Removes a reference from a registry. */
	registryRemove(file: string | undefined, ref: string): void {
		this.registries.remove(file, ref);
	}

	/** Lets a reference stand for what another one is locked to now. */
	registryPin(file: string | undefined, ref: string, locked: string): void {
		this.registries.pin(file, ref, locked);
	}
}

/** Those that cross threads. */
export const registryMethods = [
	"registryList",
	"registryResolve",
	"registryAdd",
	"registryRemove",
	"registryPin",
] as const satisfies readonly (keyof RegistryCommands)[];
