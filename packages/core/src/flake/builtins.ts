import type { installBuiltins } from "@tsnix/eval";
import type { Attr, Attrs, FetchSettings } from "@tsnix/fetchers";
import { adoptError } from "./errors";
import {
	AttrsBuilder,
	EvalBaseError,
	EvalError,
	type Evaluator,
	force,
	forceAttrs,
	forceStringNoContext,
	type Lazy,
	NixString,
	showType,
	type Value,
} from "./evaluation";
import { flakeRefFromAttrs, flakeRefToAttrs, flakeRefToString, parseFlakeRef } from "./ref";

/** A builtin that is added to the evaluator's own. */
export type Builtin = NonNullable<Parameters<typeof installBuiltins>[1]>[number];

/** What the builtins of flake references heed. */
export interface FlakeBuiltinsOptions {
	readonly settings?: FetchSettings;
	readonly warn?: (message: string) => void;
}

/** Runs something that knows nothing of evaluations; its errors become this evaluation's. */
const adopting = <T>(st: Evaluator, run: () => T): T => {
	try {
		return run();
	} catch (error) {
		const adopted = adoptError(error);
		throw adopted instanceof EvalBaseError ? st.fail(adopted, 0) : adopted;
	}
};

const attrsToValue = (st: Evaluator, attrs: Attrs): Value => {
	const builder = new AttrsBuilder();
	for (const [name, value] of Object.entries(attrs)) builder.add(st.symbols.create(name), value);
	return builder.finish();
};

const valueToAttr = (st: Evaluator, name: string, lazy: Lazy): Attr => {
	const value = force(lazy, 0);
	if (typeof value === "number" || typeof value === "bigint") {
		if (value < 0)
			throw st.fail(
				new EvalError("NIX_FLAKE_REF_ATTR", `negative value given for flake ref attr ${name}: ${value}`),
				0,
			);
		return value;
	}
	if (typeof value === "boolean" || typeof value === "string") return value;
	if (value instanceof NixString) return value.s;
	throw st.fail(
		new EvalError(
			"NIX_FLAKE_REF_ATTR",
			`flake reference attribute sets may only contain integers, Booleans, and strings, but attribute '${name}' is ${showType(value)}`,
		),
		0,
	);
};

/**
 * The builtins that take flake references apart and put them together: `builtins.parseFlakeRef` and
 * `builtins.flakeRefToString`, for `installBuiltins`. They are there without the feature `flakes` too, and then refuse
 * the kinds of references that need it.
 */
export const flakeBuiltins = (options: FlakeBuiltinsOptions = {}): readonly Builtin[] => [
	{
		name: "__parseFlakeRef",
		args: ["flake-ref"],
		doc: 'The attributes of a flake reference: of `"github:NixOS/nixpkgs/23.05?dir=lib"`, `{ dir = "lib"; owner = "NixOS"; ref = "23.05"; repo = "nixpkgs"; type = "github"; }`.',
		feature: "flakes",
		fn: (st, ref) => {
			const text = forceStringNoContext(st, ref, 0, "while evaluating the argument passed to builtins.parseFlakeRef");
			return adopting(st, () =>
				attrsToValue(st, flakeRefToAttrs(parseFlakeRef(text, { ...options, allowMissing: true }))),
			);
		},
	},
	{
		name: "__flakeRefToString",
		args: ["attrs"],
		doc: 'The flake reference that has these attributes, as a URL. The opposite of `parseFlakeRef`: `{ owner = "NixOS"; repo = "nixpkgs"; type = "github"; }` gives `"github:NixOS/nixpkgs"`.',
		feature: "flakes",
		fn: (st, lazy) => {
			const doing = "while evaluating the argument passed to builtins.flakeRefToString";
			const value = forceAttrs(st, lazy, 0, doing);
			const attrs = value.shape.ids.map((id, i): [string, Attr] => {
				const name = st.symbols.names[id];
				return [name, valueToAttr(st, name, value.vals[i])];
			});
			return adopting(st, () => flakeRefToString(flakeRefFromAttrs(Object.fromEntries(attrs), options)));
		},
	},
];
