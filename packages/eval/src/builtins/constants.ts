import type { BuiltinConstant } from "./builtin";

/** The values that the language has no syntax of its own for. */
export const literalConstants: readonly BuiltinConstant[] = [
	{
		name: "builtins",
		type: "set",
		doc: "The set of all builtins, itself included. It tells whether the evaluator has one: `builtins ? groupBy`.",
		value: (st) => st.builtins,
	},
	{ name: "true", type: "Boolean", doc: "The Boolean that holds. A name, not a keyword.", value: () => true },
	{ name: "false", type: "Boolean", doc: "The Boolean that does not hold. A name, not a keyword.", value: () => false },
	{ name: "null", type: "null", doc: "The value that stands for none. A name, not a keyword.", value: () => null },
];
