/** What kind of value is wanted of a generated expression. */
export type Type =
	| "int"
	| "float"
	| "number"
	| "bool"
	| "null"
	| "string"
	| "path"
	| "list"
	| "strings"
	| "ints"
	| "sets"
	| "set"
	| "derivation"
	| "any"
	| "plain"
	| FunctionType;

/** A function of one argument. */
export interface FunctionType {
	readonly from: Type;
	readonly to: Type;
}

export const fn = (from: Type, to: Type): FunctionType => ({ from, to });

/** Types without functions in them, that a value chosen at random may have. */
export const simpleTypes = [
	"int",
	"float",
	"bool",
	"null",
	"string",
	"path",
	"list",
	"strings",
	"ints",
	"sets",
	"set",
] as const satisfies readonly Type[];

/** Whether a value of one type may stand where another is wanted. */
export const fits = (have: Type, want: Type): boolean => {
	if (have === want || want === "any") return true;
	if (typeof want === "object" || typeof have === "object")
		return typeof want === "object" && typeof have === "object" && fits(have.to, want.to);
	if (want === "number") return have === "int" || have === "float";
	if (want === "list") return have === "strings" || have === "ints" || have === "sets";
	if (want === "set") return have === "derivation";
	if (want === "plain") return have !== "path" && have !== "derivation";
	return false;
};
