import { describe, expect, test } from "vitest";
import { bytesToString, stringToBytes } from "../byte-string";
import type { Derivation, DerivationOutput } from "../formats/derivation/derivation";
import { fillOutputs } from "../formats/derivation/fill-outputs";
import { hashPlaceholder, DownstreamPlaceholder } from "../formats/derivation/placeholder";
import { parseHash } from "../formats/hash";
import type { StorePath } from "../formats/store-path";
import { memoryStore } from "../stores/memory";
import type { SyncStore } from "../stores/store";
import { javascriptBuilder, type JavascriptBuilder } from "./builders/javascript";
import { BuilderFailedError, DependencyFailedError, HashMismatchError, InterruptedError } from "./errors";
import type { RealiseEvent } from "./events";
import { planRealisation } from "./plan";
import type { PostBuildHook } from "./post-build-hook";
import { realise, realiseEach } from "./realise";
import type { RealiseOptions } from "./realise-options";

// Whole closures realised in memory: the builders are functions.

const builders: Record<string, JavascriptBuilder> = {
	write: ({ env, outputs }) => outputs["out"]?.writeFile("/", `${env["text"]}`),
	self: ({ outputs }) => outputs["out"]?.writeFile("/", `I am ${outputs["out"].path}`),
	copy: ({ env, inputs, outputs }) => outputs["out"]?.writeFile("/copy", inputs.readFile(`${env["from"]}`)),
	both: ({ outputs }) => {
		outputs["out"]?.writeFile("/dev", `${outputs["dev"]?.path}`);
		outputs["dev"]?.writeFile("/x", "dev");
	},
	fail: ({ log }) => {
		log("about to fail");
		throw new Error("no luck");
	},
	nothing: () => {},
	wait: ({ signal }) =>
		new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
};

const instantiate = (
	store: SyncStore,
	name: string,
	builder: string,
	env: Record<string, string> = {},
	more: { outputs?: Record<string, DerivationOutput>; inputs?: [StorePath, ...string[]][]; sources?: StorePath[] } = {},
): StorePath => {
	const outputs = more.outputs ?? { out: { kind: "deferred" } };
	const drv: Derivation = {
		name,
		outputs: new Map(Object.entries(outputs)),
		inputDrvs: new Map((more.inputs ?? []).map(([path, ...names]) => [path.baseName, { path, outputs: names }])),
		inputSrcs: more.sources ?? [],
		platform: "x86_64-linux",
		builder,
		args: [],
		env: new Map(Object.entries({ ...Object.fromEntries(Object.keys(outputs).map((o) => [o, ""])), ...env })),
	};
	const { storeDir } = store;
	return store.addDerivation(fillOutputs(drv, (path) => store.readDerivation(path), new Map(), storeDir));
};

const optionsFor = (store: SyncStore, more: Partial<RealiseOptions> = {}): RealiseOptions => ({
	store,
	builders: [javascriptBuilder(builders)],
	system: "x86_64-linux",
	...more,
});

const outOf = (store: SyncStore, drvPath: StorePath): string => {
	const output = store.readDerivation(drvPath).outputs.get("out");
	if (output?.kind !== "inputAddressed") throw new Error("not input-addressed");
	return output.path.toString();
};

