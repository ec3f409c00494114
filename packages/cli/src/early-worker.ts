import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { engineResources } from "@tsnix/core/thread";
import { workerScript } from "./worker-script";

/** Programs and verbs that evaluate something, as a rule. */
const evaluates = /^(?:nix-instantiate|nix-build|eval|build|derivation|flake)$/;

/** How long, in milliseconds, before the slowest and best of V8's compilers is worth its while. */
const warmUp = 1500;

/**
 * A command runs its evaluation once, mostly on code that V8 has not seen before. Its best compiler then takes more
 * time than it saves, until an evaluation goes on for seconds (docs/benchmarks.md); and a heap that starts small is
 * collected too often.
 */
const tune = (): void => {
	if (Number.parseInt(process.versions.v8, 10) < 12) return;
	setFlagsFromString("--min-semi-space-size=32");
	setFlagsFromString("--initial-old-space-size=2000");
	setFlagsFromString("--no-opt");
	setTimeout(() => setFlagsFromString("--opt"), warmUp).unref();
};

/** The thread that evaluates, started while the program itself is still being loaded: the two take as long. */
const start = (): Worker | undefined => {
	const [, program, first] = process.argv;
	const name = (process.env.TSNIX_ARGV0 ?? program).replace(/.*\//, "");
	if (!evaluates.test(name) && !(first !== undefined && evaluates.test(first))) return undefined;
	tune();
	const worker = new Worker(workerScript(), { resourceLimits: engineResources });
	// It must not keep a program alive that has no use for it.
	worker.unref();
	return worker;
};

let worker = start();

/** The thread, for the one who asks first. */
export const takeEarlyWorker = (): Worker | undefined => {
	const taken = worker;
	worker = undefined;
	return taken;
};
