import { setFlagsFromString } from "node:v8";

/** How long, in milliseconds, before the slowest and best of V8's compilers is worth its while. */
const warmUp = 1500;

const tunes = Number.parseInt(process.versions.v8, 10) >= 12;

const set = (...flags: readonly string[]): void => {
	if (tunes) for (const flag of flags) setFlagsFromString(flag);
};

/*
 * What is set here is set back before anything is compiled or loaded: code that was compiled under other flags is not
 * taken, not even what comes with Node, and compiling that costs more than is gained (docs/benchmarks.md).
 */

/** A heap that starts small is collected too often: those of threads that are started from here on do not. */
export const largeHeaps = (): void => set("--min-semi-space-size=32", "--initial-old-space-size=2000");

/** As it was, for what is loaded from here on. */
export const usualHeaps = (): void => set("--min-semi-space-size=0", "--initial-old-space-size=0");

/**
 * A command runs its evaluation once, mostly on code that V8 has not seen before. Its best compiler then takes more
 * time than it saves, until an evaluation goes on for seconds. For the thread that evaluates, when it has loaded all.
 */
export const beginWarmUp = (): void => set("--no-opt");

/** Ends it in time; for the other thread, since the one that evaluates does not come to it. */
export const endWarmUpInTime = (): void => {
	if (tunes) setTimeout(() => set("--opt"), warmUp).unref();
};

/** The same, in milliseconds, for threads that read and write store objects: each would compile the same for itself. */
const jobsWarmUp = 400;

/** For a thread that begins with jobs, when it has loaded all. */
export const warmUpForJobs = (): void => {
	setFlagsFromString("--no-opt");
	setTimeout(() => setFlagsFromString("--opt"), jobsWarmUp).unref();
};

/** Runs `make` with the flags that scripts are loaded with. */
export const asLoaded = <A>(make: () => A): A => {
	setFlagsFromString("--opt");
	return make();
};
