import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textPathOf } from "../content-address";
import { hashString, parseBareHash } from "../hash";
import { printJson } from "../json";
import { parseBaseName, parseStorePath, type StorePath } from "../store-path";
import { type Derivation, type DerivationOutput, derivationType } from "./derivation";
import { checkOutputs, derivationPath, fillOutputs, finishDerivation } from "./fill-outputs";
import { hashDerivationModulo } from "./hash-modulo";
import { derivationFromJSON, derivationToJSON } from "./json";
import { parseDerivation } from "./parse";
import { DownstreamPlaceholder, hashPlaceholder } from "./placeholder";
import { writeDerivation } from "./write";

const blank = { inputDrvs: new Map(), inputSrcs: [], platform: "x86_64-linux", builder: "/bin/sh", args: [] };
const deferred: DerivationOutput = { kind: "deferred" };
const nothing = (path: StorePath): Derivation => {
	throw new Error(`no derivation ${path.toString()}`);
};

// What nix-instantiate writes for three small derivations.
const fixed: Derivation = {
	...blank,
	name: "fixed.tar.gz",
	outputs: new Map([
		[
			"out",
			{
				kind: "fixed",
				contentAddress: {
					method: "flat",
					hash: parseBareHash("7ffd5f2ab2afc69bb3956b0a8fc0ff131a4a32985b9b789d6d3a4c485b48da6c", "sha256"),
				},
			},
		],
	]),
	env: new Map([
		["builder", "/bin/sh"],
		["name", "fixed.tar.gz"],
		["out", ""],
		["outputHash", "0v6s91dlhk1sdnfpi6svk0r4l6hkzz08y2kbjnrrpimgn8m5zzbz"],
		["outputHashAlgo", "sha256"],
		["outputHashMode", "flat"],
		["system", "x86_64-linux"],
		["url", "http://x"],
	]),
};

const fixedText =
	'Derive([("out","/nix/store/x7dfmhglfhaqr41k866y2laway4ap6j2-fixed.tar.gz","sha256","7ffd5f2ab2afc69bb3956b0a8fc0ff131a4a32985b9b789d6d3a4c485b48da6c")],[],[],"x86_64-linux","/bin/sh",[],[("builder","/bin/sh"),("name","fixed.tar.gz"),("out","/nix/store/x7dfmhglfhaqr41k866y2laway4ap6j2-fixed.tar.gz"),("outputHash","0v6s91dlhk1sdnfpi6svk0r4l6hkzz08y2kbjnrrpimgn8m5zzbz"),("outputHashAlgo","sha256"),("outputHashMode","flat"),("system","x86_64-linux"),("url","http://x")])';

const floatingText =
	'Derive([("doc","","r:sha256",""),("out","","r:sha256","")],[],[],"x86_64-linux","/bin/sh",[],[("builder","/bin/sh"),("doc","/071n0a2b0qpwijb2ws5nyvq1b3xyb0hgxbsh1cnzxj41mi8k1nyy"),("name","floating"),("out","/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"),("outputHashAlgo","sha256"),("outputHashMode","recursive"),("outputs","out doc"),("system","x86_64-linux")])';

const dynamicText =
	'DrvWithVersion("xp-dyn-drv",[("out","","","")],[("/nix/store/ai93i6i3j7hddxal8yvznqvf2dyj69qb-dyn.drv.drv",([],[("out",["out"])]))],[],"x86_64-linux","/bin/sh",[],[("builder","/bin/sh"),("dep","/0ilpbsmkvq748678xin4ba2b8da8w73drs4fcfdhrglhxmdblqyk"),("name","dyn-user"),("out",""),("system","x86_64-linux")])';

