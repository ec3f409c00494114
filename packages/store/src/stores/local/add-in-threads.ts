import type { Jobs, ObjectSource } from "../../jobs/job";
import type { PathInfo, Store } from "../store";
import type { Addition, LocalStore } from "./local-store";

/** An object that is to be added, and who waits for it. */
interface Wanted {
	readonly info: PathInfo;
	readonly source: ObjectSource;
	readonly otherwise: () => Promise<void>;
	readonly done: () => void;
	readonly failed: (error: unknown) => void;
}

/** Waiting, as this file needs it: Node's own functions. */
export interface Waiting {
	/** Calls back after what is already there to be done: `setImmediate`. */
	readonly later: (work: () => void) => void;
	readonly wait: (milliseconds: number) => Promise<void>;
}

/** Objects under way at once: a group for each of two threads, and one being registered. */
const parallel = 48;

/** How long what another process has locked is left alone, in milliseconds. */
const pause = 50;

/**
 * Adds objects to a local store whose files threads write. What comes together is locked together, and becomes valid in
 * one transaction. Nobody is waited for while something is locked, so that processes do not wait for each other.
 */
class AddInThreads {
	private wanted: Wanted[] = [];
	private written: (Wanted & { readonly addition: Addition })[] = [];
	private begins = false;
	private finishes = false;

	constructor(
		private readonly store: LocalStore,
		private readonly jobs: Jobs,
		private readonly waiting: Waiting,
	) {}

	add(info: PathInfo, source: ObjectSource, otherwise: () => Promise<void>): Promise<void> {
		return new Promise((done, failed) => this.want({ info, source, otherwise, done, failed }));
	}

	private want(wanted: Wanted): void {
		this.wanted.push(wanted);
		if (this.begins) return;
		this.begins = true;
		this.waiting.later(() => {
			this.begins = false;
			this.begin(this.wanted.splice(0));
		});
	}

	private begin(all: readonly Wanted[]): void {
		try {
			const begun = this.store.beginAdding(all.map(({ info }) => info));
			for (const [i, addition] of begun.entries()) {
				const wanted = all[i];
				if (addition === "valid") wanted.done();
				else if (addition === "unfit") void wanted.otherwise().then(wanted.done, wanted.failed);
				else if (addition === "locked") void this.waiting.wait(pause).then(() => this.want(wanted));
				else void this.write(wanted, addition);
			}
		} catch (error) {
			for (const { failed } of all) failed(error);
		}
	}

	private async write(wanted: Wanted, addition: Addition): Promise<void> {
		const { info, scratch, place } = addition;
		const isWritten = await this.jobs.run({
			kind: "restore",
			from: wanted.source,
			scratch,
			...(place === undefined ? {} : { place }),
			narHash: info.narHash.base16(),
			narSize: info.narSize,
		});
		if (isWritten !== true) {
			// The lock is held, so that nobody else's is waited for.
			return wanted.otherwise().finally(addition.release).then(wanted.done, wanted.failed);
		}
		this.written.push({ ...wanted, addition });
		if (this.finishes) return;
		this.finishes = true;
		this.waiting.later(() => {
			this.finishes = false;
			this.finish(this.written.splice(0));
		});
	}

	private finish(all: readonly (Wanted & { readonly addition: Addition })[]): void {
		const failed = this.store.finishAdding(all.map(({ addition }) => addition));
		for (const { addition, ...wanted } of all) {
			addition.release();
			if (failed.has(addition)) wanted.failed(failed.get(addition));
			else wanted.done();
		}
	}
}

/**
 * What makes a local store on the host's file system, as one that answers with promises, take part in copying by threads:
 * both ends of it.
 *
 *     const store = { ...asyncStore(local), ...addingInThreads(local, jobs, { later: setImmediate, wait }) };
 */
export const addingInThreads = (
	store: LocalStore,
	jobs: Jobs,
	waiting: Waiting,
): Pick<Store, "addFrom" | "objectSource" | "parallel"> => {
	const adding = new AddInThreads(store, jobs, waiting);
	return {
		addFrom: (info, source, otherwise) => adding.add(info, source, otherwise),
		objectSource: async (path) => ({ tree: store.realPath(path) }),
		parallel,
	};
};
