import { memoryAccessor, memoryStore } from "@tsnix/store";
import { expect, test } from "vitest";
import { installBuiltins } from "../builtins";
import { Evaluator } from "../runtime/evaluator";
import type { EvalSettings } from "../runtime/settings";
import { force } from "../runtime/thunk";

/** What is told of the calls of an expression: traces, and lines of a profile. */
const watched = (text: string, settings: Partial<EvalSettings>): string[] => {
	const out: string[] = [];
	const host = {
		root: memoryAccessor({}),
		store: memoryStore(),
		nanoseconds: () => 7n,
		log: ({ text: line }: { text: string }) => void out.push(line),
		profile: (lines: string) => void out.push(...lines.trimEnd().split("\n")),
	};
	const st = new Evaluator(host, settings);
	installBuiltins(st);
	const { code } = st.compile(text, { origin: { kind: "string" }, basePath: "/" });
	try {
		force(code.ev(code, undefined as never, undefined), 0);
	} catch (error) {
		out.push((error as Error).message);
	}
	st.callWatch?.finish?.(st);
	return out.map((line) => Buffer.from(line, "latin1").toString());
};

test("traced calls are told when they begin and when they end, however that is", () => {
	expect(watched('builtins.tryEval (throw "x")', { traceFunctionCalls: true })).toEqual([
		"function-trace entered «string»:1:1 at 7",
		"function-trace entered «string»:1:19 at 7",
		"function-trace exited «string»:1:19 at 7",
		"function-trace exited «string»:1:1 at 7",
	]);
	expect(watched("1 2", { traceFunctionCalls: true })).toEqual([
		"function-trace entered «string»:1:1 at 7",
		"function-trace exited «string»:1:1 at 7",
		"attempt to call something which is not a function but an integer: 1",
	]);
});

test("operators that stand for builtins are calls, and what mapAttrs applies is two", () => {
	expect(watched("1 - 2", { traceFunctionCalls: true })).toHaveLength(2);
	expect(watched("(builtins.mapAttrs (n: v: v) { a = 1; }).a", { traceFunctionCalls: true })).toEqual([
		"function-trace entered «string»:1:2 at 7",
		"function-trace exited «string»:1:2 at 7",
		"function-trace entered «string»:1:1 at 7",
		"function-trace entered «string»:1:1 at 7",
		"function-trace exited «string»:1:1 at 7",
		"function-trace exited «string»:1:1 at 7",
	]);
});

test("calls too deep end as they do unwatched", () => {
	const told = watched("let f = x: f x; in f 1", { traceFunctionCalls: true, maxCallDepth: 20 });
	expect(told.at(-1)).toBe("stack overflow; max-call-depth exceeded");
});

test("a profile has a line for every stack of calls", () => {
	const profile = (text: string): string[] => watched(text, { evalProfiler: "flamegraph", evalProfilerFrequency: 0 });
	expect(profile("let f = x: y: x; g = f 1; in g 2 + (z: z) 3")).toEqual(
		["«string»:1:36 1", "«string»:1:22:f 1", "«string»:1:30:f 1"].sort(),
	);
	expect(profile("let a = builtins.all (let f = x: x; in f); in a [true]")).toEqual([
		"«string»:1:9:primop all 1",
		"«string»:1:47:primop all 1",
		"«string»:1:47:primop all;«string»:1:31:f 1",
	]);
	expect(profile("{ __functor = self: x: x; } 1")).toEqual([
		"«string»:1:1:functor 1",
		"«string»:1:1:functor;«string»:1:3 1",
	]);
	expect(profile('(builtins.derivationStrict { name = "some"; builder = "b"; system = "s"; }).out')).toEqual([
		"«string»:1:2:primop derivationStrict:some 1",
	]);
});
