import type { Duplex } from "../protocol/talk";

/** Two ends of one connection, in memory. */
export const duplexPair = (): readonly [Duplex, Duplex] => {
	const one = new Pipe();
	const other = new Pipe();
	return [end(one, other), end(other, one)];
};

/** A connection on which the other side says certain bytes, and then nothing. What is sent is kept in `sent`. */
export const scripted = (bytes: Uint8Array): Duplex & { readonly sent: Uint8Array[] } => {
	const input = new Pipe();
	input.put(bytes);
	input.close();
	const sent: Uint8Array[] = [];
	return {
		sent,
		receive: () => input.take(),
		poll: () => input.poll(),
		send: async (piece) => void sent.push(piece.slice()),
		close: () => {},
	};
};

const end = (input: Pipe, output: Pipe): Duplex => ({
	gone: input.ended.signal,
	receive: () => input.take(),
	poll: () => input.poll(),
	send: async (bytes) => output.put(bytes.slice()),
	close: () => {
		output.close();
		input.close();
	},
});

class Pipe {
	readonly ended = new AbortController();
	private readonly pieces: Uint8Array[] = [];
	private waiting: ((bytes: Uint8Array | undefined) => void) | undefined;
	private closed = false;

	put(bytes: Uint8Array): void {
		this.pieces.push(bytes);
		this.wake();
	}

	poll(): Uint8Array | undefined {
		return this.pieces.shift();
	}

	take(): Promise<Uint8Array | undefined> {
		return new Promise((resolve) => {
			this.waiting = resolve;
			this.wake();
		});
	}

	close(): void {
		this.closed = true;
		this.ended.abort();
		this.wake();
	}

	private wake(): void {
		if (this.waiting === undefined || (this.pieces.length === 0 && !this.closed)) return;
		const { waiting } = this;
		this.waiting = undefined;
		waiting(this.pieces.shift());
	}
}
