import { memfs } from "memfs";
import { describe, expect, test } from "vitest";
import { doJob } from "../../jobs/do-job";
import type { Jobs } from "../../jobs/job";
import { type LocalStoreOptions, localStore } from "./local-store";
import { verifyStore } from "./verify";

/** A store of 400 texts, of which one was changed and one taken away; those that do its jobs. */
const damaged = () => {
	const { fs, vol } = memfs();
	const store = localStore({ fs: fs as unknown as LocalStoreOptions["fs"] });
	const paths = Array.from({ length: 400 }, (_, i) => store.addTextToStore(`t${i}`, `text ${i}`, []));
	vol.chmodSync(store.realPath(paths[7]), 0o644);
	vol.writeFileSync(store.realPath(paths[7]), "text 8");
	vol.unlinkSync(store.realPath(paths[9]));
	let done = 0;
	const jobs: Jobs = {
		run: async (job) => {
			done++;
			return doJob(job, { fs: store.fs, codecs: { compress: () => undefined, decompress: () => undefined } });
		},
	};
	return { store, paths, jobs, done: () => done };
};

const verified = async (byJobs: boolean) => {
	const { store, paths, jobs, done } = damaged();
	const told: string[] = [];
	const tell = (line: string): void => void told.push(line);
	const options = { checkContents: true, onInfo: tell, onDetail: tell, onError: tell };
	const errors = await verifyStore(store, { ...options, ...(byJobs ? { jobs } : {}) });
	return { errors, told, changed: paths[7], gone: paths[9], done: done() };
};

describe("contents are verified", () => {
	test("by this thread", async () => {
		const { errors, told, changed, gone } = await verified(false);
		expect(errors).toBe(true);
		expect(told.filter((line) => !line.startsWith("checking"))).toEqual([
			"reading the Nix store...",
			`path '${gone.toString()}' disappeared, removing from database...`,
			expect.stringMatching(`^path '${changed.toString()}' was modified! expected hash 'sha256:`),
		]);
	});

	test("by others, with the same messages in the same order", async () => {
		const alone = await verified(false);
		const together = await verified(true);
		expect(together.done).toBe(50);
		expect({ ...together, done: 0 }).toEqual(alone);
	});
});
