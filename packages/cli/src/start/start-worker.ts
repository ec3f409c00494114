import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { loadScript } from "./code-cache";
import { saveCode } from "./early-worker";
import { asLoaded, beginWarmUp } from "./tune";

/** Where the thread that evaluates begins: with its script, from compiled code. Its first message starts it. */
process.noDeprecation = true;
parentPort?.once("message", beginWarmUp);
const script = loadScript(join(__dirname, "worker.cjs"), "", process.env);
parentPort?.on("message", (message) => {
	if (message !== saveCode) return;
	asLoaded(script.save);
	parentPort?.postMessage(saveCode);
});
