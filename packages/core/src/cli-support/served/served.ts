import { elementMethods, type PackageElements } from "../environment/package-elements";
import { type FlakeCommands, flakeMethods } from "./flake-commands";
import { type PackageCommands, packageMethods } from "./package-commands";
import { type RegistryCommands, registryMethods } from "./registry-commands";
import { type ReplCommands, replMethods } from "./repl-commands";
import { type ValueCommands, valueMethods } from "./value-commands";

/** The objects, one a topic, whose methods a command's worker serves. */
export interface Topics {
	readonly values: ValueCommands;
	readonly packages: PackageCommands;
	readonly elements: PackageElements;
	readonly flakes: FlakeCommands;
	readonly registries: RegistryCommands;
	readonly repl: ReplCommands;
}

const methods = {
	values: valueMethods,
	packages: packageMethods,
	elements: elementMethods,
	flakes: flakeMethods,
	registries: registryMethods,
	repl: replMethods,
} as const satisfies { readonly [T in keyof Topics]: readonly (keyof Topics[T] & string)[] };

type MethodsOf<T extends keyof Topics> = Pick<Topics[T], (typeof methods)[T][number] & keyof Topics[T]>;

/**
 * The steps that the command line's programs take with an evaluation, one by one, in their order and with their
 * messages.
 */
export type Served = MethodsOf<"values"> &
	MethodsOf<"packages"> &
	MethodsOf<"elements"> &
	MethodsOf<"flakes"> &
	MethodsOf<"registries"> &
	MethodsOf<"repl">;

type Handler = (...args: never[]) => unknown;

/** What answers each call; `around` has the call itself to make. */
export const handlersOf = (topics: Topics, around: (call: () => unknown) => unknown): Record<string, Handler> => {
	const handlers: Record<string, Handler> = {};
	for (const topic of Object.keys(methods) as (keyof Topics)[]) {
		const served = topics[topic] as unknown as Record<string, Handler>;
		for (const method of methods[topic]) handlers[method] = (...args) => around(() => served[method](...args));
	}
	return handlers;
};
