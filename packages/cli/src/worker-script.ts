import { pathToFileURL } from "node:url";

/** The built script of the evaluation's thread: beside this program. */
export const workerScript = (): URL => new URL("./worker.cjs", pathToFileURL(__filename));
