import { describe, expect, it } from "vitest";
import { newEvaluator, valueOf } from "../builtins/testing";
import { ContextGatherer } from "./context";
import { printValueAsJSON } from "./to-json";
import { printValueAsXML, type ToXMLOptions } from "./to-xml";

describe("printValueAsXML", () => {
	const print = (source: string, options: ToXMLOptions): string[] => {
		const st = newEvaluator();
		const text = printValueAsXML(st, valueOf(st, source), 0, new ContextGatherer(), options);
		return text
			.trimEnd()
			.split("\n")
			.slice(2, -1)
			.map((line) => line.trim());
	};
	it("tells where things were written", () => {
		expect(print("{ a = 1; f = ({ b }: b); }", { location: true })).toEqual([
			"<attrs>",
			'<attr column="3" line="1" name="a">',
			'<int value="1" />',
			"</attr>",
			'<attr column="10" line="1" name="f">',
			'<function column="15" line="1">',
			"<attrspat>",
			'<attr name="b" />',
			"</attrspat>",
			"</function>",
			"</attr>",
			"</attrs>",
		]);
	});
	it("leaves alone what has not been worked out, where it need not be", () => {
		expect(print("[ (1 + 1) 2 ]", { strict: false })).toEqual([
			"<list>",
			"<unevaluated />",
			'<int value="2" />',
			"</list>",
		]);
	});
});

describe("printValueAsJSON", () => {
	it("refuses what has not been worked out, where it must not be", () => {
		const st = newEvaluator();
		const list = valueOf(st, "[ 1 (1 + 1) ]");
		const print = (strict: boolean): string => printValueAsJSON(st, list, 0, new ContextGatherer(), { strict });
		expect(() => print(false)).toThrow("cannot convert a thunk to JSON");
		expect(print(true)).toBe("[1,2]");
	});
	it("leaves paths as they are where they are not to be copied", () => {
		const st = newEvaluator();
		const gatherer = new ContextGatherer();
		expect(printValueAsJSON(st, valueOf(st, "/a/b"), 0, gatherer, { copyToStore: false })).toBe('"/a/b"');
		expect(gatherer.context).toBeUndefined();
	});

	it("tells what was written before a failure, its elements closed", () => {
		const st = newEvaluator();
		let written: string | undefined = "";
		const onFailure = (text: string | undefined): void => void (written = text);
		expect(() =>
			printValueAsXML(st, valueOf(st, '{ a = [ 1 (throw "x") ]; }'), 0, new ContextGatherer(), { onFailure }),
		).toThrow("x");
		expect(written.split("\n").map((line) => line.trim())).toEqual([
			"<?xml version='1.0' encoding='utf-8'?>",
			"<expr>",
			"<attrs>",
			'<attr name="a">',
			"<list>",
			'<int value="1" />',
			"</list>",
			"</attr>",
			"</attrs>",
			"</expr>",
			"",
		]);
	});
});
