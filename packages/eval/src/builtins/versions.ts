import { forceStringNoContext } from "../runtime/expect";
import { perEvaluator } from "../runtime/per-evaluator";
import { Shape } from "../runtime/shape";
import { Attrs } from "../runtime/values";
import { wellKnown } from "../syntax/well-known";
import { compareVersions, parseDrvName, splitVersion } from "../text/version";
import type { Builtin } from "./builtin";

const nameAndVersion = perEvaluator((st) => Shape.of([wellKnown.name, st.symbols.create("version")], undefined, 0));

/** Version numbers and package names. */
export const versionBuiltins: readonly Builtin[] = [
	{
		name: "__parseDrvName",
		args: ["s"],
		doc: '`{ name, version }`: the package name *s* taken apart before the first dash that no letter follows. `parseDrvName "nix-2.34"` is `{ name = "nix"; version = "2.34"; }`.',
		fn: (st, s) => {
			const { name, version } = parseDrvName(
				forceStringNoContext(st, s, 0, "while evaluating the first argument passed to builtins.parseDrvName"),
			);
			return new Attrs(nameAndVersion(st), [name, version]);
		},
	},
	{
		name: "__compareVersions",
		args: ["s1", "s2"],
		doc: "-1, 0 or 1: whether the version *s1* is older than *s2*, the same, or newer.",
		fn: (st, s1, s2) => {
			const a = forceStringNoContext(
				st,
				s1,
				0,
				"while evaluating the first argument passed to builtins.compareVersions",
			);
			const b = forceStringNoContext(
				st,
				s2,
				0,
				"while evaluating the second argument passed to builtins.compareVersions",
			);
			return compareVersions(a, b);
		},
	},
	{
		name: "__splitVersion",
		args: ["s"],
		doc: 'The components of the version *s*, as `compareVersions` compares them: `splitVersion "1.2pre3"` is `[ "1" "2" "pre" "3" ]`.',
		fn: (st, s) =>
			splitVersion(
				forceStringNoContext(st, s, 0, "while evaluating the first argument passed to builtins.splitVersion"),
			),
	},
];
