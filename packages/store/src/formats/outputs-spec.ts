import { FormatError } from "../errors";
import type { JsonValue } from "./json";
import { asArray, asString } from "./json-fields";
import { BadStorePathNameError, checkStorePathName } from "./store-path";

/** Which outputs of a derivation are meant: all of them, or these (sorted, no one twice). */
export type OutputsSpec = "all" | readonly string[];

/** Parse `out,dev` or `*`. Throws {@link BadStorePathNameError}. */
export const parseOutputsSpec = (text: string): OutputsSpec => {
	if (text === "*") return "all";
	const names = [...new Set(text.split(","))].sort();
	for (const name of names) checkStorePathName(name);
	return names;
};

/** What {@link parseOutputsSpec} reads. */
export const renderOutputsSpec = (spec: OutputsSpec): string => (spec === "all" ? "*" : spec.join(","));

/** Is that output among them? */
export const specContains = (spec: OutputsSpec, outputName: string): boolean =>
	spec === "all" || spec.includes(outputName);

/** All outputs of either. */
export const specUnion = (a: OutputsSpec, b: OutputsSpec): OutputsSpec =>
	a === "all" || b === "all" ? "all" : [...new Set([...a, ...b])].sort();

/** Are all outputs of `a` among those of `b`? */
export const specIsSubset = (a: OutputsSpec, b: OutputsSpec): boolean =>
	b === "all" || (a !== "all" && a.every((name) => b.includes(name)));

/**
 * Take `installable^out,dev` apart. Without `^` there is no specification: the default outputs are meant. Throws a
 * {@link FormatError}.
 */
export const parseExtendedOutputsSpec = (text: string): { prefix: string; outputs: OutputsSpec | undefined } => {
	const at = text.lastIndexOf("^");
	if (at < 0) return { prefix: text, outputs: undefined };
	try {
		return { prefix: text.slice(0, at), outputs: parseOutputsSpec(text.slice(at + 1)) };
	} catch (error) {
		if (!(error instanceof BadStorePathNameError)) throw error;
		throw new FormatError("BAD_OUTPUTS_SPEC", `invalid extended outputs specifier '${text}'`);
	}
};

/** The names in an array; `["*"]` for all. */
export const outputsSpecToJSON = (spec: OutputsSpec): readonly string[] => (spec === "all" ? ["*"] : spec);

/** Read what {@link outputsSpecToJSON} gives. */
export const outputsSpecFromJSON = (json: JsonValue): OutputsSpec => {
	const names = [...new Set(asArray(json).map(asString))].sort();
	return names.length === 1 && names[0] === "*" ? "all" : names;
};
