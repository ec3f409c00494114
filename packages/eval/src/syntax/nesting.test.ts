import { NixError } from "@tsnix/store";
import { describe, expect, it } from "vitest";
import { nestedForms } from "../testing/nested-forms";
import { parse } from "./parse";
import type { ParseOptions } from "./parse-options";
import { printExpression } from "./print";
import { newSymbolTable } from "./well-known";

/** What becomes of a text on the stack that happens to be there: `ok`, or the code of a Nix error. */
const outcome = (source: string): string => {
	const options: ParseOptions = { symbols: newSymbolTable(), basePath: "/", features: { pipeOperators: true } };
	try {
		const tree = parse(source, options);
		printExpression(tree, tree.symbols);
		return "ok";
	} catch (e) {
		if (e instanceof NixError) return e.code;
		throw e;
	}
};

describe("text nested deeper than the caller's stack", () => {
	it.each(Object.keys(nestedForms))("is parsed, or fails with an error of Nix's: %s", (form) => {
		expect(outcome(nestedForms[form](3))).toBe(/open|too large/.test(form) ? "NIX_PARSE" : "ok");
		expect(outcome(nestedForms[form](50_000))).toMatch(/^(ok|NIX_[A-Z_]+)$/);
	});
});
