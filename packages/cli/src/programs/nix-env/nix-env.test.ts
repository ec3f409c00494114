import { describe, expect, it } from "vitest";
import { drvName, selector } from "../../core";
import { partition } from "./change";
import { tableLines } from "./query";
import { XmlWriter } from "./xml-writer";

describe("selectors", () => {
	it("are regular expressions for all of a name, and maybe a version", () => {
		expect(selector("zip.*").matches(drvName("zip-3.0"))).toBe(true);
		expect(selector("zi").matches(drvName("zip-3.0"))).toBe(false);
		expect(selector("zip-3.0").matches(drvName("zip-3.1"))).toBe(false);
		expect(selector("*").matches(drvName("anything-1"))).toBe(true);
	});
});

describe("a table", () => {
	it("has its columns below each other, and each row on one line", () => {
		expect(
			tableLines([
				["a", "x\ny", "1"],
				["long", "z", ""],
			]),
		).toEqual(["a     x y  1", "long  z    "]);
	});
});

describe("partition", () => {
	it("swaps from both ends, as the reference's library does", () => {
		expect(partition(["a", "b", "c", "d"], [false, true, true, true])).toEqual({ kept: ["d", "b", "c"], gone: ["a"] });
		expect(partition(["a", "b"], [true, true])).toEqual({ kept: ["a", "b"], gone: [] });
	});
});

describe("XML", () => {
	it("has each element on a line, attributes in order and line ends escaped", () => {
		let text = "";
		const xml = new XmlWriter((more) => void (text += more));
		xml.open("items", {});
		xml.empty("item", { name: 'a<"b">', attrPath: "x\ny" });
		xml.close();
		expect(text).toBe(
			`<?xml version='1.0' encoding='utf-8'?>\n<items>\n  <item attrPath="x&#xA;y" name="a&lt;&quot;b&quot;&gt;" />\n</items>\n`,
		);
	});
});
