/**
 * A number of slots that jobs wait for. The first ones get theirs in the order of their turns: jobs that could start
 * sooner come first. Those that wait get one in the order of their keys, whenever they came: so builds start in the same
 * order each time.
 */
export class JobSlots {
	#free: number;
	#closed = false;
	readonly #waiting: { key: string; turn: number; start: () => void }[] = [];
	#begun = false;
	#settling = false;

	constructor(slots: number) {
		this.#free = slots;
	}

	/** Whether a job would get a slot now. */
	get hasFree(): boolean {
		return !this.#closed && this.#free > this.#waiting.length;
	}

	/** Wait for a slot; call what it gives when the job is done. After `close` the wait has no end. */
	async acquire(key: string, turn = 0): Promise<() => void> {
		await new Promise<void>((start) => {
			if (this.#closed) return;
			this.#waiting.push({ key, turn, start });
			this.#settle();
		});
		let held = true;
		return () => {
			if (!held) return;
			held = false;
			this.#free++;
			this.#settle();
		};
	}

	/** No job gets a slot any more; those that wait for one are forgotten. */
	close(): void {
		this.#closed = true;
		this.#waiting.length = 0;
	}

	/** Let jobs start once all that are about to ask have asked: a few turns of the event loop's inner queue later. */
	#settle(): void {
		if (this.#settling) return;
		this.#settling = true;
		void turns(64).then(() => {
			this.#settling = false;
			const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
			this.#waiting.sort((a, b) => (this.#begun ? byKey(a, b) : a.turn - b.turn || byKey(a, b)));
			this.#begun ||= this.#waiting.length > 0;
			while (this.#free > 0 && this.#waiting.length > 0) {
				this.#free--;
				this.#waiting.shift()?.start();
			}
		});
	}
}

const turns = async (count: number): Promise<void> => {
	for (let i = 0; i < count; i++) await undefined;
};

/** How a goal came out, as far as those who wait for it need to know. */
export interface Outcome {
	readonly failed: boolean;
	/** It failed only because nobody offers the path. */
	readonly noSubstituters?: boolean;
}

/**
 * Wait for goals. Unless `keepGoing`, the first that fails ends the wait. Gives how many failed, as far as is known by
 * then. Goals that reject (not merely fail) end everything: the rejection passes through.
 */
export const awaitGoals = async (
	goals: readonly Promise<Outcome>[],
	keepGoing: boolean,
): Promise<{ failed: number; noSubstituters: number }> => {
	let failed = 0;
	let noSubstituters = 0;
	await new Promise<void>((resolve, reject) => {
		let left = goals.length;
		if (left === 0) resolve();
		for (const goal of goals)
			goal.then((outcome) => {
				left--;
				if (outcome.failed) failed++;
				if (outcome.noSubstituters === true) noSubstituters++;
				if (left === 0 || (outcome.failed && outcome.noSubstituters !== true && !keepGoing)) resolve();
			}, reject);
	});
	return { failed, noSubstituters };
};
