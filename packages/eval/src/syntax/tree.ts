import type { Symbol, SymbolTable } from "./symbols";

/**
 * The syntax tree. It mirrors what the reference's parser builds (so that errors, evaluation order and
 * `nix-instantiate --parse` agree): operators that are calls there (`a - b` is `__sub a b`) are calls here.
 *
 * `pos` is a byte offset into the source; -1 is "no position". Names are {@link Symbol}s of the tree's table. The
 * fields that end in `Slot`/`hops` belong to the resolver and are written once, before anything runs.
 */
export enum Kind {
	Int = 0,
	Float = 1,
	String = 2,
	Path = 3,
	Var = 4,
	Select = 5,
	HasAttr = 6,
	Attrs = 7,
	List = 8,
	Lambda = 9,
	Call = 10,
	Let = 11,
	With = 12,
	If = 13,
	Assert = 14,
	Not = 15,
	Eq = 16,
	NEq = 17,
	And = 18,
	Or = 19,
	Impl = 20,
	Update = 21,
	Concat = 22,
	ConcatStrings = 23,
	CurPos = 24,
	InheritFrom = 25,
}

export type Expr =
	| IntExpr
	| FloatExpr
	| StringExpr
	| PathExpr
	| VarExpr
	| SelectExpr
	| HasAttrExpr
	| AttrsExpr
	| ListExpr
	| LambdaExpr
	| CallExpr
	| LetExpr
	| WithExpr
	| IfExpr
	| AssertExpr
	| NotExpr
	| BinaryExpr
	| ConcatStringsExpr
	| CurPosExpr
	| InheritFromExpr;

/** An integer literal, 0 to 2^63-1: a number where that is exact, else a bigint. */
export class IntExpr {
	readonly kind = Kind.Int;
	constructor(readonly value: number | bigint) {}
}

export class FloatExpr {
	readonly kind = Kind.Float;
	constructor(readonly value: number) {}
}

/** A string literal without interpolation; also a URL literal. */
export class StringExpr {
	readonly kind = Kind.String;
	constructor(readonly value: string) {}
}

/** A path literal, absolute; `home` marks `~/…`, which is resolved when the tree is bound. */
export class PathExpr {
	readonly kind = Kind.Path;
	constructor(
		/** Canonical and absolute, but for a trailing slash that an interpolation follows. `~/x` stays `~/x`. */
		readonly path: string,
		readonly root: "base" | "absolute" | "home",
		readonly pos: number,
	) {}
}

export class VarExpr {
	readonly kind = Kind.Var;
	/** Where the resolver found it; see resolve/scopes.ts. */
	address = -1;
	/** For a variable that only a `with` can give: how to get at the sets around it, innermost first. */
	fromWith: unknown = undefined;
	constructor(
		readonly name: Symbol,
		readonly pos: number,
	) {}
}

/** One step of an attribute path: a name, or an expression for it. */
export type AttrName = Symbol | Expr;

export class SelectExpr {
	readonly kind = Kind.Select;
	constructor(
		readonly subject: Expr,
		readonly path: AttrName[],
		readonly fallback: Expr | undefined,
		readonly pos: number,
	) {}
}

export class HasAttrExpr {
	readonly kind = Kind.HasAttr;
	constructor(
		readonly subject: Expr,
		readonly path: AttrName[],
	) {}
}

export enum AttrKind {
	/** `a = e;` */
	Plain = 0,
	/** `inherit a;` evaluated in the scope around the set. */
	Inherited = 1,
	/** `inherit (e) a;` the value is a Select of an InheritFrom. */
	InheritedFrom = 2,
}

export class AttrDef {
	/** Where the attribute's value lies in the set's environment, if it is recursive (the resolver's). */
	slot = -1;
	constructor(
		readonly name: Symbol,
		readonly value: Expr,
		readonly pos: number,
		readonly kind: AttrKind,
	) {}
}

export class DynamicAttrDef {
	constructor(
		readonly name: Expr,
		readonly value: Expr,
		readonly pos: number,
	) {}
}

/** `{ … }` and `rec { … }`; also the bindings of a `let`. */
export class AttrsExpr {
	readonly kind = Kind.Attrs;
	recursive = false;
	pos: number;
	/**
	 * The static attributes: in source order while parsing, sorted by symbol (as the reference iterates over them)
	 * once the parser has finished with the set. An array, not a Map per set: most sets are small.
	 */
	attrs: AttrDef[] = [];
	dynamic: DynamicAttrDef[] = noDynamic;
	/** The sources of `inherit (e) …;`, in order. */
	inheritFrom: Expr[] = noExprs;
	/** The resolver's: which frame its variables live in. */
	frame: unknown = undefined;
	constructor(pos: number) {
		this.pos = pos;
	}
}

