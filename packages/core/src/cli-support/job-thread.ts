import { parentPort } from "node:worker_threads";
import { type JobPort, serveJobs } from "@tsnix/store";
import { nodeJobTools } from "./job-tools";

/* The script of a thread that reads and writes store objects. */

if (parentPort !== null) serveJobs(parentPort as JobPort, nodeJobTools);
