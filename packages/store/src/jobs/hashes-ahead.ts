import type { ByteString } from "../byte-string";
import type { HashedTree, HashJob, JobResult, Jobs } from "./job";

/** So many trees are hashed by one job, and so many jobs are asked for at once. */
const together = 8;
const jobsAhead = 32;

/**
 * The NAR hashes of trees on the host, one after the other, by those who do jobs: they are at later ones while this one
 * is looked at.
 */
export class HashesAhead {
	private readonly asked: Promise<JobResult<HashJob> | undefined>[] = [];
	private begun = 0;
	private taken = 0;
	private hashed: JobResult<HashJob> = [];

	constructor(
		private readonly trees: readonly ByteString[],
		private readonly jobs: Jobs,
	) {}

	/** Whether the next hash is there without waiting; if not, {@link more} gets it. */
	get isReady(): boolean {
		return this.taken % together !== 0;
	}

	/** Waits for the next hashes. */
	async more(): Promise<void> {
		const { trees, jobs, asked } = this;
		for (; asked.length < jobsAhead && this.begun < trees.length; this.begun += together)
			asked.push(jobs.run({ kind: "hash", trees: trees.slice(this.begun, this.begun + together) }));
		this.hashed = (await asked.shift()) ?? [];
	}

	/** The next tree's hash: nothing where that could not be done, which is left to whoever asks. */
	take(): HashedTree | undefined {
		return this.hashed[this.taken++ % together];
	}
}
