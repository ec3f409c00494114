import {
	type Attrs,
	applyOverrides,
	type Input,
	inputContains,
	inputRef,
	inputRev,
	inputsEqual,
	inputToURL,
	isDirect,
} from "@tsnix/fetchers";
import { FlakeError } from "../flake/errors";
import type { Registries, RegistryEntry } from "./registry";

/** Which registries count: all, only those of flags and the global one (for inputs of flakes), or none. */
export type UseRegistries = "all" | "limited" | "none";

/** What the registries made of an input. */
export interface Resolved {
	readonly input: Input;
	/** What the last entry adds: `dir`. */
	readonly extra: Attrs;
}

/** What an entry makes of an input; undefined where it is for others. */
const applyEntry = (entry: RegistryEntry, input: Input): Input | undefined => {
	if (entry.exact) return inputsEqual(entry.from, input) ? entry.to : undefined;
	if (!inputContains(entry.from, input)) return undefined;
	return applyOverrides(
		entry.to,
		inputRef(entry.from) === undefined ? inputRef(input) : undefined,
		inputRev(entry.from) === undefined ? inputRev(input) : undefined,
	);
};

const lookupOnce = (input: Input, registries: Registries): Resolved | undefined => {
	for (const { entries } of registries)
		for (const entry of entries) {
			const found = applyEntry(entry, input);
			if (found !== undefined) return { input: found, extra: entry.extra };
		}
	return undefined;
};

/**
 * Rewrite an input by the registries until none has an entry for it.
 *
 *     lookupInRegistries(inputFromURL("flake:nixpkgs"), registries, "all").input
 *
 * @throws {FlakeError} where entries lead in a circle, or to nothing that can be fetched
 */
export const lookupInRegistries = (given: Input, registries: Registries, use: UseRegistries): Resolved => {
	let resolved: Resolved = { input: given, extra: {} };
	if (use === "none") return resolved;
	const counted = registries.filter(({ type }) => use === "all" || type === "flag" || type === "global");
	for (let n = 1; ; n++) {
		if (n > 100)
			throw new FlakeError("REGISTRY_CYCLE", `cycle detected in flake registry for '${inputToURL(resolved.input)}'`);
		const next = lookupOnce(resolved.input, counted);
		if (next === undefined) break;
		resolved = next;
	}
	if (!isDirect(resolved.input))
		throw new FlakeError(
			"NOT_IN_REGISTRIES",
			`cannot find flake '${inputToURL(resolved.input)}' in the flake registries`,
		);
	return resolved;
};
