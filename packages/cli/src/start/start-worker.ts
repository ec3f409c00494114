import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { loadScript } from "./code-cache";
import { saveCode } from "./early-worker";
import { asBeforeWarmUp } from "./tune";

/** Where the thread that evaluates begins: with its script, from compiled code. */
process.noDeprecation = true;
const flags = process.argv[2] ?? "";
const script = loadScript(join(__dirname, "worker.cjs"), flags, process.env);
parentPort?.on("message", (message) => {
	if (message !== saveCode) return;
	if (flags === "") script.save();
	else asBeforeWarmUp(script.save);
	parentPort?.postMessage(saveCode);
});
