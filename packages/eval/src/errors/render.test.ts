import { fromBytes } from "@tsnix/store";
import { describe, expect, it } from "vitest";
import { newEvaluator, show, valueOf } from "../builtins/testing";
import { EvalError, withPlacelessTrace, withTrace } from "./errors";
import { renderError } from "./render";
import { filterEscapes } from "./terminal";

const lines = (...text: string[]): string => text.join("\n");

describe("renderError", () => {
	it("shows where an error happened", () => {
		expect(show("1 +\n  (2 + x)\n")).toBe(
			lines(
				"error: undefined variable 'x'",
				"       at «string»:2:8:",
				"            1| 1 +",
				"            2|   (2 + x)",
				"             |        ^",
				"            3|",
			),
		);
	});
	it("shows what led to it, from the outside inwards", () => {
		expect(show('builtins.add 1 (throw "no")')).toBe(
			lines(
				"error:",
				"       … while calling the 'add' builtin",
				"         at «string»:1:1:",
				'            1| builtins.add 1 (throw "no")',
				"             | ^",
				"",
				"       … while calling the 'throw' builtin",
				"         at «string»:1:17:",
				'            1| builtins.add 1 (throw "no")',
				"             |                 ^",
				"",
				"       error: no",
			),
		);
	});
	it("tells lines without a place from those whose place is not known", () => {
		const shown = (around: (error: unknown) => unknown) =>
			renderError(around(withTrace(new EvalError("NIX_TEST", "bad"), 0, "same")) as EvalError, { showTrace: true });
		const six = [1, 2, 3, 4, 5, 6];
		expect(shown((error) => six.reduce((e: unknown) => withTrace(e, 0, "same"), error))).toContain("6 duplicate");
		expect(shown((error) => six.reduce((e: unknown) => withPlacelessTrace(e, "same"), error))).not.toContain(
			"duplicate",
		);
	});
	it("suggests names", () => {
		expect(show("{ abc = 1; abd = 2; }.abe")).toContain("Did you mean one of abc or abd?");
	});
	it("leaves out repetitions of more than five lines", () => {
		const text = show('let f = n: if n == 0 then throw "end" else 1 + f (n - 1); in f 20', { showTrace: true });
		expect(text).toContain("duplicate frames omitted)");
	});
	it("has colours for terminals", () => {
		const st = newEvaluator();
		const error = st.fail(new EvalError("NIX_TEST", "bad"), 0, 0, "while testing");
		expect(renderError(error, { color: true })).toBe(
			"\x1b[31;1merror:\x1b[0m\n       … while testing\n\n       \x1b[31;1merror:\x1b[0m bad",
		);
	});
	it("is what errors render as", () => {
		const st = newEvaluator();
		expect(() => valueOf(st, "1 + ")).toThrow(
			expect.objectContaining({ message: "syntax error, unexpected end of file" }),
		);
		try {
			valueOf(st, "(");
		} catch (error) {
			expect((error as EvalError).render()).toBe(renderError(error));
		}
	});
});

describe("filterEscapes", () => {
	it("keeps colours where they are wanted, and nothing else", () => {
		expect(filterEscapes("\x1b[31mred\x1b[0m \x1b]8;;x\x07link")).toBe("red link");
		expect(filterEscapes("\x1b[31mred\x1b[0m\x1b[2K", true)).toBe("\x1b[31mred\x1b[0m");
	});
	it("expands tabs by columns, in which characters may take two", () => {
		expect(filterEscapes("a\tb\r")).toBe("a       b");
		expect(fromBytes(filterEscapes("\xe6\x97\xa5\t|"))).toBe("日      |");
	});
});

describe("the short form", () => {
	const short = (source: string): string => {
		const st = newEvaluator();
		try {
			valueOf(st, source);
		} catch (error) {
			return renderError(error, { form: "short" });
		}
		throw new Error("it did not fail");
	};
	it("is one line with the code, the place, the message and what may help", () => {
		expect(short("let apple = { pear = 1; }; in apple.paer")).toBe(
			"\xabstring\xbb:1:31: error[NIX_MISSING_ATTRIBUTE]: attribute 'paer' missing; hint: Did you mean pear?",
		);
	});
	it("takes the innermost place there is, and keeps line ends as escapes", () => {
		expect(short('1 + (throw "a\\nb\\\\c")')).toBe("\xabstring\xbb:1:6: error[NIX_THROWN]: a\\nb\\\\c");
	});
	it("is there for any error", () => {
		expect(renderError(new Error("odd"), { form: "short" })).toBe("error[INTERNAL]: odd");
	});
});
