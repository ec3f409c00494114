import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeFs } from "../../accessors/node-fs";
import { bytesToString } from "../../byte-string";
import type { Derivation } from "../../formats/derivation/derivation";
import { fillOutputs } from "../../formats/derivation/fill-outputs";
import type { StorePath } from "../../formats/store-path";
import { localStore } from "../../stores/local/local-store";
import type { SyncStore } from "../../stores/store";
import { InterruptedError, SandboxUnavailableError } from "../errors";
import { fileLogs } from "../file-logs";
import { nodeProcessHost } from "../node-process-host";
import { findNodeSandbox } from "../node-sandbox";
import { realise } from "../realise";
import type { RealiseEvent } from "../events";
import type { RealiseOptions } from "../realise-options";
import type { BuildUsers } from "./build-users";
import { processBuilder, type ProcessBuilderOptions } from "./process";
import type { ProcessHost } from "./process-host";

let top: string;
beforeEach(() => {
	top = mkdtempSync(`${tmpdir()}/tsnix-process-`);
});
afterEach(() => {
	rmSync(top, { recursive: true, force: true });
});

const instantiate = (store: SyncStore, script: string, builder = "/bin/sh"): StorePath => {
	const drv: Derivation = {
		name: "x",
		outputs: new Map([["out", { kind: "deferred" }]]),
		inputDrvs: new Map(),
		inputSrcs: [],
		platform: "here",
		builder,
		args: ["-c", script],
		env: new Map([
			["out", ""],
			["PATH", "/usr/bin:/bin"],
		]),
	};
	return store.addDerivation(fillOutputs(drv, (path) => store.readDerivation(path), new Map(), store.storeDir));
};

const run = async (
	store: SyncStore,
	drvPath: StorePath,
	builder: Partial<ProcessBuilderOptions>,
	more: Partial<RealiseOptions> = {},
) => {
	const host = nodeProcessHost(top);
	const places = { storeDir: store.storeDir, realStoreDir: store.storeDir, buildDir: `${top}/builds`, sandbox: false };
	const builders = [processBuilder({ fs: nodeFs, host, ...places, ...builder })];
	const { targets } = await realise([{ drvPath, outputs: "all" }], { store, builders, system: "here", ...more });
	return targets[0]?.outputs.get("out") as StorePath;
};

