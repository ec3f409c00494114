import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fsAccessor } from "../accessors/fs";
import { nodeFs } from "../accessors/node-fs";
import { hashBytes } from "../formats/hash";
import { narBytes } from "../formats/nar/write";
import { noCodecs } from "../stores/binary-cache/compression";
import { doJob } from "./do-job";
import type { RestoreJob } from "./job";
import { type JobGroup, type JobsDone, serveJobs } from "./job-thread";
import { JobThreads, type JobWorker } from "./job-threads";

const tools = { fs: nodeFs, codecs: noCodecs };

let top = "";
beforeEach(() => {
	top = mkdtempSync(join(tmpdir(), "jobs-"));
	mkdirSync(join(top, "tree"));
	writeFileSync(join(top, "tree/a"), "hello\n");
	chmodSync(join(top, "tree/a"), 0o700);
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const nar = (): Uint8Array => narBytes(fsAccessor(nodeFs, join(top, "tree")));

const restoring = (change: Partial<RestoreJob> = {}): RestoreJob => ({
	kind: "restore",
	from: { nar: nar(), compression: "none" },
	scratch: join(top, "scratch"),
	narHash: hashBytes("sha256", nar()).base16(),
	narSize: nar().length,
	...change,
});

describe("doing a job", () => {
	it("writes the files of a NAR as a store has them, and moves them into their place", () => {
		writeFileSync(join(top, "place"), "left there");
		expect(doJob(restoring({ place: join(top, "place") }), tools)).toBe(true);
		expect(readFileSync(join(top, "place/a"), "latin1")).toBe("hello\n");
		const { mode, mtimeMs } = lstatSync(join(top, "place/a"));
		expect([mode & 0o777, mtimeMs]).toEqual([0o555, 1000]);
		expect(existsSync(join(top, "scratch"))).toBe(false);
		chmodSync(join(top, "place"), 0o755);
	});

	it("writes them from a file, and from a tree", () => {
		writeFileSync(join(top, "file.nar"), nar());
		for (const from of [{ nar: join(top, "file.nar"), compression: "" }, { tree: join(top, "tree") }]) {
			expect(doJob(restoring({ from }), tools)).toBe(true);
			expect(readFileSync(join(top, "scratch/a"), "latin1")).toBe("hello\n");
			chmodSync(join(top, "scratch"), 0o755);
			rmSync(join(top, "scratch"), { recursive: true });
		}
	});

	it.each([
		["another hash", { narHash: "00" }],
		["another size", { narSize: 7 }],
		["a NAR that is cut short", { from: { nar: new Uint8Array(20), compression: "none" } }],
		["a compression that is not known", { from: { nar: new Uint8Array(20), compression: "xy" } }],
		["a file that is not there", { from: { nar: "/nothing/there", compression: "none" } }],
	] satisfies [string, Partial<RestoreJob>][])("leaves nothing of %s", (_, change) => {
		expect(doJob(restoring({ ...change, place: join(top, "place") }), tools)).toBe(undefined);
		expect([existsSync(join(top, "scratch")), existsSync(join(top, "place"))]).toEqual([false, false]);
	});

	it("packs a tree, and keeps what it made by its hash", () => {
		const job = { kind: "pack", tree: join(top, "tree"), narSize: 8, compression: "none", level: -1 } as const;
		const hash = hashBytes("sha256", nar());
		expect(doJob(job, tools)).toEqual({ hash: hash.base16(), size: nar().length, contents: nar() });
		const kept = doJob({ ...job, keep: { folder: top, suffix: ".nar", temporary: "tmp.1" } }, tools);
		expect(kept).toEqual({ hash: hash.base16(), size: nar().length });
		expect(new Uint8Array(readFileSync(join(top, `${hash.nix32()}.nar`)))).toEqual(nar());
	});

	it("hashes trees, and gives nothing for those that are not there", () => {
		const hash = hashBytes("sha256", nar()).base16();
		const trees = [join(top, "tree"), join(top, "nothing"), join(top, "tree")];
		const tree = { hash, size: nar().length };
		expect(doJob({ kind: "hash", trees }, tools)).toEqual([tree, undefined, tree]);
	});
});

/** A thread that is none: it does its jobs in turns with whoever asks, or dies. */
const worker = (did: JobGroup[], dies = false): JobWorker => {
	const listeners = new Map<string, (value?: never) => void>();
	let serve: (group: JobGroup) => void = () => {};
	serveJobs(
		{
			on: (_, listener) => (serve = listener),
			postMessage: (done) => (listeners.get("message") as unknown as (done: JobsDone) => void)(done),
		},
		tools,
	);
	return {
		on: (event: string, listener: (value: never) => void) => listeners.set(event, listener as () => void),
		postMessage: (group) => {
			did.push(group);
			setImmediate(() => (dies ? listeners.get("exit")?.() : serve(group)));
		},
		ref: () => {},
		unref: () => {},
		terminate: () => {},
	};
};

const hashes = (jobs: JobThreads, count: number) =>
	Promise.all(Array.from({ length: count }, () => jobs.run({ kind: "hash", trees: [join(top, "tree")] })));

describe("threads for jobs", () => {
	it.each([0, 1, 3])("do each job once, %d of them", async (threads) => {
		const did: JobGroup[] = [];
		const jobs = new JobThreads({ start: () => worker(did), threads, tools, later: setImmediate });
		const size = nar().length;
		expect((await hashes(jobs, 100)).map((result) => result?.[0]?.size)).toEqual(
			Array.from({ length: 100 }, () => size),
		);
		const claimed = did.flatMap(({ claims }) => [...new Int32Array(claims)]);
		expect(claimed.every((claim) => claim === 1)).toBe(true);
		expect(claimed.length > 0).toBe(threads > 0);
		jobs.close();
	});

	it("give up what a thread had that has ended", async () => {
		const jobs = new JobThreads({ start: () => worker([], true), threads: 1, tools, later: setImmediate });
		expect((await hashes(jobs, 40)).length).toBe(40);
	});
});
