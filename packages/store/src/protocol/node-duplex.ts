import type { Readable, Writable } from "node:stream";
import type { Duplex } from "./talk";

/** A connection over two of Node's streams, or one that is both. Reads no faster than it is asked to. */
export const nodeDuplex = (input: Readable, output: Writable, onClose?: () => void): Duplex => {
	const gone = new AbortController();
	let ended = false;
	let failure: Error | undefined;
	let waiting: { resolve: (bytes: Uint8Array | undefined) => void; reject: (error: Error) => void } | undefined;

	const take = (): Uint8Array | undefined => (input.read() as Uint8Array | null) ?? undefined;
	const settle = (): void => {
		if (waiting === undefined) {
			// With nothing left to read this finds out whether that was all.
			if (input.readableLength === 0) input.read(0);
			return;
		}
		const bytes = take();
		if (bytes === undefined && !ended && failure === undefined) return;
		const { resolve, reject } = waiting;
		waiting = undefined;
		if (bytes !== undefined || failure === undefined) resolve(bytes);
		else reject(failure);
	};
	const end = (): void => {
		ended = true;
		gone.abort();
		settle();
	};
	const fail = (error: Error): void => {
		failure ??= error;
		end();
	};
	input.on("readable", settle);
	input.on("end", end);
	input.on("close", end);
	input.on("error", fail);
	output.on("error", fail);

	return {
		gone: gone.signal,
		receive: () =>
			new Promise((resolve, reject) => {
				waiting = { resolve, reject };
				settle();
			}),
		poll: take,
		send: (bytes) =>
			new Promise((resolve, reject) => {
				if (failure !== undefined) return reject(failure);
				output.write(bytes, (error) => (error ? reject(error) : resolve()));
			}),
		close: () => {
			input.off("readable", settle);
			input.resume();
			output.end();
			onClose?.();
		},
	};
};
