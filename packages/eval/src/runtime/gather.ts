import { Suspension } from "../errors/errors";
import type { Evaluator } from "./evaluator";

/**
 * Works out several things of which each may have to wait for the outside: those after one that waits are begun too, so
 * that all are waited for at once. What comes of them after that is not looked at; the evaluation starts again.
 */
export class Gather {
	private waiting: Promise<unknown>[] | undefined;

	/** `depth` is the call depth that each of the things is worked out at. */
	constructor(
		private readonly st: Evaluator,
		private readonly depth: number,
	) {}

	/** What to do with something thrown: rethrows it, unless something waits. */
	caught(error: unknown): void {
		if (error instanceof Suspension) (this.waiting ??= []).push(error.promise);
		else if (this.waiting === undefined) throw error;
		this.st.depth = this.depth;
	}

	/** Has to be called last: waits for what has to be waited for. */
	finish(): void {
		const { waiting } = this;
		if (waiting !== undefined) throw new Suspension(waiting.length === 1 ? waiting[0] : Promise.all(waiting));
	}
}
