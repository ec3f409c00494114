import { doJob, type JobTools } from "./do-job";
import type { Job, JobResult, Jobs } from "./job";
import { type JobGroup, type JobsDone, taken } from "./job-thread";

/** A thread that runs {@link serveJobs}: a worker of Node's. */
export interface JobWorker {
	postMessage(group: JobGroup): void;
	on(event: "message", listener: (done: JobsDone) => void): unknown;
	on(event: "error" | "exit", listener: () => void): unknown;
	ref(): void;
	unref(): void;
	terminate(): unknown;
}

export interface JobThreadsOptions {
	/** Starts a thread. */
	readonly start: () => JobWorker;
	/** How many there may be, besides the one that asks. */
	readonly threads: number;
	/** What the thread that asks does jobs with, while it has nothing else to do. */
	readonly tools: JobTools;
	/** Calls back after what is already there to be done: Node's `setImmediate`. */
	readonly later: (work: () => void) => void;
}

interface Wanted {
	readonly job: Job;
	readonly done: (result: JobResult | undefined) => void;
}

interface Sent {
	readonly wanted: readonly Wanted[];
	readonly words: Int32Array;
	/** Jobs from here on may still be nobody's. */
	end: number;
}

interface Thread {
	readonly worker: JobWorker;
	readonly groups: Map<number, Sent>;
}

/** So many jobs go to a thread together: a message takes as long as a small job. */
const groupSize = 16;
/** So many groups a thread has, so that it need not wait for the next. */
const groupsAhead = 2;

/**
 * Jobs done by threads. They get them in groups; the thread that asks, as soon as it has nothing else to do, takes those
 * that no other has begun with. A thread is started when there is something for it; one that fails is not replaced.
 */
export class JobThreads implements Jobs {
	private readonly queue: Wanted[] = [];
	private readonly threads: Thread[] = [];
	private started = 0;
	private nextId = 0;
	private isScheduled = false;

	constructor(private readonly options: JobThreadsOptions) {}

	run<J extends Job>(job: J): Promise<JobResult<J> | undefined> {
		return new Promise((resolve) => {
			this.queue.push({ job, done: resolve as (result: JobResult | undefined) => void });
			this.schedule();
		});
	}

	/**
	 * Ends the threads that are at work: what they have not done is not done. Those that wait end with the process, which
	 * does not wait for them.
	 */
	close(): void {
		for (const { worker, groups } of this.threads.splice(0)) if (groups.size > 0) void worker.terminate();
	}

	private schedule(): void {
		if (this.isScheduled) return;
		this.isScheduled = true;
		this.options.later(() => {
			this.isScheduled = false;
			this.send();
			if (this.help()) this.schedule();
		});
	}

	private send(): void {
		for (;;) {
			if (this.queue.length === 0) return;
			if (this.threads.every(({ groups }) => groups.size >= groupsAhead) && this.started < this.options.threads)
				this.start();
			const [first] = this.threads
				.filter(({ groups }) => groups.size < groupsAhead)
				.sort((a, b) => a.groups.size - b.groups.size);
			if (first === undefined) return;
			this.sendTo(first);
		}
	}

	private start(): void {
		this.started++;
		const thread: Thread = { worker: this.options.start(), groups: new Map() };
		const { worker, groups } = thread;
		this.threads.push(thread);
		worker.unref();
		worker.on("message", ({ id, results, last }) => {
			const sent = groups.get(id);
			if (last) groups.delete(id);
			for (const [i, result] of results) sent?.wanted[i].done(result);
			if (groups.size === 0) worker.unref();
			this.schedule();
		});
		const ended = (): void => {
			const at = this.threads.indexOf(thread);
			if (at >= 0) this.threads.splice(at, 1);
			// Of what it had taken nobody knows how far it came.
			for (const { wanted } of groups.values()) for (const { done } of wanted) done(undefined);
			groups.clear();
		};
		worker.on("error", ended);
		worker.on("exit", ended);
	}

	private sendTo({ worker, groups }: Thread): void {
		const wanted = this.queue.splice(0, groupSize);
		const claims = new SharedArrayBuffer(wanted.length * 4);
		const id = this.nextId++;
		groups.set(id, { wanted, words: new Int32Array(claims), end: wanted.length });
		worker.ref();
		worker.postMessage({ id, jobs: wanted.map(({ job }) => job), claims });
	}

	/** Does one job here that no thread has begun with; false where there is none. */
	private help(): boolean {
		const { tools } = this.options;
		const queued = this.queue.pop();
		if (queued !== undefined) {
			queued.done(doJob(queued.job, tools));
			return true;
		}
		for (const { groups } of this.threads)
			for (const sent of [...groups.values()].reverse())
				while (sent.end > 0) {
					const i = --sent.end;
					if (Atomics.compareExchange(sent.words, i, 0, taken) !== 0) continue;
					sent.wanted[i].done(doJob(sent.wanted[i].job, tools));
					return true;
				}
		return false;
	}
}
