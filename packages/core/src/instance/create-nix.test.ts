import { bytesToString, fromBytes, javascriptBuilder, memoryStore } from "@tsnix/store";
import { Volume } from "memfs";
import { afterAll, describe, expect, test } from "vitest";
import type { EvaluationError } from "../worker/errors";
import { createNix, type Nix } from "./create-nix";
import type { NixOptions } from "./options";
import type { NamedFs } from "@tsnix/store";

const project = {
	"/project/flake.nix": `{
		description = "An example";
		inputs.lib.url = "path:/lib";
		outputs = { self, lib }: {
			answer = lib.twice 21;
			packages.x86_64-linux.default = derivation {
				name = "greeting";
				system = "x86_64-linux";
				builder = "builtin-greeter";
				text = "hello from \${self.outPath}";
			};
		};
	}`,
	"/lib/flake.nix": `{ outputs = _: { twice = n: n * 2; }; }`,
};
const files = (): NamedFs => Volume.fromJSON(project) as unknown as NamedFs;

const open: Nix[] = [];
const instance = (options: NixOptions): Nix => {
	const nix = createNix(options);
	open.push(nix);
	return nix;
};
afterAll(() => Promise.all(open.map((nix) => nix.close())));

/** The same in a worker and in this thread. */
describe.each([true, false])("an instance (worker: %s)", (worker) => {
	test("evaluates to plain data", async () => {
		const nix = instance({ worker });
		expect(await nix.evaluate("1 + 1")).toBe(2);
		expect(await nix.evaluate('{ a = [ 1 2.5 null true ]; b = "é"; }')).toEqual({ a: [1, 2.5, null, true], b: "é" });
		expect(await nix.evaluate("9223372036854775807")).toBe(9223372036854775807n);
		expect(await nix.evaluate({ expression: "{ n, m ? 2 }: n * m", args: { n: 21 } })).toBe(42);
		expect(await nix.evaluate({ expression: "{ a.b = [ 5 6 ]; }", attribute: "a.b.1" })).toBe(6);
	});

	test("says so where the stack is used up, and goes on", async () => {
		const nix = instance({ worker });
		const code = (e: unknown): unknown => (e as { code?: string }).code;
		expect(await nix.evaluate("let f = n: 1 + f (n + 1); in f 0").catch(code)).toBe("NIX_STACK_OVERFLOW");
		expect(await nix.evaluate(`${"[".repeat(50_000)}${"]".repeat(50_000)}`).catch(code)).toBe("NIX_STACK_OVERFLOW");
		// Few enough calls for Nix, but too many levels for a message to this thread.
		expect(await nix.evaluate("builtins.foldl' (a: _: [ a ]) 1 (builtins.genList (x: x) 9000)").catch(code)).toBe(
			"NIX_STACK_OVERFLOW",
		);
		expect(await nix.evaluate("1 + 1")).toBe(2);
	});

	test("throws errors that tell where", async () => {
		const nix = instance({ worker });
		const error = await nix.evaluate("{ a = 1; }.b").catch((e: unknown) => e);
		expect(error).toMatchObject({ code: "NIX_MISSING_ATTRIBUTE", message: "attribute 'b' missing" });
		expect((error as { render: () => string }).render()).toBe(
			"error: attribute 'b' missing\n       at «string»:1:1:\n            1| { a = 1; }.b\n             | ^\n       Did you mean a?",
		);
	});

	test("works values out lazily", async () => {
		const nix = instance({ worker });
		const value = await nix.evaluateLazy('{ f = x: x + 1; no = throw "never"; list = [ 1 2 3 ]; }');
		expect(await value.attrNames()).toEqual(["f", "list", "no"]);
		expect(await (await value.get("list")).force()).toEqual({ type: "list", length: 3 });
		expect(await (await (await value.get("f")).call(41)).toJSON()).toBe(42);
		await expect((await value.get("no")).toJSON()).rejects.toMatchObject({ message: "never" });
	});

	test("locks, evaluates and instantiates a flake in memory", async () => {
		const store = memoryStore();
		const builder = javascriptBuilder({
			"builtin-greeter": ({ env, outputs }) => outputs.out.writeFile("/", env.text),
		});
		const nix = instance({ worker, fs: files(), store, system: "x86_64-linux", builders: [builder] });
		const { text, changes } = await nix.flake.lock("/project");
		expect(JSON.parse(text)).toMatchObject({ version: 7, root: "root", nodes: { root: { inputs: { lib: "lib" } } } });
		expect(changes).toHaveLength(1);
		expect(await nix.evaluate({ flake: "/project", attribute: "answer" })).toBe(42);
		const drv = await nix.instantiate({ flake: "/project", attribute: "packages.x86_64-linux.default" });
		expect(drv).toMatchObject({ name: "greeting", outputName: "out", outputs: ["out"] });
		const { outputs } = await nix.realise(drv);
		const out = outputs.get(drv.drvPath)?.get("out");
		expect(out).toBeDefined();
		expect(fromBytes(bytesToString(store.accessor(out!).readFile("/")))).toMatch(
			/^hello from \/nix\/store\/.*-source$/,
		);
		expect((await nix.flake.show("/project")).json).toEqual({
			answer: { type: "unknown" },
			packages: { "x86_64-linux": { default: { description: "", name: "greeting", type: "derivation" } } },
		});
	});

	test("checks flakes, and builds their checks", async () => {
		const drv = (name: string, greeting: string): string =>
			`derivation { name = "${name}"; system = "x86_64-linux"; builder = "builtin-greeter"; greeting = "${greeting}"; }`;
		const flake = `{
			outputs = { self }: {
				checks.x86_64-linux = { a = ${drv("a", "hello")}; b = ${drv("a", "hello")}; };
				checks.aarch64-linux.a = throw "of no interest";
				foo = 1;
			};
		}`;
		const fs = Volume.fromJSON({
			"/good/flake.nix": flake,
			"/bad/flake.nix": flake.replaceAll("hello", "boo").replace("foo", "overlays.x"),
		}) as unknown as NamedFs;
		const builder = javascriptBuilder({
			"builtin-greeter": ({ env, outputs }) => {
				if (env.greeting === "boo") throw new Error("boo");
				outputs.out.writeFile("/", env.greeting);
			},
		});
		const warnings: string[] = [];
		const nix = instance({
			worker,
			fs,
			builders: [builder],
			onEvent: (event) => {
				if (event.type === "log") warnings.push(event.entry.text);
			},
		});

		const checked = await nix.flake.check("/good");
		expect(checked).toMatchObject({
			checked: [
				{ attribute: "checks.x86_64-linux.a", kind: "derivation" },
				{ attribute: "checks.x86_64-linux.b", kind: "derivation" },
			],
			derivations: [{ attributes: ["checks.x86_64-linux.a", "checks.x86_64-linux.b"] }],
			omittedSystems: ["aarch64-linux"],
			errors: [],
		});
		expect(checked.built).toEqual(checked.derivations.map(({ drvPath }) => drvPath));
		expect(checked.warnings).toEqual([
			"unknown flake output 'foo'",
			"The check omitted these incompatible systems: aarch64-linux\nUse '--all-systems' to check all.",
		]);
		expect(warnings).toEqual(checked.warnings);
		// What is there is not built again.
		expect((await nix.flake.check("/good")).built).toEqual([]);

		expect((await nix.flake.check("/bad", { build: false, keepGoing: true })).errors).toMatchObject([
			{ message: "overlay is not a function, but an integer instead" },
		]);
		await expect(nix.flake.check("/bad")).rejects.toMatchObject({
			message: "overlay is not a function, but an integer instead",
		});
		const { errors, built } = await nix.flake.check("/bad", { keepGoing: true });
		expect(built).toEqual([]);
		expect(errors.map(({ message }) => message.split("\n")[0].replaceAll(/[a-z0-9]{32}-/g, ""))).toEqual([
			"overlay is not a function, but an integer instead",
			"failed to build attribute 'checks.x86_64-linux.a', build of '/nix/store/a.drv^*' failed: Cannot build '/nix/store/a.drv'.",
			"failed to build attribute 'checks.x86_64-linux.b', build of '/nix/store/a.drv^*' failed: Cannot build '/nix/store/a.drv'.",
		]);
	});

	test("takes flake references apart and puts them together", async () => {
		const nix = instance({ worker });
		const attrs = { type: "github", owner: "NixOS", repo: "nixpkgs", ref: "23.05", dir: "lib" };
		expect(await nix.evaluate('builtins.parseFlakeRef "github:NixOS/nixpkgs/23.05?dir=lib"')).toEqual(attrs);
		expect(
			await nix.evaluate({ expression: "builtins.flakeRefToString", apply: 'f: f { id = "x"; type = "indirect"; }' }),
		).toBe("flake:x");
	});

	test("words errors as text", async () => {
		const nix = instance({ worker });
		const failure = async (expression: string) =>
			(await nix.evaluate(expression).catch((error: unknown) => error)) as EvaluationError;
		expect(await failure('throw "é"')).toMatchObject({ message: "é", name: "ThrownError" });
		const twice = await failure('{ "日" = 1; "日" = 2; }');
		expect(twice.message).toBe(`attribute '"日"' already defined at «string»:1:3`);
		expect(twice.render({ form: "short" })).toContain(twice.message);
		expect((await failure('{}."é"')).positions).toEqual([{ file: "«string»", line: 1, column: 1 }]);
	});

	test("ends what it does when it is cancelled", async () => {
		const abort = new AbortController();
		const reason = new Error("enough");
		let asked = (): void => {};
		const downloading = new Promise<void>((resolve) => {
			asked = resolve;
		});
		const locking = Volume.fromJSON({
			"/flake.nix": `{ inputs.a.url = "http://localhost/a.tar.gz"; outputs = _: { }; }`,
		}) as unknown as NamedFs;
		const fetch = (_: string, { signal }: { signal?: AbortSignal } = {}) =>
			new Promise<never>((_, reject) => {
				signal?.addEventListener("abort", () => reject(signal.reason));
				asked();
			});
		const nix = instance({ worker, signal: abort.signal, fetch, fs: locking });
		const evaluating = nix.evaluate('builtins.fetchurl "http://localhost/x"');
		const lock = nix.flake.lock("/");
		await downloading;
		abort.abort(reason);
		const interrupted = { code: "INTERRUPTED", message: "interrupted by the user", cause: reason };
		await expect(evaluating).rejects.toMatchObject(interrupted);
		await expect(lock).rejects.toMatchObject(interrupted);
		await expect(nix.evaluate("1")).rejects.toMatchObject(interrupted);
		await nix.close();
	});

	test("does nothing when it was cancelled before, or when it is closed", async () => {
		const cancelled = instance({ worker, signal: AbortSignal.abort() });
		await expect(cancelled.evaluate("1")).rejects.toMatchObject({ code: "INTERRUPTED" });
		await expect(cancelled.flake.lock("/")).rejects.toMatchObject({ code: "INTERRUPTED" });
		const closed = instance({ worker });
		expect(await closed.evaluate("1")).toBe(1);
		await closed.close();
		await closed.close();
		await expect(closed.evaluate("1")).rejects.toMatchObject({ code: "INSTANCE_CLOSED" });
		await expect(closed.realise([])).rejects.toMatchObject({ code: "INSTANCE_CLOSED" });
	});
});

test("an evaluation that needs more than it may have ends alone", async () => {
	const nix = instance({ limits: { heapMegabytes: 32 } });
	const held = "builtins.deepSeq l l == [ ]";
	const tooMuch = nix.evaluate(
		`let l = builtins.genList (x: builtins.genList (y: { inherit x y; }) 100) 1000000; in ${held}`,
	);
	await expect(tooMuch).rejects.toMatchObject({ code: "NIX_OUT_OF_MEMORY", message: "out of memory" });
	await expect(nix.evaluate("1")).rejects.toMatchObject({ code: "NIX_OUT_OF_MEMORY" });
	expect(await instance({}).evaluate("1")).toBe(1);
});

test("ten thousand calls deep, and not one more", async () => {
	const nix = instance({});
	const count = (n: number) => nix.evaluate(`let f = n: if n == 0 then 0 else 1 + f (n - 1); in f ${n}`);
	expect(await count(9990)).toBe(9990);
	await expect(count(10010)).rejects.toMatchObject({ message: "stack overflow; max-call-depth exceeded" });
});
