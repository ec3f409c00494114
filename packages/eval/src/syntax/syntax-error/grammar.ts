import { Token as T } from "../tokens";

/**
 * The grammar, as the reference's parser generator is given it: with this and the tokens in the same order, the tables
 * made of it give the same syntax errors. Nonterminals are strings, terminals are {@link T tokens}.
 */
export type GrammarSymbol = T | string;

export interface Rule {
	readonly left: string;
	readonly right: readonly GrammarSymbol[];
	/** The token whose precedence the rule has, if it is not its last token. */
	readonly precedence?: T;
}

/** From the loosest to the tightest. */
export const precedences: readonly (readonly ["left" | "right" | "none", ...T[]])[] = [
	["right", T.Impl],
	["left", T.Or],
	["left", T.And],
	["none", T.Eq, T.NEq],
	["none", T.Less, T.Greater, T.LEq, T.GEq],
	["right", T.Update],
	["left", T.Not],
	["left", T.Plus, T.Minus],
	["left", T.Times, T.Divide],
	["right", T.Concat],
	["none", T.Question],
	["none", T.Negate],
];

const rules: Rule[] = [];
const define = (left: string, ...alternatives: readonly (readonly GrammarSymbol[])[]) => {
	for (const right of alternatives) rules.push({ left, right });
};

define("start", ["expr"], [T.ReplBindings, "bindings1"]);
define("expr", ["function"]);
define(
	"function",
	[T.Id, T.Colon, "function"],
	["formalSet", T.Colon, "function"],
	["formalSet", T.At, T.Id, T.Colon, "function"],
	[T.Id, T.At, "formalSet", T.Colon, "function"],
	[T.Assert, "expr", T.Semicolon, "function"],
	[T.With, "expr", T.Semicolon, "function"],
	[T.Let, "bindings", T.In, "function"],
	["if"],
);
define("if", [T.If, "expr", T.Then, "expr", T.Else, "expr"], ["pipeFrom"], ["pipeInto"], ["operation"]);
define("pipeFrom", ["operation", T.PipeFrom, "pipeFrom"], ["operation", T.PipeFrom, "operation"]);
define("pipeInto", ["pipeInto", T.PipeInto, "operation"], ["operation", T.PipeInto, "operation"]);
rules.push({ left: "operation", right: [T.Bang, "operation"], precedence: T.Not });
rules.push({ left: "operation", right: [T.Minus, "operation"], precedence: T.Negate });
for (const operator of [T.Eq, T.NEq, T.Less, T.LEq, T.Greater, T.GEq, T.And, T.Or, T.Impl, T.Update])
	define("operation", ["operation", operator, "operation"]);
define("operation", ["operation", T.Question, "attrPath"]);
for (const operator of [T.Plus, T.Minus, T.Times, T.Divide, T.Concat])
	define("operation", ["operation", operator, "operation"]);
define("operation", ["application"]);
define("application", ["application", "select"], ["select"]);
define(
	"select",
	["simple", T.Dot, "attrPath"],
	["simple", T.Dot, "attrPath", T.OrKw, "select"],
	["simple", T.OrKw],
	["simple"],
);
define(
	"simple",
	[T.Id],
	[T.Int],
	[T.Float],
	[T.Quote, "stringParts", T.Quote],
	[T.IndOpen, "indParts", T.IndClose],
	["pathStart", T.PathEnd],
	["pathStart", "interpolated", T.PathEnd],
	[T.SearchPath],
	[T.Uri],
	[T.ParenOpen, "expr", T.ParenClose],
	[T.Let, T.CurlyOpen, "bindings", T.CurlyClose],
	[T.Rec, T.CurlyOpen, "bindings", T.CurlyClose],
	[T.CurlyOpen, "bindings1", T.CurlyClose],
	[T.CurlyOpen, T.CurlyClose],
	[T.BracketOpen, "list", T.BracketClose],
);
define("stringParts", [T.Str], ["interpolated"], []);
define(
	"interpolated",
	["interpolated", T.Str],
	["interpolated", T.DollarCurly, "expr", T.CurlyClose],
	[T.DollarCurly, "expr", T.CurlyClose],
	[T.Str, T.DollarCurly, "expr", T.CurlyClose],
);
define("pathStart", [T.Path], [T.HomePath]);
define("indParts", ["indParts", T.IndStr], ["indParts", T.DollarCurly, "expr", T.CurlyClose], []);
define("bindings", ["bindings1"], []);
define(
	"bindings1",
	["bindings1", "attrPath", T.Assign, "expr", T.Semicolon],
	["bindings", T.Inherit, "attrs", T.Semicolon],
	["bindings", T.Inherit, T.ParenOpen, "expr", T.ParenClose, "attrs", T.Semicolon],
	["attrPath", T.Assign, "expr", T.Semicolon],
);
define("attrs", ["attrs", "attr"], ["attrs", "stringAttr"], []);
define("attrPath", ["attrPath", T.Dot, "attr"], ["attrPath", T.Dot, "stringAttr"], ["attr"], ["stringAttr"]);
define("attr", [T.Id], [T.OrKw]);
define("stringAttr", [T.Quote, "stringParts", T.Quote], [T.DollarCurly, "expr", T.CurlyClose]);
define("list", ["list", "select"], []);
define(
	"formalSet",
	[T.CurlyOpen, "formals", T.Comma, T.Ellipsis, T.CurlyClose],
	[T.CurlyOpen, T.Ellipsis, T.CurlyClose],
	[T.CurlyOpen, "formals", T.Comma, T.CurlyClose],
	[T.CurlyOpen, "formals", T.CurlyClose],
	[T.CurlyOpen, T.CurlyClose],
);
define("formals", ["formals", T.Comma, "formal"], ["formal"]);
define("formal", [T.Id], [T.Id, T.Question, "expr"]);

/** In the reference's order. The first one's left side is where it starts. */
export const grammar: readonly Rule[] = rules;
