import {
	type Derivation,
	type DerivationOutput,
	type JsonObject,
	NixError,
	printStructuredAttrs,
	type StorePath,
	structuredAttrsOf,
} from "@tsnix/store";

/** Attributes by which outputs are checked: nothing of that holds for an environment. */
const checks = ["allowedReferences", "allowedRequisites", "disallowedReferences", "disallowedRequisites"];

const withoutChecks = (attributes: JsonObject): JsonObject =>
	Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== "outputChecks"));

/**
 * The derivation that has the environment of another one as its output: the same inputs and attributes, but the builder
 * is a script that writes down what bash knows. Its outputs' paths are still to be filled in. Throws a NixError for
 * derivations that are not built by bash.
 */
export const environmentDerivation = (drv: Derivation, script: StorePath, storeDir: string): Derivation => {
	if (drv.builder.slice(drv.builder.lastIndexOf("/") + 1) !== "bash")
		throw new NixError(
			"NOT_A_BASH_BUILDER",
			"'nix develop' only works on derivations that use 'bash' as their builder",
		);
	const name = `${drv.name}-env`;
	const env = new Map(drv.env);
	const structured = structuredAttrsOf(drv);
	if (structured === undefined) for (const check of checks) env.delete(check);
	env.set("name", name);
	const outputs = new Map<string, DerivationOutput>();
	for (const [output, value] of drv.outputs) {
		const fixed = value.kind === "inputAddressed" || value.kind === "fixed";
		outputs.set(output, fixed ? { kind: "deferred" } : value);
		if (fixed) env.set(output, "");
	}
	return {
		...drv,
		name,
		args: [script.toString(storeDir)],
		env,
		outputs,
		inputSrcs: [...drv.inputSrcs, script],
		...(structured === undefined ? {} : { structuredAttrs: printStructuredAttrs(withoutChecks(structured)) }),
	};
};
