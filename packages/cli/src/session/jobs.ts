import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { type Jobs, JobThreads, type JobWorker } from "@tsnix/store";
import { nodeJobTools } from "../core";
import { earlyStart, newJobThread } from "../start/early-worker";
import { jobScript } from "../worker-script";

/** So many threads at most: store objects are written to one disk. */
const most = 4;

/** The threads of a run that read and write store objects, started when there is something for them. */
export class SessionJobs {
	private opened: JobThreads | undefined;

	/** Nothing where this thread would have to share its processor with them. */
	get jobs(): Jobs | undefined {
		const threads = Math.min(availableParallelism() - 1, most);
		if (threads === 0) return undefined;
		this.opened ??= new JobThreads({
			start: () => (earlyStart()?.takeJobThread() ?? newJobThread(fileURLToPath(jobScript()), "")) as JobWorker,
			threads,
			tools: nodeJobTools,
			later: setImmediate,
		});
		return this.opened;
	}

	close(): void {
		this.opened?.close();
	}
}
