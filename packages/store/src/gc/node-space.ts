import { spawnSync } from "node:child_process";
import { readFileSync, statfsSync } from "node:fs";
import { blockingCollector, type SpaceLimits, SpaceWatch } from "./auto";

/** How space is watched and made on Node; plain data, which other threads can be sent. */
export interface AutoCollectPlace extends SpaceLimits {
	/** Where the store's files lie on the host. */
	readonly realStoreDir: string;
	/** A file that says how many bytes are free, for tests. */
	readonly freeSpaceFile?: string;
	/** Collects garbage; how many bytes it is to free at most is appended. */
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string>>;
}

/** Bytes that are free where a store lies; tests say it in a file. */
const nodeFreeSpace = (place: string, file?: string): number => {
	if (file !== undefined) return Number.parseInt(readFileSync(file, "latin1"), 10);
	const { bavail, bsize } = statfsSync(place);
	return bavail * bsize;
};

/** Of this thread: a store that is opened twice is watched once. */
const watches = new Map<string, SpaceWatch>();

/** Watches the space that a store has left. */
export const nodeSpaceWatch = (place: AutoCollectPlace, onInfo?: (message: string) => void): SpaceWatch => {
	let watch = watches.get(place.realStoreDir);
	if (watch === undefined) {
		watch = new SpaceWatch({
			...place,
			available: () => nodeFreeSpace(place.realStoreDir, place.freeSpaceFile),
			now: () => performance.now() / 1000,
			...(onInfo === undefined ? {} : { onInfo }),
		});
		watches.set(place.realStoreDir, watch);
	}
	return watch;
};

/** Makes space where it runs out, by a program that collects garbage; returns when that is done. */
export const nodeSpace = (place: AutoCollectPlace, onInfo?: (message: string) => void): (() => void) =>
	blockingCollector(nodeSpaceWatch(place, onInfo), (maxFreed) => {
		const [program = "", ...args] = [...place.command, String(maxFreed)];
		spawnSync(program, args, { env: { ...place.env }, stdio: ["ignore", "ignore", "inherit"] });
	});
