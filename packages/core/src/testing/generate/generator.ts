import type { Random } from "./random";
import type { Expression } from "./tree";
import type { Type } from "./types";

export interface Variable {
	readonly name: string;
	readonly type: Type;
}

export interface GenerateOptions {
	/** Whether strings may hold bytes that are not UTF-8. */
	readonly oddBytes: boolean;
	/** Roughly how many expressions a program has. */
	readonly size: number;
	/** How likely an expression is of another type than the one that is wanted. */
	readonly wrong: number;
}

/** What the kinds of expressions ask of the program that they are made for. */
export interface Generator {
	readonly random: Random;
	readonly options: GenerateOptions;
	/** The variables that may be named here. */
	readonly scope: readonly Variable[];
	/** An expression that probably has a value of the type. */
	expression(type: Type): Expression;
	/** An expression that has a value of the type but for what is inside. */
	sound(type: Type): Expression;
	/** An expression with none inside, as far as the type allows. */
	smallest(type: Type): Expression;
	/** White space, or a comment. */
	gap(): string;
	/** With further names in scope. */
	within<T>(variables: readonly Variable[], make: () => T): T;
}
