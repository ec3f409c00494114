import type { Evaluator } from "./evaluator";
import { errorPrintOptions, printValue } from "./print";
import { isBlackhole } from "./thunk";
import {
	AppThunk,
	Attrs,
	type Lazy,
	NixFloat,
	NixPath,
	NixString,
	PartialApp,
	PrimOp,
	Thunk,
	type Value,
} from "./values";

/** The types that messages tell apart and `builtins.typeOf` names. */
export type TypeName = "int" | "bool" | "string" | "path" | "null" | "set" | "list" | "lambda" | "float";

/** What `builtins.typeOf` gives for a value. */
export const typeOf = (v: Value): TypeName => {
	switch (typeof v) {
		case "string":
			return "string";
		case "number":
		case "bigint":
			return "int";
		case "boolean":
			return "bool";
	}
	if (v === null) return "null";
	if (Array.isArray(v)) return "list";
	if (v instanceof Attrs) return "set";
	if (v instanceof NixString) return "string";
	if (v instanceof NixPath) return "path";
	if (v instanceof NixFloat) return "float";
	return "lambda";
};

/** Types as messages name them, with their article. */
export const typeNames: Readonly<Record<TypeName, string>> = {
	int: "an integer",
	bool: "a Boolean",
	string: "a string",
	path: "a path",
	null: "null",
	set: "a set",
	list: "a list",
	lambda: "a function",
	float: "a float",
};

/** A value's type as messages name it: `a string with context`, `the built-in function 'map'`. Forces nothing. */
export const showType = (v: Lazy): string => {
	if (v instanceof Thunk) {
		if (v.c === null) return showType(v.e as Value);
		if (isBlackhole(v)) return "a black hole";
		return v instanceof AppThunk ? "a function application" : "a thunk";
	}
	if (v instanceof NixString) return "a string with context";
	if (v instanceof PrimOp) return `the built-in function '${v.name}'`;
	if (v instanceof PartialApp && v.fn instanceof PrimOp)
		return `the partially applied built-in function '${v.fn.name}'`;
	return typeNames[typeOf(v)];
};

/** A value as messages show it: nothing is forced, and what is large is cut short. */
export const printForError = (st: Evaluator, v: Lazy): string => printValue(st, v, errorPrintOptions);

/** Type and value, for "expected … but found …". */
export const describe = (st: Evaluator, v: Lazy): string => `${showType(v)}: ${printForError(st, v)}`;
