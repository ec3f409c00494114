import { Token } from "./tokens";
import { type BinaryKind, Kind } from "./tree";

/** How tightly each operator binds, by token; 0 for what is none. */
export const precedence = new Uint8Array(64);
export enum Binds {
	Not = 7,
	Question = 11,
	Negate = 12,
}
/** The least an operand's operators have to bind, by the operator before it. */
export const operandMinimum = new Uint8Array(64);
/** 1 for operators of which two in a row are no expression. */
export const nonAssociative = new Uint8Array(64);
for (const [level, associativity, tokens] of [
	[1, "right", [Token.Impl]],
	[2, "left", [Token.Or]],
	[3, "left", [Token.And]],
	[4, "none", [Token.Eq, Token.NEq]],
	[5, "none", [Token.Less, Token.Greater, Token.LEq, Token.GEq]],
	[6, "right", [Token.Update]],
	[8, "left", [Token.Plus, Token.Minus]],
	[9, "left", [Token.Times, Token.Divide]],
	[10, "right", [Token.Concat]],
	[Binds.Question, "left", [Token.Question]],
] as const)
	for (const token of tokens) {
		precedence[token] = level;
		operandMinimum[token] = associativity === "right" ? level : level + 1;
		nonAssociative[token] = associativity === "none" ? 1 : 0;
	}

/** The kind of expression that an operator with a kind of its own makes. */
export const binaryKind = (token: Token): BinaryKind => {
	switch (token) {
		case Token.And:
			return Kind.And;
		case Token.Or:
			return Kind.Or;
		case Token.Impl:
			return Kind.Impl;
		case Token.Update:
			return Kind.Update;
		default:
			return Kind.Concat;
	}
};
