import { ParseError } from "../../errors/parse-error";
import type { Lexer } from "../lexer";
import { Token, tokenNames } from "../tokens";
import { grammar, precedences } from "./grammar";
import type { State, Tables } from "./lalr";
import { makeTables } from "./lalr";

let tables: Tables | undefined;

/** More expected tokens than this, and a message names none. */
const mostExpected = 4;

const describe = (state: State, token: Token): string => {
	const expected = [...state.actions]
		.filter(([, action]) => action !== "error" && !("reduce" in action && action.reduce === state.fallback))
		.map(([expectedToken]) => expectedToken)
		.sort((a, b) => a - b);
	const unexpected = `syntax error, unexpected ${tokenNames[token]}`;
	if (expected.length === 0 || expected.length > mostExpected) return unexpected;
	return `${unexpected}, expecting ${expected.map((t) => tokenNames[t]).join(" or ")}`;
};

/**
 * The error that the reference reports for a source that is not well-formed: its tokens are replayed through the
 * automaton that the reference's parser is. `lexer` is at the start; `bindings` tells whether the source is the
 * definitions that the REPL takes. Errors of the lexer come where the automaton asks for the token.
 */
export const syntaxError = (lexer: Lexer, bindings: boolean): ParseError => {
	tables ??= makeTables(grammar, precedences, Token.End);
	const { states, rules } = tables;
	const stack = [0];
	let token: Token | undefined = bindings ? Token.ReplBindings : undefined;
	try {
		for (;;) {
			const state = states[stack[stack.length - 1]];
			let reduce = state.fallback;
			if (state.actions.size > 0) {
				if (token === undefined) {
					lexer.next();
					token = lexer.token;
				}
				const action = state.actions.get(token);
				if (action !== undefined && action !== "error" && "shift" in action) {
					if (token === Token.End) break;
					stack.push(action.shift);
					token = undefined;
					continue;
				}
				if (action !== undefined && action !== "error") reduce = action.reduce;
				else if (action === "error" || reduce === undefined)
					return new ParseError(describe(state, token), token === Token.End ? lexer.endOfFile : lexer.start);
			}
			if (reduce === undefined) break;
			const rule = rules[reduce];
			stack.length -= rule.right.length;
			stack.push(states[stack[stack.length - 1]].gotos.get(rule.left) as number);
		}
	} catch (error) {
		if (error instanceof ParseError) return error;
		throw error;
	}
	return new ParseError("syntax error", lexer.start);
};
