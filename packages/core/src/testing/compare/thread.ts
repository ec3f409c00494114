/** The thread in which TSNix runs the programs of a comparison: it can be ended when a program does not end. */
import { parentPort } from "node:worker_threads";
import { evaluateAll, type Place } from "./evaluate";
import type { Outcome, RunOptions } from "./program";

export interface Question {
	readonly id: number;
	readonly args: readonly string[];
	readonly options: RunOptions;
	readonly place: Place;
}

export interface Answer {
	readonly id: number;
	readonly outcomes: readonly Outcome[];
}

parentPort?.on("message", ({ id, args, options, place }: Question) => {
	parentPort?.postMessage({ id, outcomes: evaluateAll(args, options, place) } satisfies Answer);
});
