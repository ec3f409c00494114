import { EvalError } from "../errors/errors";
import { coerceInterpolated, coerceMore, coerceToString } from "../runtime/coerce";
import { ContextGatherer } from "../runtime/context";
import type { Evaluator } from "../runtime/evaluator";
import { bytesOf, forceInt, forceList, forceStringValue, stringValue } from "../runtime/expect";
import { force } from "../runtime/thunk";
import { type Lazy, NixString, type Value } from "../runtime/values";
import type { Builtin } from "./builtin";
import { replaceStrings } from "./replace-strings";

const substring = (st: Evaluator, from: Lazy, count: Lazy, s: Lazy): Value => {
	const start = forceInt(
		st,
		from,
		0,
		"while evaluating the first argument (the start offset) passed to builtins.substring",
	);
	if (start < 0) throw st.fail(new EvalError("NIX_NEGATIVE_START", "negative start position in 'substring'"), 0);
	const length = forceInt(
		st,
		count,
		0,
		"while evaluating the second argument (the substring length) passed to builtins.substring",
	);
	if (typeof s === "string") return slice(s, start, length);
	if (length === 0) {
		// Only the context is wanted.
		const v = force(s, 0);
		if (typeof v === "string") return "";
		if (v instanceof NixString) return v.s === "" ? v : new NixString("", v.context);
	}
	const gatherer = new ContextGatherer();
	const text = coerceToString(
		st,
		s,
		gatherer,
		"while evaluating the third argument (the string) passed to builtins.substring",
		coerceInterpolated,
		0,
	);
	return stringValue(slice(text, start, length), gatherer.context);
};

/** A negative length is none: to the end. */
const slice = (text: string, start: number | bigint, length: number | bigint): string => {
	if (start >= text.length) return "";
	const from = Number(start);
	return length < 0 ? text.slice(from) : text.substring(from, from + Number(length));
};

const concatStringsSep = (st: Evaluator, separator: Lazy, lazy: Lazy): Value => {
	const gatherer = new ContextGatherer();
	const sep = forceStringValue(
		st,
		separator,
		0,
		"while evaluating the first argument (the separator string) passed to builtins.concatStringsSep",
	);
	if (sep instanceof NixString) gatherer.add(sep.context);
	const between = bytesOf(sep);
	const list = forceList(
		st,
		lazy,
		0,
		"while evaluating the second argument (the list of strings to concat) passed to builtins.concatStringsSep",
	);
	let out = "";
	for (let i = 0; i < list.length; i++) {
		if (i > 0) out += between;
		const e = list[i];
		out +=
			typeof e === "string"
				? e
				: coerceToString(
						st,
						e,
						gatherer,
						"while evaluating one element of the list of strings to concat passed to builtins.concatStringsSep",
						coerceInterpolated,
						0,
					);
	}
	return stringValue(out, gatherer.context);
};

/** Strings; regular expressions, hashes and versions have files of their own. */
export const stringBuiltins: readonly Builtin[] = [
	{
		name: "toString",
		args: ["e"],
		doc:
			"*e* as a string. A path becomes its text and is not copied; a set becomes what its `__toString` gives, else its `outPath`; " +
			'`true` becomes `"1"`, `false` and `null` `""`; a list its elements, with spaces between.',
		fn: (st, e) => {
			const v = force(e, 0);
			if (typeof v === "string" || v instanceof NixString) return v;
			const gatherer = new ContextGatherer();
			const s = coerceToString(
				st,
				v,
				gatherer,
				"while evaluating the first argument passed to builtins.toString",
				coerceMore,
				0,
			);
			return stringValue(s, gatherer.context);
		},
	},
	{
		name: "__substring",
		args: ["start", "len", "s"],
		doc: 'The *len* bytes of the string *s* from the offset *start* on, or as many as there are; all of them where *len* is negative. `substring 0 3 "nixos"` is `"nix"`.',
		fn: substring,
	},
	{
		name: "__stringLength",
		args: ["e"],
		doc: "How many bytes the string *e* has.",
		fn: (st, e) =>
			typeof e === "string"
				? e.length
				: coerceToString(
						st,
						e,
						new ContextGatherer(),
						"while evaluating the argument passed to builtins.stringLength",
						coerceInterpolated,
						0,
					).length,
	},
	{
		name: "__concatStringsSep",
		args: ["separator", "list"],
		doc: 'The strings in *list*, with *separator* between each two: `concatStringsSep "/" [ "usr" "bin" ]` is `"usr/bin"`.',
		fn: concatStringsSep,
	},
	{
		name: "__replaceStrings",
		args: ["from", "to", "s"],
		doc: 'The string *s* with every string of the list *from* that occurs in it replaced by the string at the same place in the list *to*; where several fit, by the first. `replaceStrings [ "oo" "a" ] [ "a" "i" ] "foobar"` is `"fabir"`.',
		fn: replaceStrings,
	},
];
