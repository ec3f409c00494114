import { isFunction } from "../runtime/expect";
import { force } from "../runtime/thunk";
import { typeOf } from "../runtime/describe";
import { Attrs, type Lazy, NixFloat, NixPath, NixString, type Value } from "../runtime/values";
import type { Builtin } from "./builtin";

const predicate = (name: string, what: string, test: (v: Value) => boolean): Builtin => ({
	name,
	args: ["e"],
	doc: `Whether *e* evaluates to ${what}.`,
	fn: (_, e) => test(force(e, 0)),
});

/** `typeOf` and the tests for one type. */
export const typeBuiltins: readonly Builtin[] = [
	{
		name: "__typeOf",
		args: ["e"],
		doc: 'The type of *e*, as one of `"int"`, `"bool"`, `"string"`, `"path"`, `"null"`, `"set"`, `"list"`, `"lambda"` and `"float"`.',
		fn: (_, e: Lazy) => typeOf(force(e, 0)),
	},
	{
		name: "isNull",
		args: ["e"],
		doc: "Whether *e* evaluates to `null`. The same as `e == null`.",
		fn: (_, e) => force(e, 0) === null,
	},
	predicate("__isFunction", "a function (a set with `__functor` is not one)", isFunction),
	predicate("__isInt", "an integer", (v) => typeof v === "number" || typeof v === "bigint"),
	predicate("__isFloat", "a float", (v) => v instanceof NixFloat),
	predicate("__isString", "a string", (v) => typeof v === "string" || v instanceof NixString),
	predicate("__isBool", "a Boolean", (v) => typeof v === "boolean"),
	predicate("__isPath", "a path", (v) => v instanceof NixPath),
	predicate("__isAttrs", "a set", (v) => v instanceof Attrs),
	predicate("__isList", "a list", (v) => Array.isArray(v)),
];
