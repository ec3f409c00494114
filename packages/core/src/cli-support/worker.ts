import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { type CommandStart, serveCommands } from "./serve-commands";

/** The worker thread of a command: its evaluation. */
serveCommands(workerData as CommandStart, receiveMessageOnPort);
