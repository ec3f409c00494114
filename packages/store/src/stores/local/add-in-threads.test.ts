import { createFsFromVolume, Volume } from "memfs";
import { describe, expect, it } from "vitest";
import { memoryAccessor } from "../../accessors/memory";
import { makeFixedOutputPath } from "../../formats/content-address";
import { hashBytes, hashString } from "../../formats/hash";
import { narBytes } from "../../formats/nar/write";
import { parseBaseName } from "../../formats/store-path";
import { doJob } from "../../jobs/do-job";
import { noCodecs } from "../binary-cache/compression";
import type { PathInfo } from "../store";
import { addingInThreads } from "./add-in-threads";
import { type LocalStore, localStore } from "./local-store";
import type { StoreFs } from "./write-tree";

const opened = () => {
	const fs = createFsFromVolume(new Volume()) as unknown as StoreFs;
	const store = localStore({ fs });
	const jobs = { run: async (job: Parameters<typeof doJob>[0]) => doJob(job, { fs, codecs: noCodecs }) as never };
	const { addFrom } = addingInThreads(store, jobs, { later: setImmediate, wait: () => new Promise(setImmediate) });
	return { store, add: addFrom as NonNullable<typeof addFrom> };
};

const nar = narBytes(memoryAccessor({ "a file": "contents" }));
const source = { nar, compression: "none" };

const info = (name: string, change: Partial<PathInfo> = {}): PathInfo => ({
	path: parseBaseName(`c015dhfh5l0lp6wxyvdn7bmwhbbr6hr${name}-tree`),
	narHash: hashBytes("sha256", nar),
	narSize: nar.length,
	references: [],
	signatures: [],
	registrationTime: 1,
	ultimate: false,
	...change,
});

const notOtherwise = async (): Promise<void> => {
	throw new Error("was to be added another way");
};

const left = (store: LocalStore): string[] =>
	store.fs.readdirSync(store.realStoreDir).filter((name) => !name.startsWith("."));

describe("adding objects whose files threads write", () => {
	it("makes them valid together, what they refer to first", async () => {
		const { store, add } = opened();
		const [a, b, c] = [info("0"), info("1", { references: [info("0").path] }), info("2")];
		await Promise.all([a, b, c, a].map((each) => add(each, source, notOtherwise)));
		expect(store.queryAllValidPaths()).toEqual([a.path, b.path, c.path]);
		expect(narBytes(store.accessor(b.path))).toEqual(nar);
		expect(store.queryPathInfo(b.path)?.references).toEqual([a.path]);
	});

	it("has what is not what it should be added another way, which tells what is wrong", async () => {
		const { store, add } = opened();
		const wrong = info("0", { narSize: 1 });
		await expect(add(wrong, source, async () => store.addNar?.(wrong, nar))).rejects.toThrow("size mismatch");
		expect(left(store)).toEqual([]);
	});

	it("refuses what refers to what is not there, and what is not what its content address says", async () => {
		const { store, add } = opened();
		const dangling = info("0", { references: [info("1").path] });
		const hash = hashString("sha256", "other");
		const path = makeFixedOutputPath("tree", { method: "nar", hash, references: [] });
		const misnamed = info("2", { path, contentAddress: { method: "nar", hash } });
		const results = await Promise.allSettled([dangling, misnamed, info("3")].map((i) => add(i, source, notOtherwise)));
		expect(results.map((result) => (result.status === "fulfilled" ? "" : String(result.reason.message)))).toEqual([
			"path '/nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr1-tree' is not valid",
			expect.stringMatching(/ca hash mismatch/),
			"",
		]);
		expect(store.queryAllValidPaths()).toEqual([info("3").path]);
		expect(left(store)).toEqual([info("3").path.baseName]);
	});
});
