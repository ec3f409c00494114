import { forceStringNoContext } from "../runtime/expect";
import { lookupPathOf } from "../runtime/lookup-path";
import { AttrsBuilder } from "../runtime/shape";
import { wellKnown } from "../syntax/well-known";
import type { Builtin, BuiltinConstant } from "./builtin";
import { derivationFunction } from "./derivation";

/** The release of the reference that the evaluator agrees with. */
export const nixVersion = "2.34.8";
/** The version of the language. */
export const langVersion = 6;

/** What an expression can ask of its surroundings. */
export const environmentBuiltins: readonly Builtin[] = [
	{
		name: "__getEnv",
		args: ["s"],
		doc: "The environment variable *s*, or an empty string. In pure and restricted evaluation always an empty string.",
		fn: (st, v) => {
			const name = forceStringNoContext(st, v, 0, "while evaluating the first argument passed to builtins.getEnv");
			const { pureEval, restrictEval } = st.settings;
			return pureEval || restrictEval ? "" : (st.host.getEnv?.(name) ?? "");
		},
	},
];

/** Facts about the evaluation. */
export const environmentConstants: readonly BuiltinConstant[] = [
	{
		name: "__currentTime",
		type: "integer",
		doc: "The time at the start of the evaluation, in seconds since 1970.",
		impureOnly: true,
		value: (st) => Math.floor(st.host.currentTime?.() ?? 0),
	},
	{
		name: "__currentSystem",
		type: "string",
		doc: 'The system that derivations are built for unless told: `"x86_64-linux"`.',
		impureOnly: true,
		value: (st) => st.settings.system,
	},
	{
		name: "__nixVersion",
		type: "string",
		doc: "The release of Nix that the evaluator agrees with.",
		value: () => nixVersion,
	},
	{
		name: "__storeDir",
		type: "string",
		doc: "The folder of the store that derivations are made for: the prefix of all store paths.",
		value: (st) => st.host.store.storeDir,
	},
	{ name: "__langVersion", type: "integer", doc: "The version of the Nix language.", value: () => langVersion },
	{
		name: "__nixPath",
		type: "list",
		doc: "The search path: what `<name>` is looked for in. A list of sets with `prefix` and `path`, as `findFile` takes it.",
		value: (st) =>
			lookupPathOf(st).map(({ prefix, path }) =>
				new AttrsBuilder().add(wellKnown.path, path).add(wellKnown.prefix, prefix).finish(),
			),
	},
	{
		name: "derivation",
		type: "function",
		doc: "A set that describes something to build, from the attributes `name`, `system`, `builder`, and whatever else its environment needs. It has the path of the result as `outPath`, its .drv file as `drvPath`, and an attribute for each of its `outputs`. Nothing is written to the store before one of these is used.",
		value: derivationFunction,
	},
];