/** Shared and never written to: an AttrsExpr gets arrays of its own when it needs them. */
export const noDynamic: DynamicAttrDef[] = [];
export const noExprs: Expr[] = [];

export class ListExpr {
	readonly kind = Kind.List;
	constructor(readonly elements: Expr[]) {}
}

export class Formal {
	constructor(
		readonly name: Symbol,
		readonly fallback: Expr | undefined,
		readonly pos: number,
	) {}
}

export class LambdaExpr {
	readonly kind = Kind.Lambda;
	/** The name of the attribute or variable it was bound to, for messages. */
	name: Symbol | -1 = -1;
	/** Offset and length of the doc comment that documents it. */
	doc: { readonly begin: number; readonly end: number } | undefined = undefined;
	frame: unknown = undefined;
	constructor(
		/** `x:` or `x@{…}:`; -1 if there is none. */
		readonly arg: Symbol | -1,
		/** `{ a, b ? 1, ... }`, sorted by symbol; undefined for a plain parameter. */
		readonly formals: readonly Formal[] | undefined,
		readonly ellipsis: boolean,
		readonly body: Expr,
		readonly pos: number,
	) {}
}

/** `f a b`; the operators - * / < > <= >= and unary minus are calls of `__sub` and so on. */
export class CallExpr {
	readonly kind = Kind.Call;
	constructor(
		readonly fn: Expr,
		readonly args: Expr[],
		readonly pos: number,
	) {}
}

export class LetExpr {
	readonly kind = Kind.Let;
	constructor(
		readonly attrs: AttrsExpr,
		readonly body: Expr,
	) {}
}

export class WithExpr {
	readonly kind = Kind.With;
	/** The resolver's: where the set lies. */
	frame: unknown = undefined;
	slot = -1;
	constructor(
		readonly attrs: Expr,
		readonly body: Expr,
		readonly pos: number,
	) {}
}

export class IfExpr {
	readonly kind = Kind.If;
	constructor(
		readonly cond: Expr,
		readonly then: Expr,
		readonly else_: Expr,
		readonly pos: number,
	) {}
}

export class AssertExpr {
	readonly kind = Kind.Assert;
	constructor(
		readonly cond: Expr,
		readonly body: Expr,
		readonly pos: number,
	) {}
}

export class NotExpr {
	readonly kind = Kind.Not;
	constructor(readonly operand: Expr) {}
}

export type BinaryKind = Kind.Eq | Kind.NEq | Kind.And | Kind.Or | Kind.Impl | Kind.Update | Kind.Concat;

/** `==` and `!=` have no position in the reference (-1 here). */
export class BinaryExpr {
	constructor(
		readonly kind: BinaryKind,
		readonly left: Expr,
		readonly right: Expr,
		readonly pos: number,
	) {}
}

/** An interpolated string or path (`forceString` and not), and `a + b`. */
export class ConcatStringsExpr {
	readonly kind = Kind.ConcatStrings;
	constructor(
		readonly forceString: boolean,
		readonly parts: Expr[],
		/** The position of each part. */
		readonly positions: number[],
		readonly pos: number,
	) {}
}

/** `__curPos`. */
export class CurPosExpr {
	readonly kind = Kind.CurPos;
	constructor(readonly pos: number) {}
}

/** The source of an `inherit (e) …;`: the one numbered `index` in the enclosing AttrsExpr's `inheritFrom`. */
export class InheritFromExpr {
	readonly kind = Kind.InheritFrom;
	constructor(
		public index: number,
		readonly pos: number,
	) {}
}

/** A parsed source. */
export interface SyntaxTree {
	readonly root: Expr;
	readonly symbols: SymbolTable;
	/** The source, a byte string. */
	readonly source: string;
	/** Doc comments by the offset of the token they stand before. */
	readonly docs: ReadonlyMap<number, { readonly begin: number; readonly end: number }>;
	/** Warnings that parsing gave (the "cursed or", lints set to warn), rendered, in order. */
	readonly warnings: readonly ParseWarning[];
}

export interface ParseWarning {
	readonly message: string;
	readonly pos: number;
}
