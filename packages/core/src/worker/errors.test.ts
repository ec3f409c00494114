import { EvalError, Evaluator, installBuiltins, memoryHost } from "@tsnix/eval";
import { fromBytes } from "@tsnix/store";
import { describe, expect, it } from "vitest";
import { type EvaluationError, errorCodec } from "./errors";

/** An expression's error (a byte string), after it crossed between threads. */
const crossed = (source: string): EvaluationError => {
	const st = new Evaluator(memoryHost());
	installBuiltins(st);
	try {
		const { code } = st.compile(source, { origin: { kind: "string" }, basePath: "/" });
		code.ev(code, undefined as never, undefined);
	} catch (error) {
		return errorCodec.decode(structuredClone(errorCodec.encode(error))) as EvaluationError;
	}
	throw new Error(`did not fail: ${source}`);
};

describe("errors that cross between threads", () => {
	it("keep bytes that are not UTF-8", () => {
		const error = crossed('throw "a\xff"');
		expect(error.renderBytes()).toContain("error: a\xff");
		expect(error.render()).toBe(fromBytes(error.renderBytes()));
	});

	it("hold their whole trace, unless it repeats a source beyond measure", () => {
		const deep = (n: number, comment = ""): EvaluationError =>
			crossed(`/*${comment}*/${"-(".repeat(n)}throw "x"${")".repeat(n)}`);
		const few = deep(20);
		expect(few.render({ showTrace: true }).length).toBeGreaterThan(2 * few.render().length);
		const many = deep(1000, "*".repeat(40_000));
		expect(many.render({ showTrace: true })).toBe(many.render());
	});

	it("have a short form, too", () => {
		const error = errorCodec.decode(errorCodec.encode(new EvalError("NIX_EVAL", "bad \xff, good \xc3\xa9")));
		expect((error as EvaluationError).render({ form: "short" })).toBe("error[NIX_EVAL]: bad \ufffd, good é");
	});
});
