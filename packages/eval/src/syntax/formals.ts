import { ParseError } from "../errors/parse-error";
import type { Symbol, SymbolTable } from "./symbols";
import type { Formal } from "./tree";

const duplicate = (name: Symbol, offset: number, symbols: SymbolTable): never => {
	throw new ParseError(`duplicate formal function argument '${symbols.names[name]}'`, offset);
};

/**
 * Sorts a function's formal arguments by symbol. Throws a {@link ParseError} if two have the same name, or one that of
 * `arg`, the name of the whole argument (-1: none), which is reported at `pos`.
 */
export const sortFormals = (formals: Formal[], arg: Symbol | -1, pos: number, symbols: SymbolTable): void => {
	formals.sort((a, b) => a.name - b.name || a.pos - b.pos);
	for (let i = 0; i + 1 < formals.length; i++)
		if (formals[i].name === formals[i + 1].name) duplicate(formals[i].name, formals[i + 1].pos, symbols);
	if (arg !== -1 && formals.some((formal) => formal.name === arg)) duplicate(arg, pos, symbols);
};
