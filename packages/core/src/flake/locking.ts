import type { FetchResult, Input } from "@tsnix/fetchers";
import { WouldBlock } from "@tsnix/fetchers";
import type { Registries } from "../registry/registry";
import { FlakeError } from "./errors";
import { Suspension } from "./evaluation";
import type { FlakeWorld, WriteLockRequest } from "./world";

/** What came of a task. */
export type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** What locking needs from the outside, and tasks that do not depend on each other. */
export type LockEffect =
	| { readonly kind: "fetch"; readonly input: Input }
	| { readonly kind: "registries" }
	| { readonly kind: "write"; readonly request: WriteLockRequest }
	| { readonly kind: "all"; readonly tasks: readonly Locking<unknown>[] };

/**
 * Locking that has not run yet. It yields what it needs and is handed the answers; {@link runLocking} and
 * {@link runLockingSync} are its two drivers, so that it is written once.
 */
export type Locking<T> = Generator<LockEffect, T, unknown>;

export function* fetchEffect(input: Input): Locking<FetchResult> {
	return (yield { kind: "fetch", input }) as FetchResult;
}

export function* registriesEffect(): Locking<Registries> {
	return (yield { kind: "registries" }) as Registries;
}

export function* writeEffect(request: WriteLockRequest): Locking<void> {
	yield { kind: "write", request };
}

/**
 * Run tasks that do not depend on each other, at once where that is possible. Gives what came of them in order; after
 * a failure there may be nothing more.
 */
export function* allEffect<T>(tasks: readonly Locking<T>[]): Locking<readonly Settled<T>[]> {
	return (yield { kind: "all", tasks }) as readonly Settled<T>[];
}

const perform = (effect: Exclude<LockEffect, { kind: "all" }>, world: FlakeWorld): unknown => {
	switch (effect.kind) {
		case "fetch":
			return world.fetch(effect.input);
		case "registries":
			return world.registries();
		case "write":
			if (world.writeLockFile === undefined)
				throw new FlakeError("READ_ONLY", `cannot write '${effect.request.path}': the world is read-only`);
			return world.writeLockFile(effect.request);
	}
};

/** Run locking, waiting for whatever has to be waited for. Independent inputs are fetched at once. */
export const runLocking = async <T>(locking: Locking<T>, world: FlakeWorld): Promise<T> => {
	let step = locking.next();
	while (!step.done) {
		let answer: unknown;
		try {
			answer =
				step.value.kind === "all"
					? await Promise.all(step.value.tasks.map((task) => settle(runLocking(task, world))))
					: await perform(step.value, world);
		} catch (error) {
			step = locking.throw(error);
			continue;
		}
		step = locking.next(answer);
	}
	return step.value;
};

const settle = <T>(promise: Promise<T>): Promise<Settled<T>> =>
	promise.then(
		(value) => ({ ok: true, value }),
		(error: unknown) => ({ ok: false, error }),
	);

const isPromise = (value: unknown): value is Promise<unknown> =>
	typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";

const isWait = (error: unknown): error is Suspension | WouldBlock =>
	error instanceof Suspension || error instanceof WouldBlock;

/** One thing to wait for instead of several. */
const gathered = (waits: readonly (Suspension | WouldBlock)[]): unknown => {
	if (waits.length === 1) return waits[0];
	const all = waits.map((wait) => (wait instanceof Suspension ? wait.promise : wait.resume()));
	return new Suspension(Promise.allSettled(all));
};

/** Tasks in order, up to the first that fails. What several of them have to wait for is waited for at once. */
const runTasksSync = (tasks: readonly Locking<unknown>[], world: FlakeWorld): Settled<unknown>[] => {
	const waits: (Suspension | WouldBlock)[] = [];
	const results: Settled<unknown>[] = [];
	for (const task of tasks) {
		try {
			results.push({ ok: true, value: runLockingSync(task, world) });
		} catch (error) {
			if (isWait(error)) waits.push(error);
			else {
				results.push({ ok: false, error });
				if (waits.length === 0) break;
			}
		}
	}
	if (waits.length > 0) throw gathered(waits);
	return results;
};

/**
 * Run locking without waiting. The world may throw a {@link Suspension}, or {@link WouldBlock}, where it would have to
 * wait: then it is all run again later. Throws a `Suspension` also where the world gives a promise.
 */
export const runLockingSync = <T>(locking: Locking<T>, world: FlakeWorld): T => {
	let step = locking.next();
	while (!step.done) {
		let answer: unknown;
		try {
			answer = step.value.kind === "all" ? runTasksSync(step.value.tasks, world) : perform(step.value, world);
		} catch (error) {
			step = locking.throw(error);
			continue;
		}
		if (isPromise(answer)) throw new Suspension(answer);
		step = locking.next(answer);
	}
	return step.value;
};
