/** Runs programs with TSNix, in a thread of its own with a stack as the command has it. */
import { Worker } from "node:worker_threads";
import { engineResources } from "../../thread";
import type { Place } from "./evaluate";
import type { Outcome, RunOptions } from "./program";
import type { Answer, Question } from "./thread";

const timeout = 20_000;

export class TSNixThread {
	private worker: Worker | undefined;
	private nextId = 0;
	private turn: Promise<unknown> = Promise.resolve();

	constructor(private readonly script: URL) {}

	/** Runs programs one after another, up to the first that fails. */
	run(args: readonly string[], options: RunOptions, place: Place): Promise<readonly Outcome[]> {
		const answer = this.turn.then(() => this.ask({ id: this.nextId++, args, options, place }));
		this.turn = answer.catch(() => undefined);
		return answer;
	}

	private ask(question: Question): Promise<readonly Outcome[]> {
		const worker = (this.worker ??= new Worker(this.script, { resourceLimits: engineResources }));
		return new Promise((resolve) => {
			const finish = (outcomes: readonly Outcome[]): void => {
				clearTimeout(timer);
				worker.off("message", answered).off("error", failed).off("exit", ended);
				resolve(outcomes);
			};
			const dead = (status: Outcome["status"], err: string): void => {
				this.worker = undefined;
				finish([{ status, out: "", err }]);
			};
			const answered = (answer: Answer): void => finish(answer.outcomes);
			const failed = (error: unknown): void => dead("crash", String(error));
			const ended = (code: number): void => dead("crash", `the thread ended with status ${code}`);
			const timer = setTimeout(() => {
				dead("timeout", "");
				void worker.terminate();
			}, timeout);
			worker.on("message", answered).on("error", failed).on("exit", ended);
			worker.postMessage(question);
		});
	}

	async close(): Promise<void> {
		await this.turn;
		await this.worker?.terminate();
	}
}
