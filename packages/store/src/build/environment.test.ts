import { describe, expect, test } from "vitest";
import type { Derivation } from "../formats/derivation/derivation";
import { hashPlaceholder } from "../formats/derivation/placeholder";
import { hashString, parseHash } from "../formats/hash";
import { memoryStore } from "../stores/memory";
import { derivationOptions } from "./derivation-options";
import { builderEnvironment, desugarEnvironment, structuredAttrsShell } from "./environment";

const store = memoryStore();
const derivation = (more: Partial<Derivation>): Derivation => ({
	name: "x",
	outputs: new Map([["out", { kind: "deferred" }]]),
	inputDrvs: new Map(),
	inputSrcs: [],
	platform: "x86_64-linux",
	builder: "/bin/sh",
	args: [],
	env: new Map(),
	...more,
});

const environmentOf = (drv: Derivation, rewrites: ReadonlyMap<string, string> = new Map()) => {
	const options = derivationOptions(drv);
	return builderEnvironment(drv, options, desugarEnvironment(store, drv, options, []), rewrites, {
		storeDir: "/nix/store",
		buildDirectory: "/build",
		cores: 4,
		impureEnvironment: (name) => ({ http_proxy: "http://proxy" })[name],
	});
};

// What `env` prints in the reference's sandbox, but for what the shell adds.
const always = {
	HOME: "/homeless-shelter",
	NIX_BUILD_CORES: "4",
	NIX_BUILD_TOP: "/build",
	NIX_LOG_FD: "2",
	NIX_STORE: "/nix/store",
	PATH: "/path-not-set",
	PWD: "/build",
	TEMP: "/build",
	TEMPDIR: "/build",
	TERM: "xterm-256color",
	TMP: "/build",
	TMPDIR: "/build",
};

describe("builderEnvironment", () => {
	test("has the derivation's variables over the usual ones, with placeholders replaced", () => {
		const env = new Map([
			["PATH", "/p"],
			["TMP", "/mine"],
			["self", hashPlaceholder("out")],
		]);
		const rewrites = new Map([[hashPlaceholder("out"), "/nix/store/out"]]);
		const seen = environmentOf(derivation({ env }), rewrites);
		expect(Object.fromEntries(seen.env)).toEqual({ ...always, PATH: "/p", self: "/nix/store/out" });
	});

	test("passAsFile puts variables into files", () => {
		const env = new Map([
			["big", "lots"],
			["passAsFile", "big missing"],
		]);
		const { env: seen, files } = environmentOf(derivation({ env }));
		// Named after the SHA-256 of `big`.
		const file = `.attr-${hashString("sha256", "big").nix32()}`;
		expect(seen.has("big")).toBe(false);
		expect(seen.get("bigPath")).toBe(`/build/${file}`);
		expect([...files]).toEqual([[file, "lots"]]);
	});

	test("fixed outputs are told so, and see variables of the host", () => {
		const hash = parseHash("sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=");
		const outputs = new Map([["out", { kind: "fixed", contentAddress: { method: "flat", hash } }]] as const);
		const env = new Map([["impureEnvVars", "http_proxy no_proxy"]]);
		const seen = Object.fromEntries(environmentOf(derivation({ outputs, env })).env);
		expect(seen).toMatchObject({ NIX_OUTPUT_CHECKED: "1", http_proxy: "http://proxy", no_proxy: "" });
	});

	test("structured attributes become two files", () => {
		const drv = derivation({ structuredAttrs: '{"a":1,"big":1099511627776,"f":1.0,"list":[1,"two"]}' });
		const { env, files } = environmentOf(drv);
		expect(Object.fromEntries(env)).toEqual({
			...always,
			NIX_ATTRS_JSON_FILE: "/build/.attrs.json",
			NIX_ATTRS_SH_FILE: "/build/.attrs.sh",
		});
		const out = hashPlaceholder("out");
		expect(files.get(".attrs.json")).toBe(
			`{"a":1,"big":1099511627776,"f":1.0,"list":[1,"two"],"outputs":{"out":"${out}"}}`,
		);
		expect(files.get(".attrs.sh")).toBe(
			`declare a=1\ndeclare big=0\ndeclare f=1\ndeclare -a list=(1 'two' )\ndeclare -A outputs=(['out']='${out}' )\n`,
		);
	});

	test("a graph of a path that is no input is refused", () => {
		const path = "/nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-foo";
		const env = new Map([["exportReferencesGraph", `graph ${path}`]]);
		expect(() => environmentOf(derivation({ env }))).toThrow(
			`cannot export references of path '${path}' because it is not in the input closure of the derivation`,
		);
		expect(() => derivationOptions(derivation({ env: new Map([["exportReferencesGraph", "odd"]]) }))).toThrow(
			"odd number of tokens in 'exportReferencesGraph': 'odd'",
		);
	});
});

test("what bash cannot hold is left out of .attrs.sh", () => {
	const attributes = {
		"bad-name": 1,
		half: 3.5,
		yes: true,
		no: false,
		nothing: null,
		nested: { a: { b: 1 } },
		quote: "it's",
		mixed: [1, [2]],
	};
	expect(structuredAttrsShell(attributes)).toBe(
		"declare no=\ndeclare nothing=''\ndeclare quote='it'\\''s'\ndeclare yes=1\n",
	);
});

test("attributes of the wrong type are refused", () => {
	expect(() => derivationOptions(derivation({ structuredAttrs: '{"preferLocalBuild":"yes"}' }))).toThrow(
		`Expected JSON value to be of type 'boolean' but it is of type 'string': "yes"`,
	);
});
