import { memoryAccessor, memoryStore } from "@tsnix/store";
import { expect, test } from "vitest";
import { installBuiltins } from "../builtins";
import { Evaluator } from "../runtime/evaluator";
import { printValue } from "../runtime/print";
import type { EvalSettings } from "../runtime/settings";
import { force } from "../runtime/thunk";
import type { Debugger, Halt } from "./debugger";

/** Where the evaluation of an expression halts, as the first lines of its stack, and what becomes of it. */
const halts = (
	text: string,
	look: (halt: Halt, debug: Debugger, st: Evaluator) => string,
	settings: Partial<EvalSettings> = {},
): string[] => {
	const out: string[] = [];
	const host = {
		root: memoryAccessor({}),
		store: memoryStore(),
		debug: (halt: Halt, debug: Debugger) => {
			out.push(look(halt, debug, st));
			return "continue" as const;
		},
	};
	const st: Evaluator = new Evaluator(host, { debugger: true, ...settings });
	installBuiltins(st);
	const { code } = st.compile(text, { origin: { kind: "string" }, basePath: "/" });
	try {
		out.push(printValue(st, force(code.ev(code, undefined as never, undefined), 0), { force: true }));
	} catch (error) {
		out.push(`failed: ${(error as Error).message}`);
	}
	return out;
};

const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, "");
const stack = ({ traces }: Halt, debug: Debugger): string =>
	traces.map((trace) => plain(debug.show(trace)).split("\n")[0]).join("; ");

test("evaluation halts where an error is thrown, once", () => {
	expect(halts('let f = x: throw "no"; in f 1', stack)).toEqual([
		"error: no; while calling a function; while calling 'f'; while calling a function; while evaluating a 'let' expression",
		"failed: no",
	]);
	expect(halts("{ }.a", stack)[0]).toBe(
		"error: attribute 'a' missing; error: Fake frame for debugging purposes; while evaluating the attribute 'a'",
	);
});

test("the variables around the place can be had", () => {
	const variables = ({ variables }: Halt, _: Debugger, st: Evaluator): string =>
		[...variables].map(([name, value]) => `${st.symbols.names[name]}=${printValue(st, value)}`).join(" ");
	expect(halts('let a = 1; in with { w = 4; }; (x: y: builtins.seq w (throw "no")) 2 3', variables)[0]).toBe(
		"a=1 w=4 x=2 y=3",
	);
});

test("errors in tryEval are told of, or left alone", () => {
	const message = ({ message = "" }: Halt): string => plain(message).trim();
	expect(halts('(builtins.tryEval (throw "no")).success', message)[0]).toMatch(/^error: no\n\nThis exception occurred/);
	expect(halts('(builtins.tryEval (throw "no")).success', message, { ignoreTry: true })).toEqual(["false"]);
});

test("breakpoints and steps halt without an error", () => {
	let steps = 0;
	const step = (halt: Halt, debug: Debugger): string => {
		debug.stop = ++steps < 3;
		return stack(halt, debug).split("; ")[0];
	};
	expect(halts("builtins.break ((x: x) 1)", step)).toEqual([
		"error: breakpoint reached",
		"while calling a function",
		"while calling anonymous lambda",
		"1",
	]);
});
