import { fileURLToPath, pathToFileURL } from "node:url";

/** The script of the evaluation's thread. */
export const workerScript = (): URL => new URL("../dist/start-worker.cjs", pathToFileURL(__filename));

/** The script of the threads that hold connections. */
export const connectionScript = (): URL => new URL("../dist/connection.cjs", pathToFileURL(__filename));

/** The command itself, to be run by Node. */
export const ownProgram = (): string => fileURLToPath(new URL("../bin/tsnix", pathToFileURL(__filename)));

/** The script of the threads that read and write store objects. */
export const jobScript = (): URL => new URL("../dist/start-job.cjs", pathToFileURL(__filename));
