import { describe, expect, it } from "vitest";
import { Suspension } from "../errors/errors";
import { memoryHost } from "../hosts/memory";
import { Evaluator } from "../runtime/evaluator";
import { installBuiltins } from ".";
import { messageOf, newEvaluator, show, valueOf } from "./testing";

describe("tryEval", () => {
	it("catches throw and assert, and nothing else", () => {
		expect(show('builtins.tryEval (throw "a")')).toBe("{ success = false; value = false; }");
		expect(show("builtins.tryEval (assert false; 1)")).toBe("{ success = false; value = false; }");
		expect(show("builtins.tryEval 1")).toBe("{ success = true; value = 1; }");
		expect(messageOf('builtins.tryEval (abort "x")')).toBe("evaluation aborted with the following error message: 'x'");
		expect(messageOf('builtins.tryEval (1 + "a")')).toBe("cannot add a string to an integer");
	});
	it("leaves the call depth as it was", () => {
		expect(
			show(
				'builtins.foldl\' (a: i: (builtins.tryEval ((x: (y: throw x) x) "a")).value) 1 (builtins.genList (i: i) 20000)',
			),
		).toBe("false");
	});
});

describe("errors", () => {
	it("of addErrorContext get its line", () => {
		expect(show('builtins.addErrorContext "in the middle" (throw "a")')).toContain("… in the middle\n");
		expect(show('builtins.addErrorContext (throw "not looked at") 1')).toBe("1");
	});
	it("that pass break are not told of it", () => {
		expect(show('builtins.break (throw "a")')).not.toContain("'break'");
	});
	it("inside deepSeq tell the way there", () => {
		const text = show('builtins.deepSeq { a = [ 1 (throw "b") ]; } 1', { showTrace: true });
		expect(text).toContain("… while evaluating the attribute 'a'");
		expect(text).toContain("… while evaluating list element at index 1");
	});
	it("do not come of sets that hold themselves", () => {
		expect(show("let x = { inherit x; l = [ x ]; }; in builtins.deepSeq x 1")).toBe("1");
	});
});

describe("logging", () => {
	it("prints strings as they are, and other values as nix repl does", () => {
		const log: string[] = [];
		const st = newEvaluator({}, ({ kind, text }) => log.push(`${kind}: ${text}`));
		expect(
			valueOf(st, 'builtins.trace "a" (builtins.trace { a = 1; } (builtins.warn "w" (builtins.traceVerbose "v" 1)))'),
		).toBe(1);
		expect(log).toEqual(["trace: a", "trace: { a = 1; }", "evaluation-warning: w"]);
	});
	it("ends evaluation at a warning where asked", () => {
		expect(messageOf('builtins.warn "w" 1', { abortOnWarn: true })).toBe(
			"aborting to reveal stack trace of warning, as abort-on-warn is set",
		);
	});
});

describe("waiting", () => {
	it("is gathered over everything that is evaluated deeply", () => {
		const asked: string[] = [];
		const host = memoryHost(
			{},
			{
				getEnv: (name) => {
					asked.push(name);
					throw new Suspension(Promise.resolve());
				},
			},
		);
		const st = new Evaluator(host);
		installBuiltins(st);
		expect(() => valueOf(st, 'builtins.deepSeq [ (builtins.getEnv "A") { x = builtins.getEnv "B"; } ] 1')).toThrow(
			Suspension,
		);
		expect(asked).toEqual(["A", "B"]);
		expect(() => valueOf(st, 'builtins.toJSON [ (builtins.getEnv "C") (throw "later") ]')).toThrow(Suspension);
	});
});