describe("without a sandbox", () => {
	let store: SyncStore;
	beforeEach(() => {
		store = localStore({
			fs: nodeFs,
			storeDir: `${top}/store`,
			realStoreDir: `${top}/store`,
			stateDir: `${top}/state`,
		});
	});

	test("a process writes to its output's path, in a folder of its own, and its log is kept", async () => {
		const drvPath = instantiate(store, 'echo "$PWD" > $out; echo to stdout; echo to stderr > /dev/stderr');
		const out = await run(store, drvPath, {}, { logs: fileLogs(nodeFs, `${top}/log`) });
		expect(bytesToString(store.accessor(out).readFile("/"))).toMatch(/\/builds\/nix-[^/]+\n$/);
		expect(readdirSync(`${top}/builds`)).toEqual([]);
		const log = `${top}/log/drvs/${drvPath.baseName.slice(0, 2)}/${drvPath.baseName.slice(2)}`;
		expect(readFileSync(log, "latin1")).toBe("to stdout\nto stderr\n");
	});

	test("the last of much output is not lost, whatever the end of the builder does to its terminal", async () => {
		const script =
			"i=0; while [ $i -lt 3000 ]; do echo line $i of a log that is long; i=$((i+1)); done; echo last > $out";
		const lines: string[] = [];
		const onEvent = (event: RealiseEvent): void => void (event.type === "logLine" && lines.push(event.line));
		await run(store, instantiate(store, script), {}, { onEvent });
		expect([lines.length, lines.at(-1)]).toEqual([3000, "line 2999 of a log that is long"]);
	});

	test("a program that is not there is a failed build", async () => {
		const drvPath = instantiate(store, "", "/no/such/program");
		await expect(run(store, drvPath, {})).rejects.toThrow("Reason: builder failed with exit code 1.\nOutput paths:\n");
		await expect(run(store, drvPath, {})).rejects.toThrow(
			"> \x1b[31;1merror:\x1b[0m executing '\x1b[35;1m/no/such/program\x1b[0m': \x1b[35;1mNo such file or directory\x1b[0m",
		);
	});

	test("a process ended by a signal says which", async () => {
		await expect(run(store, instantiate(store, "kill -KILL $$"), {})).rejects.toThrow(
			"Reason: builder failed due to signal 9 (Killed).",
		);
	});

	test("a builder that closes its output is taken to have ended, and is ended", async () => {
		await expect(
			run(store, instantiate(store, "exec > /dev/null 2>&1; while :; do sleep 1; done"), {}),
		).rejects.toThrow("Reason: builder failed due to signal 9 (Killed).");
	});

	test("builders that are other users wait for one, get their folders, and leave nothing of others'", async () => {
		const [userId, groupId] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
		const said: string[] = [];
		let taken = 2;
		const usersFrom = (first: number): BuildUsers => ({
			hasRanges: false,
			acquire: ({ count, sandboxed }) => {
				if (taken-- > 0) return undefined;
				said.push(`acquire ${count} ${sandboxed}`);
				return { userId: first, groupId, count, supplementaryGroups: [], release: () => void said.push("release") };
			},
			give: (place) => void said.push(`give ${place.replace(/nix-[^/]*$/, "nix")}`),
			giveToGroup: () => {},
			killAll: () => void said.push("kill"),
		});
		const drvPath = instantiate(store, "echo x > $out");
		const host = { ...nodeProcessHost(top), sleep: async () => void said.push("wait") };
		await expect(run(store, drvPath, { users: usersFrom(userId), host })).rejects.toThrow(
			"is world-writable or a symlink. That's not allowed for security.",
		);
		expect(said).toEqual(["wait", "wait", "acquire 1 false", "kill", "release"]);
		said.length = 0;
		const fs = {
			...nodeFs,
			lstatSync: (path: string) => {
				const stat = nodeFs.lstatSync(path);
				stat.mode &= ~2;
				return stat;
			},
		};
		await run(store, drvPath, { users: usersFrom(userId), host, fs });
		expect(said).toEqual(["acquire 1 false", "kill", `give ${top}/builds/nix`, "kill", "release"]);
		// A host that does not change users: what is made belongs to somebody else than the builder.
		const unchanged: ProcessHost = { ...host, run: ({ user: _, ...command }, ...rest) => host.run(command, ...rest) };
		const building = run(store, instantiate(store, "echo y > $out"), {
			users: { ...usersFrom(userId + 1) },
			host: unchanged,
			fs,
		});
		await expect(building).rejects.toThrow("suspicious ownership or permission on");
	});

	test("the folder of a build that failed stays where that is wanted, and is told", async () => {
		const told: string[] = [];
		const failing = run(
			store,
			instantiate(store, "echo clue > clue; exit 1"),
			{},
			{ keepFailed: true, onEvent: (event) => void (event.type === "complaint" && told.push(event.message)) },
		);
		await expect(failing).rejects.toThrow("failed with exit code 1");
		const [, folder] = /^note: keeping build directory "(.*)"$/.exec(told.join("\n")) as RegExpExecArray;
		expect(readFileSync(`${folder}/clue`, "utf8")).toBe("clue\n");
	});

	test("what a check finds different is left beside the object where that is wanted", async () => {
		const drvPath = instantiate(store, "date +%N > $out");
		const out = await run(store, drvPath, {});
		const place = `${top}/store/${out.baseName}`;
		await expect(run(store, drvPath, {}, { mode: "check", keepFailed: true })).rejects.toThrow(
			`output "${place}" differs from "${place}.check"`,
		);
		expect(existsSync(`${place}.check`)).toBe(true);
	});

	test("cancelling kills the process and those it has started", async () => {
		const abort = new AbortController();
		const drvPath = instantiate(store, "(while :; do sleep 1; done) & echo ready; while :; do sleep 1; done");
		const running = run(
			store,
			drvPath,
			{},
			{
				signal: abort.signal,
				onEvent: (event) => void (event.type === "logLine" && abort.abort()),
			},
		);
		await expect(running).rejects.toBeInstanceOf(InterruptedError);
		expect(readdirSync(`${top}/builds`)).toEqual([]);
	});

	test("what is still running when the builder has ended is killed", async () => {
		const out = await run(store, instantiate(store, "(while :; do sleep 1; done) & echo done > $out"), {});
		expect(store.isValidPath(out)).toBe(true);
	});
});

describe("a store that lies elsewhere than its paths say", () => {
	const sandboxPaths = ["/bin", "/lib", "/lib64", "/usr"]
		.filter((path) => existsSync(path))
		.map((path) => ({ source: path, target: path }));

	test("builds in a sandbox, or says that there is none", async () => {
		const store = localStore({ fs: nodeFs, root: top });
		const drvPath = instantiate(store, 'echo "$PWD $(id -u)" > $out; ls /nix/store >> $out; ls -A >> $out');
		const sandboxing = findNodeSandbox("/usr/bin:/bin");
		const options = {
			realStoreDir: `${top}/nix/store`,
			sandboxPaths,
			...(sandboxing === undefined ? {} : { sandboxing }),
		};
		const building = run(store, drvPath, options);
		if (sandboxing === undefined) return expect(building).rejects.toBeInstanceOf(SandboxUnavailableError);
		const out = await building;
		expect(bytesToString(store.accessor(out).readFile("/"))).toBe(`/build 1000\n${out.baseName}\n`);
		expect(readdirSync(`${top}/nix/store`).filter((name) => name.endsWith(".chroot"))).toEqual([]);
	});

	test("without one the build is refused", async () => {
		const store = localStore({ fs: nodeFs, root: top });
		await expect(run(store, instantiate(store, "true"), { realStoreDir: `${top}/nix/store` })).rejects.toBeInstanceOf(
			SandboxUnavailableError,
		);
	});
});
