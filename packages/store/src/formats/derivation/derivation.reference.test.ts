import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bytesToString } from "../../byte-string";
import { reference, referenceText, scratchFolder } from "../../testing/reference";
import { type JsonValue, parseJson, printJson } from "../json";
import { derivationNameOf, parseBaseName, type StorePath } from "../store-path";
import type { Derivation, DerivationOutput } from "./derivation";
import { checkOutputs, derivationPath, finishDerivation } from "./fill-outputs";
import { derivationFromJSON, derivationToJSON } from "./json";
import { parseDerivation } from "./parse";
import { writeDerivation } from "./write";

const expression = `
let
  base = { system = "x86_64-linux"; builder = "/bin/sh"; };
  drv = name: attributes: derivation (base // { inherit name; } // attributes);
  fixed = drv "fixed.tar.gz" {
    url = "http://x"; outputHashMode = "flat";
    outputHashAlgo = "sha256"; outputHash = "0v6s91dlhk1sdnfpi6svk0r4l6hkzz08y2kbjnrrpimgn8m5zzbz";
  };
  tree = drv "tree" {
    outputHashMode = "recursive";
    outputHash = "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
  };
  multi = drv "multi" {
    outputs = [ "out" "dev" "lib" ];
    args = [ "-c" "echo \\"a\\\\b\\n\\t\\r$x \${fixed} \${tree}\\"" ];
    weird = "\\"q\\" \\\\ \\n\\r\\t \u00e9 ";
    src = builtins.toFile "s" "text";
  };
  user = drv "user" { dep = multi.dev; both = "\${multi.lib} \${multi.out}"; c = [ 1 "x" multi true null ]; };
  structured = drv "structured" {
    __structuredAttrs = true; outputs = [ "out" "bin" ];
    x = { y = [ 1 2.5 1.0 1.0e20 1.5e-7 0.1 123456.789 1.0e15 1.0e14 0.0001 0.00001 "\u00e9" null true ]; a = "\${user}"; };
    n = -3; big = 9007199254740993; neg = -9223372036854775807;
  };
  ca = { __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; };
  floating = drv "floating" (ca // { outputs = [ "out" "doc" ]; });
  deferred = drv "deferred" { dep = "\${floating} \${floating.doc}"; };
  deferred2 = drv "deferred2" { dep = "\${deferred}"; };
  impure = drv "impure" { __impure = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; };
  maker = drv "dyn.drv" (ca // { outputHashMode = "text"; });
  dynamic = drv "dyn-user" { dep = builtins.outputOf maker.outPath "out"; };
  many = map (n: drv "many-\${toString n}" { inherit n; deps = [ user structured multi.lib ]; }) (builtins.genList (n: n) 50);
in [ deferred2 impure dynamic ] ++ many
`;

describe("derivations that Nix instantiates", () => {
	const texts = new Map<string, string>();
	const derivations = new Map<string, Derivation>();
	let printed: string;
	let shown: Record<string, JsonValue>;
	const lookup = (path: StorePath): Derivation => derivations.get(path.baseName) as Derivation;

	beforeAll(() => {
		const folder = scratchFolder();
		const store = join(folder, "store");
		writeFileSync(join(folder, "default.nix"), expression);
		referenceText("nix-instantiate", "--store", store, join(folder, "default.nix"));
		const dir = join(store, "nix", "store");
		for (const name of readdirSync(dir).filter((name) => name.endsWith(".drv"))) {
			const text = bytesToString(readFileSync(join(dir, name)));
			texts.set(name, text);
			derivations.set(name, parseDerivation(text, derivationNameOf(parseBaseName(name))));
		}
		const paths = [...texts.keys()].map((name) => `/nix/store/${name}`);
		printed = reference("nix", "--store", store, "derivation", "show", ...paths)
			.toString()
			.trimEnd();
		shown = (parseJson(printed) as { derivations: Record<string, JsonValue> }).derivations;
	});

	test("read and write back", () => {
		expect(texts.size).toBeGreaterThan(60);
		for (const [name, text] of texts) expect(writeDerivation(lookup(parseBaseName(name)))).toBe(text);
	});

	test("have the paths that their contents give", () => {
		for (const [name, drv] of derivations) expect(derivationPath(drv).baseName).toBe(name);
	});

	test("have the output paths that their inputs give", () => {
		const memo = new Map();
		for (const drv of derivations.values()) checkOutputs(drv, lookup, memo);
	});

	test("are finished from blank outputs to the same bytes", () => {
		const memo = new Map();
		const finish = (name: string): void => {
			const drv = derivations.get(name) as Derivation;
			for (const input of drv.inputDrvs.keys()) if (!memo.has(input)) finish(input);
			const env = new Map(drv.env);
			const outputs = new Map<string, DerivationOutput>();
			for (const [output, value] of drv.outputs) {
				outputs.set(output, value.kind === "inputAddressed" ? { kind: "deferred" } : value);
				if (value.kind === "inputAddressed" || value.kind === "fixed") env.set(output, "");
			}
			const finished = finishDerivation({ ...drv, env, outputs }, lookup, memo);
			expect(finished.text).toBe(texts.get(name));
			expect(finished.path.baseName).toBe(name);
		};
		for (const name of derivations.keys()) finish(name);
	});

	test("print the JSON of `nix derivation show`, and read it", () => {
		for (const [name, drv] of derivations) {
			expect(printJson(derivationToJSON(drv))).toBe(printJson(shown[name]));
			expect(writeDerivation(derivationFromJSON(shown[name]))).toBe(texts.get(name));
		}
	});

	test("print the very bytes of `nix derivation show`", () => {
		const entries = [...derivations].map(([name, drv]) => [name, derivationToJSON(drv)] as const);
		expect(printJson({ derivations: Object.fromEntries(entries), version: 4 })).toBe(printed);
	});
});
