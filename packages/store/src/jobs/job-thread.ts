import { doJob, type JobTools } from "./do-job";
import type { Job, JobResult } from "./job";

/** Jobs that a thread is sent together. */
export interface JobGroup {
	readonly id: number;
	readonly jobs: readonly Job[];
	/** One number a job, shared: whoever makes it {@link taken} does that job. */
	readonly claims: SharedArrayBuffer;
}

/** What a thread has done of a group. */
export interface JobsDone {
	readonly id: number;
	readonly results: readonly (readonly [index: number, result: JobResult | undefined])[];
	/** Nothing more comes of this group. */
	readonly last: boolean;
}

/** A job that is somebody's. */
export const taken = 1;

/** Where a thread hears of groups, and answers: a port of Node's. */
export interface JobPort {
	on(event: "message", listener: (group: JobGroup) => void): unknown;
	postMessage(done: JobsDone): void;
}

/** So long, in milliseconds, what is done is kept back for what is done next. */
const patience = 5;

/** Does what comes from a port: what a thread for jobs is there for. */
export const serveJobs = (port: JobPort, tools: JobTools): void => {
	port.on("message", ({ id, jobs, claims }) => {
		const words = new Int32Array(claims);
		let results: (readonly [number, JobResult | undefined])[] = [];
		let since = performance.now();
		for (const [i, job] of jobs.entries()) {
			if (Atomics.compareExchange(words, i, 0, taken) !== 0) continue;
			results.push([i, doJob(job, tools)]);
			if (performance.now() - since < patience) continue;
			port.postMessage({ id, results, last: false });
			results = [];
			since = performance.now();
		}
		port.postMessage({ id, results, last: true });
	});
};
