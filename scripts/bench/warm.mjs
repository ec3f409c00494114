/**
 * A warm process: evaluates the same thing again and again, each time by a fresh instance with a store of its own.
 * Takes a request as JSON and a number of runs; prints the milliseconds of each run, and the last result, as JSON.
 */
import { createNix, memoryStore } from "@tsnix/core";
import { nodeFs } from "@tsnix/core/node";

const [, , request, runs] = process.argv;
const times = [];
let result;
for (let i = 0; i < Number(runs); i++) {
	const start = performance.now();
	// In this thread: a new worker would start cold. The depth that is needed here fits the stack this was started with.
	const nix = createNix({ fs: nodeFs, store: memoryStore(), system: "x86_64-linux", worker: false });
	result = await nix.evaluate(JSON.parse(request));
	times.push(performance.now() - start);
	await nix.close();
}
console.log(JSON.stringify({ times, result }));
