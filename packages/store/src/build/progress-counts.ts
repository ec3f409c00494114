import type { Progress, RealiseEvent } from "./events";

/** Of the work of one kind; `expected` without what is done. */
interface Counts {
	done: number;
	expected: number;
	running: number;
	failed: number;
	downloadSize: number;
	narSize: number;
}

type Kind = "builds" | "substitutions";

const nothing = (): Counts => ({ done: 0, expected: 0, running: 0, failed: 0, downloadSize: 0, narSize: 0 });

/** How far a realisation has come, told whenever it changes; and the work that is under way. */
export class ProgressCounts {
	readonly #counts: Readonly<Record<Kind, Counts>> = { builds: nothing(), substitutions: nothing() };
	readonly #active = new Set<Promise<unknown>>();

	constructor(private readonly emit: (event: RealiseEvent) => void) {}

	/** Wait until nothing is under way. */
	async ended(): Promise<void> {
		while (this.#active.size > 0) await Promise.allSettled([...this.#active]);
	}

	/** Count some work while it runs, and keep it in mind for {@link ended}. */
	async track<T>(kind: Kind, work: () => Promise<T>): Promise<T> {
		const counts = this.#counts[kind];
		counts.running++;
		if (kind === "substitutions") this.tell();
		const running = work();
		// A build is under way once it was told of.
		if (kind === "builds") this.tell();
		this.#active.add(running);
		try {
			const result = await running;
			counts.done++;
			return result;
		} catch (error) {
			if (kind === "builds") counts.failed++;
			throw error;
		} finally {
			counts.running--;
			this.#active.delete(running);
			this.tell();
		}
	}

	/** More work, or less, is expected. Told with the next change. */
	expect(kind: Kind, change: number): void {
		this.#counts[kind].expected += change;
	}

	/** Bytes that are to be fetched. */
	expectBytes(downloadSize: number, narSize: number): void {
		this.#counts.substitutions.downloadSize += downloadSize;
		this.#counts.substitutions.narSize += narSize;
		this.tell();
	}

	/** A path could not be substituted. */
	substitutionFailed(): void {
		this.#counts.substitutions.failed++;
		this.tell();
	}

	tell(): void {
		const total = (counts: Counts): Progress => ({ ...counts, expected: counts.done + counts.expected });
		const { builds, substitutions } = this.#counts;
		this.emit({ type: "progress", builds: total(builds), substitutions: total(substitutions) });
	}
}
