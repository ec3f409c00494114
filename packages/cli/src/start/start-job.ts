import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { loadScript } from "./code-cache";
import { asLoaded, warmUpForJobs } from "./tune";

/** Where a thread for jobs begins: with its script, from compiled code, which it keeps by what the run is to do. */
process.noDeprecation = true;
parentPort?.once("message", warmUpForJobs);
const script = loadScript(join(__dirname, "job.cjs"), (workerData as { readonly kind: string }).kind, process.env);
// By the time that its first jobs are done, it has run most of what it will.
if (!script.codeIsSaved) parentPort?.once("message", () => setImmediate(() => asLoaded(script.save)));
