/** When and how space is made on its own: the settings `min-free`, `max-free` and `min-free-check-interval`. */
export interface AutoCollectOptions {
	/** Bytes: with less than these free garbage is collected, until there are `maxFree`. */
	readonly minFree: number;
	readonly maxFree: number;
	/** Seconds between two looks. */
	readonly interval: number;
	/** Bytes that are free now. */
	readonly available: () => number;
	/** Seconds, from any beginning. */
	readonly now: () => number;
	/** Collects garbage until so many bytes are freed. */
	readonly collect: (maxFreed: number) => Promise<void>;
	readonly onInfo?: (message: string) => void;
}

/**
 * Collects garbage while builds go on, where space runs out. See "Automatic garbage collection" in the manual.
 *
 *     const space = autoCollector({ minFree: 2 ** 30, maxFree: 2 ** 32, … })
 *     await space()
 */
export const autoCollector = (options: AutoCollectOptions): (() => Promise<void>) => {
	let running: Promise<void> | undefined;
	let lastCheck = Number.NEGATIVE_INFINITY;
	let availableAfter = Number.POSITIVE_INFINITY;
	const collect = async (maxFreed: number): Promise<void> => {
		options.onInfo?.(`running auto-GC to free ${maxFreed} bytes`);
		try {
			await options.collect(maxFreed);
			availableAfter = options.available();
		} catch {
			// A build that has space enough for itself need not fail for this.
		} finally {
			lastCheck = options.now();
			running = undefined;
		}
	};
	return async () => {
		if (running !== undefined) return running;
		if (options.now() < lastCheck + options.interval) return;
		const available = options.available();
		lastCheck = options.now();
		if (available >= options.minFree || available >= options.maxFree) return;
		// The last collection has left as little: another would find nothing.
		if (available > availableAfter * 0.97) return;
		running = collect(options.maxFree - available);
		return running;
	};
};
