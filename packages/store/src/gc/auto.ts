/** When space is made on its own: the settings `min-free`, `max-free` and `min-free-check-interval`. */
export interface SpaceLimits {
	/** Bytes: with less than these free garbage is collected, until there are `maxFree`. */
	readonly minFree: number;
	readonly maxFree: number;
	/** Seconds between two looks. */
	readonly interval: number;
}

/** What watching space takes. */
export interface SpaceMeans {
	/** Bytes that are free now. */
	readonly available: () => number;
	/** Seconds, from any beginning. */
	readonly now: () => number;
	readonly onInfo?: (message: string) => void;
}

/**
 * Collects garbage while builds go on, where space runs out; `collect` does it until so many bytes are freed. See
 * "Automatic garbage collection" in the manual.
 *
 *     const space = autoCollector(new SpaceWatch({ minFree: 2 ** 30, maxFree: 2 ** 32, … }), collect)
 *     await space()
 */
export const autoCollector = (
	watch: SpaceWatch,
	collectGarbage: (maxFreed: number) => Promise<void>,
): (() => Promise<void>) => {
	let running: Promise<void> | undefined;
	const collect = async (maxFreed: number): Promise<void> => {
		try {
			await collectGarbage(maxFreed);
			watch.collected();
		} catch {
			// A build that has space enough for itself need not fail for this.
		} finally {
			watch.ended();
			running = undefined;
		}
	};
	return async () => {
		if (running !== undefined) return running;
		const missing = watch.missing();
		if (missing === undefined) return;
		running = collect(missing);
		return running;
	};
};

/** As {@link autoCollector}, for those who cannot wait for a promise: `collect` returns when it is done. */
export const blockingCollector =
	(watch: SpaceWatch, collect: (maxFreed: number) => void): (() => void) =>
	() => {
		const missing = watch.missing();
		if (missing === undefined) return;
		try {
			collect(missing);
			watch.collected();
		} catch {
			// What is added may have space enough.
		} finally {
			watch.ended();
		}
	};

/** Looks now and then whether space runs out. */
export class SpaceWatch {
	private lastCheck = Number.NEGATIVE_INFINITY;
	private availableAfter = Number.POSITIVE_INFINITY;

	constructor(private readonly options: SpaceLimits & SpaceMeans) {}

	/** How many bytes are to be freed; undefined where nothing is to be done. */
	missing(): number | undefined {
		const { minFree, maxFree, interval, now } = this.options;
		if (now() < this.lastCheck + interval) return undefined;
		const available = this.options.available();
		this.lastCheck = now();
		if (available >= minFree || available >= maxFree) return undefined;
		// The last collection has left as little: another would find nothing.
		if (available > this.availableAfter * 0.97) return undefined;
		const missing = maxFree - available;
		this.options.onInfo?.(`running auto-GC to free ${missing} bytes`);
		return missing;
	}

	/** A collection has come to its end. */
	collected(): void {
		this.availableAfter = this.options.available();
	}

	/** … or to an end at all. */
	ended(): void {
		this.lastCheck = this.options.now();
	}
}
