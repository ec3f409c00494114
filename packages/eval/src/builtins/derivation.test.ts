import { describe, expect, it } from "vitest";
import { messageOf, newEvaluator, show } from "./testing";

const base = 'name = "x"; builder = "b"; system = "s";';

describe("derivation", () => {
	it("gives the paths that the reference gives", () => {
		expect(show(`(derivation { ${base} }).outPath`)).toBe('"/nix/store/gwwjwi08fyrbrz2d8zkfvy65nzzq2czp-x"');
		expect(show(`(derivation { ${base} }).drvPath`)).toBe('"/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv"');
		expect(show(`(derivation { ${base} outputs = [ "dev" "out" "a" ]; }).outPath`)).toBe(
			'"/nix/store/zhii6x6wcnggmk3x0ay6a8mjhcf9zqdm-x-dev"',
		);
	});
	it("waits until a path is asked for", () => {
		expect(show('(derivation { name = throw "n"; }).type')).toBe('"derivation"');
		expect(show("builtins.functionArgs derivation")).toBe("{ outputs = true; }");
	});
	it("has at least one output, in a list", () => {
		expect(show(`(derivation { ${base} outputs = "out"; }).outPath`)).toContain(
			[
				"       … while calling the 'head' builtin",
				"         at «nix-internal»/derivation-internal.nix:60:2:",
				"           59| in",
				"           60| (builtins.head outputsList).value",
				"             |  ^",
				"           61|",
				"",
				"       … while calling the 'map' builtin",
				"         at «nix-internal»/derivation-internal.nix:57:17:",
				"           56|",
				"           57|   outputsList = map outputToAttrListElement outputs;",
				"             |                 ^",
				"           58|",
				"",
			].join("\n"),
		);
	});
	it("shows in traces where the reference shows it", () => {
		const at = '{ column = 7; file = "/derivation-internal.nix"; line = 51; }';
		expect(show(`builtins.unsafeGetAttrPos "drvPath" (derivation { ${base} })`)).toBe(at);
		expect(show(`(derivation { ${base} args = 1; }).outPath`, { showTrace: true })).toContain(
			[
				"       … while calling the 'derivationStrict' builtin",
				"         at «nix-internal»/derivation-internal.nix:37:12:",
				"           36|",
				"           37|   strict = derivationStrict drvAttrs;",
				"             |            ^",
				"           38|",
				"",
				"       … while evaluating derivation 'x'",
				"         whose name attribute is located at «string»:1:15",
				"",
				"       … while evaluating attribute 'args' of derivation 'x'",
			].join("\n"),
		);
	});
});