describe("realise, with functions as builders", () => {
	test("a closure is built in order, and references are found", async () => {
		const store = memoryStore();
		const text = instantiate(store, "text", "write", { text: "hello" });
		const from = outOf(store, text);
		const copy = instantiate(store, "copy", "copy", { from }, { inputs: [[text, "out"]] });
		const link = instantiate(
			store,
			"link",
			"write",
			{ text: `see ${from}` },
			{
				inputs: [
					[text, "out"],
					[copy, "out"],
				],
			},
		);
		const result = await realise([{ drvPath: link, outputs: "all" }], optionsFor(store));
		expect(result.built.map((path) => path.name)).toEqual(["text.drv", "copy.drv", "link.drv"]);
		const [out] = result.targets[0]?.outputs.values() ?? [];
		expect(store.queryPathInfo(out as StorePath)?.references.map(String)).toEqual([from]);
		expect(store.queryPathInfo(out as StorePath)?.deriver?.equals(link)).toBe(true);
		const again = await realise([{ drvPath: link, outputs: "all" }], optionsFor(store));
		expect([again.built, again.targets[0]?.status]).toEqual([[], "AlreadyValid"]);
	});

	test("a plan says what a realisation would do, and does nothing", async () => {
		const store = memoryStore();
		const text = instantiate(store, "text", "write", { text: "hello" });
		const copy = instantiate(store, "copy", "copy", { from: outOf(store, text) }, { inputs: [[text, "out"]] });
		const plan = await planRealisation([{ drvPath: copy, outputs: "all" }], { store });
		expect(plan.willBuild).toEqual([text, copy]);
		expect(store.queryAllValidPaths().every((path) => path.name.endsWith(".drv"))).toBe(true);
	});

	test("a hook is told of each build; where it fails, all ends, and what was built stays", async () => {
		const store = memoryStore();
		const text = instantiate(store, "text", "write", { text: "hello" });
		const copy = instantiate(store, "copy", "copy", { from: outOf(store, text) }, { inputs: [[text, "out"]] });
		const told: string[] = [];
		const hook = (code: number): PostBuildHook => ({
			program: "/hook",
			env: { A: "b" },
			cwd: "/",
			host: {
				uniqueName: () => "x",
				sleep: async () => {},
				run: async ({ env }, onOutput) => {
					told.push(`${env.A} ${env.DRV_PATH === text.toString()} ${env.OUT_PATHS}`);
					onOutput(stringToBytes("one\ntwo"));
					return { code };
				},
			},
		});
		const lines: string[] = [];
		const onEvent = (event: RealiseEvent): void => {
			if (event.type === "postBuildHookLine") lines.push(`${event.drvPath.name}: ${event.line}`);
		};
		await realise([{ drvPath: text, outputs: "all" }], optionsFor(store, { postBuildHook: hook(0), onEvent }));
		expect(told).toEqual([`b true ${outOf(store, text)}`]);
		expect(lines).toEqual(["text.drv: one", "text.drv: two"]);
		const failing = realise([{ drvPath: copy, outputs: "all" }], optionsFor(store, { postBuildHook: hook(3) }));
		await expect(failing).rejects.toThrow('program "/hook" failed with exit code 3');
		expect(store.queryAllValidPaths().map((path) => path.name)).toContain("copy");
	});

	test("several outputs, one referring to the other", async () => {
		const store = memoryStore();
		const drvPath = instantiate(
			store,
			"two",
			"both",
			{},
			{ outputs: { out: { kind: "deferred" }, dev: { kind: "deferred" } } },
		);
		const { targets } = await realise([{ drvPath, outputs: ["out"] }], optionsFor(store));
		expect([...(targets[0]?.outputs.keys() ?? [])]).toEqual(["out"]);
		const out = targets[0]?.outputs.get("out") as StorePath;
		expect(store.queryPathInfo(out)?.references.map((path) => path.name)).toEqual(["two-dev"]);
	});

	// The hash is what `printf x | sha256sum` gives.
	const sha256OfX = parseHash("sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=");
	const fixed = { out: { kind: "fixed", contentAddress: { method: "flat", hash: sha256OfX } } } as const;

	test("a fixed output is what it promises", async () => {
		const store = memoryStore();
		const drvPath = instantiate(store, "x", "write", { text: "x" }, { outputs: fixed });
		const { targets } = await realise([{ drvPath, outputs: "all" }], optionsFor(store));
		expect(targets[0]?.outputs.get("out")?.name).toBe("x");
	});

	test("or the build fails, and the other file is kept under its own path", async () => {
		const store = memoryStore();
		const drvPath = instantiate(store, "x", "write", { text: "wrong" }, { outputs: fixed });
		const error: unknown = await realise([{ drvPath, outputs: "all" }], optionsFor(store)).catch((e: unknown) => e);
		expect(error).toBeInstanceOf(HashMismatchError);
		expect(error).toMatchObject({
			exitStatus: 102,
			message: `hash mismatch in fixed-output derivation '${drvPath}':\n  specified: sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=\n     got:    sha256-iBCtWB5Z8rw5KLJhcHpxMI9+E56wSCA2bcTVwY2YAiU=`,
		});
		expect(store.queryAllValidPaths().filter((path) => path.name === "x")).toHaveLength(1);
	});

	const floating = { out: { kind: "floating", method: "nar", algorithm: "sha256" } } as const;

	test("content-addressed outputs that are equal are built upon once", async () => {
		const store = memoryStore();
		const features = { contentAddressedDerivations: true };
		const onTop = [1, 2].map((n) => {
			const below = instantiate(
				store,
				"same",
				"write",
				{ text: "same", n: `${n}`, out: hashPlaceholder("out") },
				{ outputs: floating },
			);
			const text = DownstreamPlaceholder.unknownOutput(below, "out").render();
			return instantiate(
				store,
				"top",
				"write",
				{ text, out: hashPlaceholder("out") },
				{ outputs: floating, inputs: [[below, "out"]] },
			);
		});
		const results = [];
		for (const drvPath of onTop)
			results.push(await realise([{ drvPath, outputs: "all" }], optionsFor(store, features)));
		expect(results.map(({ built }) => built.map((path) => path.name))).toEqual([["same.drv", "top.drv"], ["same.drv"]]);
		expect(results.map(({ targets }) => targets[0]?.status)).toEqual(["Built", "ResolvesToAlreadyValid"]);
		const [first, second] = results.map(({ targets }) => targets[0]?.outputs.get("out")?.baseName);
		expect(first).toBe(second);
		const [same] = store.queryAllValidPaths().filter((path) => path.name === "same");
		const [top] = store.queryAllValidPaths().filter((path) => path.name === "top");
		expect(bytesToString(store.accessor(top as StorePath).readFile("/"))).toBe(`${same}`);
	});

	test("without the experimental feature they are refused", async () => {
		const store = memoryStore();
		const drvPath = instantiate(store, "x", "write", { text: "x", out: hashPlaceholder("out") }, { outputs: floating });
		await expect(realise([{ drvPath, outputs: "all" }], optionsFor(store))).rejects.toThrow(
			"experimental Nix feature 'ca-derivations' is disabled; add '--extra-experimental-features ca-derivations' to enable it",
		);
	});

	test("a failure says how the builder ended, and what it wrote", async () => {
		const store = memoryStore();
		const drvPath = instantiate(store, "bad", "fail");
		const error: unknown = await realise([{ drvPath, outputs: "all" }], optionsFor(store)).catch((e: unknown) => e);
		expect(error).toBeInstanceOf(BuilderFailedError);
		expect(error).toMatchObject({
			exitStatus: 100,
			message: `Cannot build '${drvPath}'.\nReason: builder failed with exit code 1.\nOutput paths:\n  ${outOf(store, drvPath)}\nLast 2 log lines:\n> about to fail\n> error: no luck\nFor full logs, run:\n  nix log ${drvPath}`,
		});
	});

	test("an output that is not made is missed", async () => {
		const store = memoryStore();
		const drvPath = instantiate(store, "none", "nothing");
		const out = outOf(store, drvPath);
		await expect(realise([{ drvPath, outputs: "all" }], optionsFor(store))).rejects.toThrow(
			`builder for '${drvPath}' failed to produce output path for output 'out' at "${out}"`,
		);
	});

	test("what is given up after the first failure is no failure of its own", async () => {
		const store = memoryStore();
		const waiting = instantiate(store, "waiting", "wait");
		const bad = instantiate(store, "bad", "fail");
		const targets = [waiting, bad].map((drvPath) => ({ drvPath, outputs: "all" }) as const);
		const { outcomes } = await realiseEach(targets, optionsFor(store, { maxJobs: 2 }));
		expect(outcomes.map(({ error, result }) => [error?.name, result])).toEqual([
			[undefined, undefined],
			["BuilderFailedError", undefined],
		]);
	});

	test("keepGoing builds what does not depend on a failure, and counts failed dependencies", async () => {
		const store = memoryStore();
		const [bad, worse] = ["1", "2"].map((n) => instantiate(store, `bad${n}`, "fail", { n })) as [StorePath, StorePath];
		const good = instantiate(store, "good", "write", { text: "good" });
		const top = instantiate(
			store,
			"top",
			"nothing",
			{},
			{
				inputs: [
					[bad, "out"],
					[worse, "out"],
					[good, "out"],
				],
			},
		);
		const events: RealiseEvent[] = [];
		const options = optionsFor(store, { keepGoing: true, maxJobs: 2, onEvent: (event) => events.push(event) });
		const { outcomes, exitStatus } = await realiseEach([{ drvPath: top, outputs: "all" }], options);
		expect(exitStatus).toBe(100);
		expect(outcomes[0]?.error).toBeInstanceOf(DependencyFailedError);
		expect(outcomes[0]?.error?.message).toBe(
			`Cannot build '${top}'.\nReason: 2 dependencies failed.\nOutput paths:\n  ${outOf(store, top)}`,
		);
		expect(events.filter(({ type }) => type === "buildFailed")).toHaveLength(2);
		expect(events.filter(({ type }) => type === "buildFinished")).toHaveLength(1);
	});

	test("several targets that failed are named together", async () => {
		const store = memoryStore();
		const targets = ["1", "2"].map((n) => ({
			drvPath: instantiate(store, `bad${n}`, "fail", { n }),
			outputs: "all" as const,
		}));
		const names = targets.map(({ drvPath }) => `'${drvPath}'`).sort();
		await expect(realise(targets, optionsFor(store))).rejects.toMatchObject({
			message: `build of ${names.join(", ")} failed`,
			exitStatus: 100,
		});
	});

	test("no more than maxJobs run at once", async () => {
		const store = memoryStore();
		const targets = [1, 2, 3, 4, 5].map((n) => ({
			drvPath: instantiate(store, `n${n}`, "slow", { n: `${n}` }),
			outputs: "all" as const,
		}));
		let running = 0;
		let most = 0;
		const slow: JavascriptBuilder = async ({ outputs }) => {
			most = Math.max(most, ++running);
			await new Promise((resolve) => setImmediate(resolve));
			running--;
			outputs["out"]?.writeFile("/", "done");
		};
		const { built } = await realise(
			targets,
			optionsFor(store, { maxJobs: 2, builders: [javascriptBuilder({ slow })] }),
		);
		expect(most).toBe(2);
		expect(built.map((path) => path.name)).toEqual(["n1.drv", "n2.drv", "n3.drv", "n4.drv", "n5.drv"]);
	});

	test("a realisation can be cancelled", async () => {
		const store = memoryStore();
		const drvPath = instantiate(store, "waits", "wait");
		const abort = new AbortController();
		const onEvent = (event: RealiseEvent): void => void (event.type === "buildStarted" && abort.abort());
		const running = realise([{ drvPath, outputs: "all" }], optionsFor(store, { signal: abort.signal, onEvent }));
		await expect(running).rejects.toBeInstanceOf(InterruptedError);
	});

	test("a path is substituted instead of built where someone trusted offers it", async () => {
		const there = memoryStore();
		const drvPath = instantiate(there, "text", "write", { text: "hello" });
		await realise([{ drvPath, outputs: "all" }], optionsFor(there));
		const here = memoryStore();
		expect(instantiate(here, "text", "write", { text: "hello" }).equals(drvPath)).toBe(true);
		const substituter = {
			uri: "memory:",
			storeDir: there.storeDir,
			queryPathInfo: async (path: StorePath) => there.queryPathInfo(path),
			accessor: async (path: StorePath) => there.accessor(path),
		};
		const substituters = [substituter];
		const plan = await planRealisation([{ drvPath, outputs: "all" }], { store: here, substituters });
		expect([plan.willBuild, plan.willSubstitute.map((path) => path.name)]).toEqual([[], ["text"]]);
		const result = await realise(
			[{ drvPath, outputs: "all" }],
			optionsFor(here, { substituters, isTrusted: () => true }),
		);
		expect([result.built, result.substituted.map((path) => path.name)]).toEqual([[], ["text"]]);
		const untrusted = memoryStore();
		instantiate(untrusted, "text", "write", { text: "hello" });
		const built = await realise([{ drvPath, outputs: "all" }], optionsFor(untrusted, { substituters }));
		expect(built.built).toEqual([drvPath]);
	});

	test("a fixed output is substituted from a store whose directory is another, by what it holds", async () => {
		const there = memoryStore({ storeDir: "/fnord/store" });
		const sha256OfX = parseHash("sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=");
		const fixed = { out: { kind: "fixed", contentAddress: { method: "flat", hash: sha256OfX } } } as const;
		const made = instantiate(there, "x", "write", { text: "x" }, { outputs: fixed });
		await realise([{ drvPath: made, outputs: "all" }], optionsFor(there));
		const here = memoryStore();
		const drvPath = instantiate(here, "x", "fail", {}, { outputs: fixed });
		const substituter = {
			uri: "memory:",
			storeDir: there.storeDir,
			queryPathInfo: async (path: StorePath) => there.queryPathInfo(path),
			accessor: async (path: StorePath) => there.accessor(path),
		};
		const options = optionsFor(here, { substituters: [substituter], isTrusted: () => true });
		const { substituted } = await realise([{ drvPath, outputs: "all" }], options);
		const [path] = substituted as [StorePath];
		expect(there.isValidPath(path)).toBe(false);
		expect(bytesToString(here.accessor(path).readFile("/"))).toBe("x");
	});
});
