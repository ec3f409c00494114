import { describe, expect, test } from "vitest";
import {
	baseStorePath,
	derivedPathFromJSON,
	derivedPathToJSON,
	parseDerivedPath,
	parseSingleDerivedPath,
	renderDerivedPath,
	singleDerivedPathFromJSON,
} from "./derived-path";
import {
	parseExtendedOutputsSpec,
	parseOutputsSpec,
	renderOutputsSpec,
	specContains,
	specIsSubset,
	specUnion,
} from "./outputs-spec";
import {
	parseOutputId,
	realisationFingerprint,
	realisationFromJSON,
	realisationToJSON,
	renderOutputId,
} from "./realisation";

const foo = "/nix/store/g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-foo.drv";
const base = "g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-foo.drv";

describe("derived paths", () => {
	test.each([
		[foo, base],
		[`${foo}^bar,baz`, { drvPath: base, outputs: ["bar", "baz"] }],
		[`${foo}^*`, { drvPath: base, outputs: ["*"] }],
		[`${foo}^bar^baz,quux`, { drvPath: { drvPath: base, output: "bar" }, outputs: ["baz", "quux"] }],
	])("%s", (text, json) => {
		const path = parseDerivedPath(text);
		expect(renderDerivedPath(path)).toBe(text);
		expect(derivedPathToJSON(path)).toEqual(json);
		expect(derivedPathFromJSON(json)).toEqual(path);
		expect(baseStorePath(path).baseName).toBe(base);
		expect(parseDerivedPath(text.replaceAll("^", "!"), undefined, "!")).toEqual(path);
	});

	test.each([
		[foo, base],
		[`${foo}^bar^baz`, { drvPath: { drvPath: base, output: "bar" }, output: "baz" }],
	])("a single one: %s", (text, json) => {
		const path = parseSingleDerivedPath(text);
		expect(renderDerivedPath(path)).toBe(text);
		expect(derivedPathToJSON(path)).toEqual(json);
		expect(singleDerivedPathFromJSON(json)).toEqual(path);
	});
});

describe("outputs", () => {
	test("are names, or all", () => {
		expect(parseOutputsSpec("out,dev,out")).toEqual(["dev", "out"]);
		expect(parseOutputsSpec("*")).toBe("all");
		expect(renderOutputsSpec(parseOutputsSpec("out,dev"))).toBe("dev,out");
		expect(() => parseOutputsSpec("out,")).toThrow("name must not be empty");
		expect(specContains("all", "x") && specContains(["x"], "x")).toBe(true);
		expect(specUnion(["b"], ["a", "b"])).toEqual(["a", "b"]);
		expect(specUnion(["b"], "all")).toBe("all");
		expect([specIsSubset(["a"], ["a", "b"]), specIsSubset("all", ["a"]), specIsSubset(["a"], "all")]).toEqual([
			true,
			false,
			true,
		]);
	});

	test("stand after a ^", () => {
		expect(parseExtendedOutputsSpec("nixpkgs#hello^out,dev")).toEqual({
			prefix: "nixpkgs#hello",
			outputs: ["dev", "out"],
		});
		expect(parseExtendedOutputsSpec("nixpkgs#hello").outputs).toBeUndefined();
		expect(() => parseExtendedOutputsSpec("x^&")).toThrow("invalid extended outputs specifier 'x^&'");
	});
});

describe("realisations", () => {
	const id = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad!foo";

	test("are known by a derivation's hash and an output's name", () => {
		expect(renderOutputId(parseOutputId(id))).toBe(id);
		expect(() => parseOutputId("sha256:ba78")).toThrow("Invalid derivation output id sha256:ba78");
	});

	test("read back, and are signed without their signatures", () => {
		const json = { dependentRealisations: {}, id, outPath: base, signatures: ["asdf:AAAA"] };
		const realisation = realisationFromJSON(json);
		expect(realisationToJSON(realisation)).toEqual(json);
		expect(realisationFingerprint(realisation)).toBe(`{"dependentRealisations":{},"id":"${id}","outPath":"${base}"}`);
	});
});
