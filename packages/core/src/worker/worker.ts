import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { serveEngine } from "./serve-engine";
import type { WorkerStart } from "./start";

/** A worker thread's first and only act: to answer the calls that its maker sends. */
serveEngine(workerData as WorkerStart, receiveMessageOnPort);
