import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { BlockingDuplex } from "@tsnix/store";
import { BlockingCaller } from "./channel";
import { errorCodec } from "./errors";

/** What to connect to: a socket, or a program's standard input and output. */
export type ConnectionTarget =
	| { readonly kind: "socket"; readonly path: string }
	| {
			readonly kind: "program";
			readonly command: readonly string[];
			readonly env: Readonly<Record<string, string>>;
			/** The host that ssh says `started` for before anything else. */
			readonly announces?: string;
	  };

/** What a thread that holds a connection is started with. */
export interface ConnectionStart {
	readonly port: MessagePort;
	readonly signal: SharedArrayBuffer;
	readonly target: ConnectionTarget;
}

/**
 * Connects, and blocks the calling thread whenever there is something to wait for; another thread, of that script (the
 * built `connection-thread.ts`), does the waiting. Throws what connecting failed with.
 */
export const connectBlocking = (script: URL, target: ConnectionTarget): BlockingDuplex => {
	const { port1, port2 } = new MessageChannel();
	const signal = new SharedArrayBuffer(4);
	const start: ConnectionStart = { port: port2, signal, target };
	const worker = new Worker(script, { workerData: { connection: start }, transferList: [port2] });
	worker.unref();
	port1.unref();
	const caller = new BlockingCaller(port1, new Int32Array(signal), receiveMessageOnPort as never, errorCodec);
	const close = (): void => {
		port1.close();
		void worker.terminate();
	};
	try {
		caller.call("open", []);
	} catch (error) {
		close();
		throw error;
	}
	return {
		receive: () => caller.call("receive", []) as Uint8Array | undefined,
		poll: () => caller.call("poll", []) as Uint8Array | undefined,
		send: (bytes) => void caller.call("send", [bytes]),
		close: () => {
			try {
				caller.call("close", []);
			} finally {
				close();
			}
		},
	};
};
