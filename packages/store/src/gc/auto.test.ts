import { expect, test } from "vitest";
import { autoCollector, blockingCollector, SpaceWatch } from "./auto";

test("garbage is collected where space runs out, not more often than asked, and not again where it did not help", async () => {
	let available = 1100;
	let seconds = 0;
	const collected: number[] = [];
	const messages: string[] = [];
	const watch = new SpaceWatch({
		minFree: 1000,
		maxFree: 2000,
		interval: 5,
		available: () => available,
		now: () => seconds,
		onInfo: (message) => messages.push(message),
	});
	const check = autoCollector(watch, async (maxFreed) => void collected.push(maxFreed));
	await check();
	available = 100;
	await check();
	expect(collected).toEqual([]);
	seconds = 5;
	await Promise.all([check(), check()]);
	expect(collected).toEqual([1900]);
	expect(messages).toEqual(["running auto-GC to free 1900 bytes"]);
	seconds = 10;
	await check();
	expect(collected).toHaveLength(1);
	available = 90;
	seconds = 15;
	await check();
	expect(collected).toEqual([1900, 1910]);
	// Who shares the watch finds that somebody has looked just now.
	const blocking = blockingCollector(watch, (maxFreed) => void collected.push(maxFreed));
	available = 50;
	blocking();
	expect(collected).toHaveLength(2);
	seconds = 20;
	blocking();
	expect(collected).toEqual([1900, 1910, 1950]);
});

test("a collection that fails does not fail the build", async () => {
	const watch = new SpaceWatch({ minFree: 10, maxFree: 20, interval: 0, available: () => 0, now: () => 0 });
	const fail = (): never => {
		throw new Error("the disk is gone");
	};
	await expect(autoCollector(watch, async () => fail())()).resolves.toBeUndefined();
	blockingCollector(watch, fail)();
});
