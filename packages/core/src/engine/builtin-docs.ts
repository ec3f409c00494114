import { type BuiltinDoc, builtinDocs as evaluatorDocs } from "@tsnix/eval";
import { flakeBuiltins } from "../flake/builtins";

export type { BuiltinDoc } from "@tsnix/eval";

/**
 * What there is to know of every builtin of an instance: its name in `builtins`, its parameters, what it does (Markdown)
 * and the experimental feature that it needs, if any. In the reference's order of registration; constants, `derivation`
 * and the flake builtins included. Manual: "Built-ins".
 *
 *     builtinDocs().find(({ name }) => name === "parseFlakeRef")?.feature   // "flakes"
 */
export const builtinDocs = (): BuiltinDoc[] => evaluatorDocs(flakeBuiltins());
