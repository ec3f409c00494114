import { expect, it } from "vitest";
import { ParseError } from "../../errors/parse-error";
import { Lexer } from "../lexer";
import { Token } from "../tokens";
import { grammar, precedences } from "./grammar";
import { makeTables } from "./lalr";
import { syntaxError } from "./syntax-error";

it.each([
	["", "unexpected end of file", 0],
	["1 2 )", "unexpected ')', expecting end of file", 4],
	["{ a, b }", "unexpected end of file, expecting ':' or '@'", 8],
	["{ a = 1 }", "unexpected '}', expecting ';'", 8],
	["{ a ", "unexpected end of file, expecting '.' or '='", 4],
	["let a = 1; 2", "unexpected integer, expecting 'in' or 'inherit'", 11],
	["f x: y", "unexpected ':', expecting end of file", 3],
	["if a then b", "unexpected end of file, expecting 'else'", 11],
	["rec a", "unexpected identifier, expecting '{'", 4],
	["./a//b", "unexpected end of path, expecting '${'", 0],
	["(./a", "unexpected end of file, expecting ')'", 1],
	['"a', "unexpected end of file, expecting '\"'", 2],
	["a ^ b", "unexpected invalid token, expecting end of file", 2],
	["a.b.", "unexpected end of file, expecting identifier or 'or' or '${' or '\"'", 4],
])("%s", (source, message, offset) => {
	const error = syntaxError(new Lexer(source, false), false);
	expect(error).toBeInstanceOf(ParseError);
	expect([error.message, error.offset]).toEqual([`syntax error, ${message}`, offset]);
});

it("lets the lexer's error come when its token is asked for", () => {
	expect(syntaxError(new Lexer("a ) 99999999999999999999", false), false).message).toMatch("unexpected ')'");
	expect(syntaxError(new Lexer("a 99999999999999999999 )", false), false).message).toMatch("invalid integer");
	expect(syntaxError(new Lexer("a ./b/ )", false), false)).toMatchObject({
		message: "path has a trailing slash",
		offset: 6,
	});
});

it("makes as many states as the reference's parser has", () => {
	expect(makeTables(grammar, precedences, Token.End).states).toHaveLength(199);
});
