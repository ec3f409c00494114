import { workerData } from "node:worker_threads";
import type { Duplex } from "@tsnix/store";
import { serve } from "./channel";
import { connect } from "./connect";
import type { ConnectionStart } from "./connection";
import { errorCodec } from "./errors";

/* A thread that holds connections, so that another can block on them. */

/** Holds the connection of the thread that started this one. */
const hold = ({ port, signal, target }: ConnectionStart): void => {
	const word = new Int32Array(signal);
	let opened: Promise<Duplex> | undefined;
	const duplex = (): Promise<Duplex> => (opened ??= connect(target));
	serve(
		port,
		{
			open: async () => void (await duplex()),
			receive: async () => (await duplex()).receive(),
			poll: async () => (await duplex()).poll?.(),
			send: async (bytes: Uint8Array) => (await duplex()).send(bytes),
			close: async () => {
				(await duplex()).close();
				port.close();
			},
		},
		errorCodec,
		() => {
			Atomics.store(word, 0, 1);
			Atomics.notify(word, 0);
		},
	);
};

const given = workerData as { readonly connection?: ConnectionStart } | null | undefined;
if (given?.connection !== undefined) hold(given.connection);
