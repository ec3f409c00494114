import { Worker } from "node:worker_threads";
import { engineResources } from "@tsnix/core/thread";
import { workerScript } from "./worker-script";

/** Programs and verbs that evaluate something, as a rule. */
const evaluates = /^(?:nix-instantiate|nix-build|eval|build|derivation|flake)$/;

/** The thread that evaluates, started while the program itself is still being loaded: the two take as long. */
const start = (): Worker | undefined => {
	const [, program, first] = process.argv;
	const name = (process.env.TSNIX_ARGV0 ?? program).replace(/.*\//, "");
	if (!evaluates.test(name) && !(first !== undefined && evaluates.test(first))) return undefined;
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
