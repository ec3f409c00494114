import { pathToFileURL } from "node:url";

/** The script of the evaluation's thread. */
export const workerScript = (): URL => new URL("../bin/worker.cjs", pathToFileURL(__filename));