describe("a derivation's text", () => {
	test.each([
		["fixed.tar.gz", fixedText],
		["floating", floatingText],
		["dyn-user", dynamicText],
	])("of %s reads and writes back", (name, text) => {
		expect(writeDerivation(parseDerivation(text, name))).toBe(text);
	});

	test("escapes five characters and no other", () => {
		const awkward = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)) });
		fc.assert(
			fc.property(awkward, awkward, fc.array(awkward), (builder, value, args) => {
				const drv: Derivation = {
					...blank,
					name: "x",
					builder,
					args,
					outputs: new Map(),
					env: new Map([["a", value]]),
				};
				const back = parseDerivation(writeDerivation(drv), "x");
				expect([back.builder, back.env.get("a"), ...back.args]).toEqual([builder, value, ...args]);
			}),
		);
		const drv: Derivation = { ...blank, name: "x", outputs: new Map(), env: new Map([["a", '"\\\n\r\t\b\0\xe9']]) };
		expect(writeDerivation(drv)).toContain('("a","\\"\\\\\\n\\r\\t\b\0\xe9")');
	});

	test("is in order whatever order the parts come in", () => {
		const a = parseBaseName("c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-a");
		const b = parseBaseName("c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-b");
		const drv: Derivation = {
			...blank,
			name: "x",
			outputs: new Map([
				["out", deferred],
				["dev", deferred],
			]),
			inputSrcs: [b, a],
			env: new Map([
				["z", "1"],
				["a", "2"],
			]),
		};
		expect(writeDerivation(drv)).toBe(
			'Derive([("dev","","",""),("out","","","")],[],["/nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-a","/nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-b"],"x86_64-linux","/bin/sh",[],[("a","2"),("z","1")])',
		);
	});

	test("keeps structured attributes apart, as the data they are", () => {
		const text = 'Derive([],[],[],"","",[],[("__json","{\\"b\\": 1.0, \\"a\\":[9007199254740993]}"),("x","1")])';
		const drv = parseDerivation(text, "x");
		expect(drv.structuredAttrs).toBe('{"a":[9007199254740993],"b":1.0}');
		expect([...drv.env]).toEqual([["x", "1"]]);
		expect(writeDerivation(drv)).toContain('("__json","{\\"a\\":[9007199254740993],\\"b\\":1.0}")');
	});

	test.each([
		["", "expected string 'D'"],
		["Dx", "derivation does not start with 'Derive' or 'DrvWithVersion'"],
		['DrvWithVersion("invalid-version",', "Unknown derivation ATerm format version 'invalid-version'"],
		['Derive([("out', "unterminated string in derivation"],
		['Derive([("out","x","","")]', "bad path 'x' in derivation"],
		['Derive([("out","/nix/store/x","r:sha256","impure")]', "impure derivation output should not specify output path"],
		[
			'Derive([("out","/nix/store/x","r:sha256","")]',
			"content-addressing derivation output should not specify output path",
		],
		['Derive([("out","","sha3","")]', "unknown hash algorithm 'sha3', expect"],
		['Derive([],[("/nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-d.drv",([],[]))]', "expected string '['"],
	])("%s is none", (text, message) => {
		expect(() => parseDerivation(text, "x")).toThrow(message);
	});
});

describe("what outputs are", () => {
	const types = (...outputs: [string, DerivationOutput][]) => derivationType({ outputs: new Map(outputs) });
	const floating = (algorithm: "sha1" | "sha256"): DerivationOutput => ({ kind: "floating", method: "nar", algorithm });
	const promised = fixed.outputs.get("out") as DerivationOutput;

	test("is the same for all", () => {
		expect(types(["out", deferred], ["dev", deferred])).toBe("deferred");
		expect(() => types(["out", deferred], ["dev", floating("sha1")])).toThrow("can't mix derivation output types");
		expect(() => types(["a", floating("sha1")], ["b", floating("sha256")])).toThrow(
			"all floating outputs must use the same hash algorithm",
		);
		expect(() => types(["dev", promised])).toThrow('single fixed output must be named "out"');
		expect(() => types(["out", promised], ["dev", promised])).toThrow("only one fixed output is allowed for now");
		expect(() => types()).toThrow("must have at least one output");
	});
});