describe("derivationStrict", () => {
	const strict = (attrs: string): string => show(`builtins.derivationStrict { ${base} ${attrs} }`);
	const message = (attrs: string): string => messageOf(`builtins.derivationStrict { ${base} ${attrs} }`);

	it("makes several outputs", () => {
		expect(strict('outputs = "out dev";')).toBe(
			'{ dev = "/nix/store/g1qp5k3hapvsriswfzlw41x710w3klpp-x-dev"; drvPath = "/nix/store/040xifk5w527swvfrd2g2gyfihfbyn4w-x.drv"; out = "/nix/store/rk239pxig2bqki5yzraqj78g26ai4iqy-x"; }',
		);
	});
	it("makes fixed outputs", () => {
		expect(strict('outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";')).toBe(
			'{ drvPath = "/nix/store/qjbczhk4dcp58vn363dasp17gs9bvzwd-x.drv"; out = "/nix/store/9zicq1m4wy4bv50xa4l1jk4kpyy41kih-x"; }',
		);
		expect(
			strict(
				'outputHash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; outputHashAlgo = "sha256"; outputHashMode = "recursive";',
			),
		).toBe(
			'{ drvPath = "/nix/store/6njr7z26dlhvkaf4kksx36kb5ykvg4hg-x.drv"; out = "/nix/store/d6q30mlzfljh7ha1b1m6fnifi34qr99p-x"; }',
		);
	});
	it("leaves out nulls where it is told", () => {
		expect(strict("foo = null; __ignoreNulls = true;")).toBe(strict(""));
		expect(strict("foo = null;")).toContain("/nix/store/zx9wmqzybk4jxmx93hhy3h65fz11zrs7-x");
	});
	it("tells last of structured attributes that are not UTF-8, in the words of the JSON library alone", () => {
		const structured = '__structuredAttrs = true; y = builtins.substring 0 1 "é";';
		expect(message(`${structured} z = throw "z";`)).toBe("z");
		expect(messageOf(`builtins.derivationStrict { name = "x"; ${structured} }`)).toBe(
			"required attribute 'builder' missing",
		);
		expect(() => show(`(derivation { ${base} ${structured} }).drvPath`)).toThrow(
			/^\[json.exception.type_error.316\] incomplete UTF-8 string; last byte: 0xC3$/,
		);
	});
	it("checks what it is given", () => {
		expect(messageOf('builtins.derivationStrict { name = "x"; }')).toBe("required attribute 'builder' missing");
		expect(messageOf('builtins.derivationStrict { name = "x"; builder = "b"; }')).toBe(
			"required attribute 'system' missing",
		);
		expect(message('outputs = [ "out" "out" ];')).toBe("duplicate derivation output 'out'");
		expect(message("outputs = [ ];")).toBe("derivation cannot have an empty set of outputs");
		expect(message('outputs = [ "drvPath" ];')).toBe("invalid derivation output name 'drvPath'");
		expect(message('outputHash = ""; outputHashMode = "flat";')).toBe("empty hash requires explicit hash algorithm");
		expect(message("__contentAddressed = true;")).toBe(
			"experimental Nix feature 'ca-derivations' is disabled; add '--extra-experimental-features ca-derivations' to enable it",
		);
	});
	it("refuses blake3 unless it is turned on", () => {
		const sri = "blake3-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
		for (const attrs of [`outputHash = "${sri}";`, 'outputHashAlgo = "blake3";'])
			expect(message(attrs)).toBe(
				"experimental Nix feature 'blake3-hashes' is disabled; add '--extra-experimental-features blake3-hashes' to enable it",
			);
		expect(messageOf(`builtins.convertHash { hash = "${sri}"; toHashFormat = "nix32"; }`)).toContain("blake3-hashes");
	});
	it("warns of an empty hash", () => {
		const said: string[] = [];
		const st = newEvaluator({}, ({ kind, text }) => said.push(`${kind}: ${text}`));
		const { code } = st.compile(`(derivation { ${base} outputHash = ""; outputHashAlgo = "sha256"; }).outPath`, {
			origin: { kind: "string" },
			basePath: "/",
		});
		expect(code.ev(code, undefined as never, undefined)).toMatchObject({
			s: "/nix/store/yplc6kklcg6k8aln037jq8jxq5v92wln-x",
		});
		expect(said).toEqual(["warning: found empty hash, assuming 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='"]);
	});
});

describe("placeholder", () => {
	it("hashes the output's name", () => {
		expect(show('builtins.placeholder "out"')).toBe('"/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"');
	});
});

describe("contexts", () => {
	const d = `let d = derivation { ${base} }; in `;
	it("tell what a string refers to", () => {
		expect(show(`${d} builtins.getContext d.outPath`)).toBe(
			'{ "/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv" = { outputs = [ "out" ]; }; }',
		);
		expect(show(`${d} builtins.getContext d.drvPath`)).toContain("{ allOutputs = true; }");
		expect(show(`${d} builtins.hasContext (builtins.unsafeDiscardStringContext d)`)).toBe("false");
	});
	it("can be put back", () => {
		expect(show(`${d} builtins.getContext (builtins.appendContext "" (builtins.getContext d.outPath))`)).toBe(
			show(`${d} builtins.getContext d.outPath`),
		);
		expect(messageOf('builtins.appendContext "" { foo = 1; }')).toBe("context key 'foo' is not a store path");
	});
	it("go from derivations to .drv files and back", () => {
		const discarded = "builtins.unsafeDiscardOutputDependency d.drvPath";
		expect(show(`${d} builtins.getContext (${discarded})`)).toContain("{ path = true; }");
		expect(show(`${d} builtins.getContext (builtins.addDrvOutputDependencies (${discarded}))`)).toBe(
			show(`${d} builtins.getContext d.drvPath`),
		);
		expect(messageOf('builtins.addDrvOutputDependencies "x"')).toBe(
			"context of string 'x' must have exactly one element, but has 0",
		);
	});
});
