import { setFlagsFromString } from "node:v8";

/** How long, in milliseconds, before the slowest and best of V8's compilers is worth its while. */
const warmUp = 1500;

/**
 * A command runs its evaluation once, mostly on code that V8 has not seen before. Its best compiler then takes more
 * time than it saves, until an evaluation goes on for seconds (docs/benchmarks.md); and a heap that starts small is
 * collected too often.
 *
 * @returns whether this V8 was tuned
 */
export const tune = (): boolean => {
	if (Number.parseInt(process.versions.v8, 10) < 12) return false;
	setFlagsFromString("--min-semi-space-size=32");
	setFlagsFromString("--initial-old-space-size=2000");
	setFlagsFromString("--no-opt");
	setTimeout(() => setFlagsFromString("--opt"), warmUp).unref();
	return true;
};

/** Compiled code is only taken where the flags are those that it was made with: as they were before the warm-up's end. */
export const asBeforeWarmUp = <A>(make: () => A): A => {
	setFlagsFromString("--no-opt");
	return make();
};