describe("finishing", () => {
	test("a fixed output's derivation", () => {
		const { text, path, derivation } = finishDerivation(fixed, nothing, new Map());
		expect(text).toBe(fixedText);
		expect(path.toString()).toBe("/nix/store/383wh5fn6d50mvpvhy3pvi3ba8h88n5i-fixed.tar.gz.drv");
		expect(derivationPath(derivation).equals(path)).toBe(true);
	});

	test("a derivation with several outputs and inputs", () => {
		const memo = new Map();
		const input = finishDerivation(fixed, nothing, memo);
		const source = textPathOf("s", "text");
		const drv: Derivation = {
			...blank,
			name: "two",
			outputs: new Map([
				["dev", deferred],
				["out", deferred],
			]),
			inputDrvs: new Map([[input.path.baseName, { path: input.path, outputs: ["out"] }]]),
			inputSrcs: [source],
			env: new Map([
				["dev", ""],
				["name", "two"],
				["out", ""],
			]),
		};
		const { derivation, text, path } = finishDerivation(drv, nothing, memo);
		const output = derivation.outputs.get("dev");
		expect(output?.kind === "inputAddressed" && output.path.toString()).toBe(derivation.env.get("dev"));
		expect(derivation.env.get("dev")).toMatch(/^\/nix\/store\/.*-two-dev$/);
		expect(parseDerivation(text, "two").env.get("dev")).toBe(derivation.env.get("dev"));
		checkOutputs(parseDerivation(text, "two"), () => input.derivation);
		// The memo holds what hashing the written derivation gives.
		const hash = hashDerivationModulo(parseDerivation(text, "two"), () => input.derivation);
		expect(memo.get(path.baseName).hashes.get("out").base16()).toBe(hash.hashes.get("out")?.base16());
		expect(fillOutputs(derivation, () => input.derivation).outputs).toEqual(derivation.outputs);
	});

	test.each([
		["empty", "Fill in deferred output with empty env var", { out: "" }, "bilpz1nq8qi9r3bzsp72n34yjgqg43ws-empty"],
		["missing", "Fill in deferred with missing env var", {}, "wpk9qrgg77fyswhailap0gicgw98izx9-missing"],
	])("fills in a variable that is %s", (_, doc, variables, expected) => {
		const name = `filled-in-deferred-${expected.endsWith("empty") ? "empty-env-var" : "no-env-var"}`;
		const env = new Map([["__doc", doc], ...Object.entries(variables)]);
		const drv: Derivation = { ...blank, name, outputs: new Map([["out", deferred]]), env };
		expect(fillOutputs(drv, nothing).env.get("out")).toBe(`/nix/store/${expected.slice(0, 32)}-${name}`);
	});

	test("leaves outputs deferred that depend on floating ones", () => {
		const floating = parseDerivation(floatingText, "floating");
		const floatingPath = derivationPath(floating);
		expect(floatingPath.toString()).toBe("/nix/store/glwxgn8b0gs9a2h5razxyxahjsahz6g5-floating.drv");
		const drv: Derivation = {
			...blank,
			name: "deferred",
			outputs: new Map([["out", deferred]]),
			inputDrvs: new Map([[floatingPath.baseName, { path: floatingPath, outputs: ["doc", "out"] }]]),
			env: new Map([
				["builder", "/bin/sh"],
				["dep", ["out", "doc"].map((o) => DownstreamPlaceholder.unknownOutput(floatingPath, o).render()).join(" ")],
				["name", "deferred"],
				["out", ""],
				["system", "x86_64-linux"],
			]),
		};
		const { derivation, path } = finishDerivation(drv, () => floating, new Map());
		expect(derivation.outputs.get("out")).toEqual(deferred);
		expect(path.toString()).toBe("/nix/store/dyq7fnpplpj96fsfp5qgl4sz45b74f72-deferred.drv");
	});

	test("finds what is wrong", () => {
		const wrong = parseStorePath("/nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-x");
		const drv: Derivation = {
			...blank,
			name: "x",
			outputs: new Map([["out", { kind: "inputAddressed", path: wrong }]]),
			env: new Map([["out", wrong.toString()]]),
		};
		expect(() => checkOutputs(drv, nothing)).toThrow(
			/^derivation has incorrect output '\/nix\/store\/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-x', should be '/,
		);
		expect(() => checkOutputs({ ...fixed, env: new Map() }, nothing)).toThrow(
			"derivation has missing environment variable 'out', should be '/nix/store/x7dfmhglfhaqr41k866y2laway4ap6j2-fixed.tar.gz' but is not present",
		);
		expect(() => fillOutputs({ ...fixed, env: new Map([["out", "y"]]) }, nothing)).toThrow(
			"derivation has incorrect environment variable 'out', should be '/nix/store/x7dfmhglfhaqr41k866y2laway4ap6j2-fixed.tar.gz' but is actually 'y'",
		);
	});
});

