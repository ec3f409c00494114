import { Suspension } from "@tsnix/eval";
import type { FetchSettings } from "@tsnix/fetchers";
import type { Registries, RegistryType } from "../registry/registry";
import { parseRegistry, writeRegistry } from "../registry/registry-file";
import type { NixOptions } from "./options";

/** An instance's registries, from wherever they are. */
export const registriesOf = async ({ registries = [] }: Pick<NixOptions, "registries">): Promise<Registries> =>
	typeof registries === "function" ? registries() : registries;

/** The same for an engine in this thread: where they have to be waited for, the evaluation is suspended. */
export const suspendingRegistries = (source: NonNullable<NixOptions["registries"]>): (() => Registries) => {
	let known = typeof source === "function" ? undefined : source;
	return () => {
		if (known !== undefined) return known;
		const given = (source as () => Registries | Promise<Registries>)();
		if ("then" in given)
			throw new Suspension(
				given.then((registries) => {
					known = registries;
				}),
			);
		known = given;
		return known;
	};
};

/** A registry as it crosses between threads: the text of its file. */
export interface PlainRegistry {
	readonly type: RegistryType;
	readonly text: string;
}

export const plainRegistries = (registries: Registries): PlainRegistry[] =>
	registries.map((registry) => ({ type: registry.type, text: writeRegistry(registry) }));

export const registriesFromPlain = (plain: readonly PlainRegistry[], settings: FetchSettings): Registries =>
	plain.map(({ type, text }) => parseRegistry(text, type, { settings }));