describe("placeholders", () => {
	test("for a derivation's own outputs", () => {
		expect(hashPlaceholder("out")).toBe("/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9");
		expect(hashPlaceholder("doc")).toBe("/071n0a2b0qpwijb2ws5nyvq1b3xyb0hgxbsh1cnzxj41mi8k1nyy");
	});

	test("for outputs of others, and of derivations that are outputs", () => {
		const maker = parseStorePath("/nix/store/ai93i6i3j7hddxal8yvznqvf2dyj69qb-dyn.drv.drv");
		const outer = DownstreamPlaceholder.unknownOutput(maker, "out");
		expect(DownstreamPlaceholder.unknownDerivation(outer, "out").render()).toBe(
			"/0ilpbsmkvq748678xin4ba2b8da8w73drs4fcfdhrglhxmdblqyk",
		);
	});
});

describe("JSON", () => {
	test("is what `nix derivation show` prints", () => {
		expect(printJson(derivationToJSON(parseDerivation(dynamicText, "dyn-user")))).toBe(
			'{"args":[],"builder":"/bin/sh","env":{"builder":"/bin/sh","dep":"/0ilpbsmkvq748678xin4ba2b8da8w73drs4fcfdhrglhxmdblqyk","name":"dyn-user","out":"","system":"x86_64-linux"},"inputs":{"drvs":{"ai93i6i3j7hddxal8yvznqvf2dyj69qb-dyn.drv.drv":{"dynamicOutputs":{"out":{"dynamicOutputs":{},"outputs":["out"]}},"outputs":[]}},"srcs":[]},"name":"dyn-user","outputs":{"out":{}},"system":"x86_64-linux","version":4}',
		);
	});

	test.each([
		["fixed.tar.gz", fixedText],
		["floating", floatingText],
		["dyn-user", dynamicText],
	])("of %s reads back", (name, text) => {
		expect(writeDerivation(derivationFromJSON(derivationToJSON(parseDerivation(text, name))))).toBe(text);
	});

	test("of another version or shape is refused", () => {
		const json = derivationToJSON(fixed);
		expect(() => derivationFromJSON({ ...json, version: 3 })).toThrow(
			"Unsupported derivation JSON format version 3, only format version 4 is currently supported.",
		);
		expect(() => derivationFromJSON({ ...json, outputs: { out: { hash: "x" } } })).toThrow(
			"invalid JSON for derivation output",
		);
		expect(() => derivationFromJSON({ ...json, args: 1 })).toThrow(
			"Expected JSON value to be of type 'array' but it is of type 'number': 1",
		);
		expect(() => derivationFromJSON({ version: 4 })).toThrow(
			`Expected JSON object to contain key 'name' but it doesn't: {"version":4}`,
		);
	});
});

test("hashes do not depend on how a fixed output is fetched", () => {
	const elsewhere = { ...fixed, env: new Map([...fixed.env, ["url", "http://y"]]) };
	const hash = (drv: Derivation) => hashDerivationModulo(drv, nothing).hashes.get("out")?.base16();
	expect(hash(elsewhere)).toBe(hash(fixed));
	expect(hash(fixed)).not.toBe(hashString("sha256", "").base16());
});
