/*
 * A conversation is written once, as a generator that yields what it waits for, and is driven by promises (servers,
 * libraries) or by calls that block (commands, whose stores answer at once).
 */

/** What a conversation waits for. */
export type Want =
	/** The next bytes of the other side; nothing at its end. */
	| { readonly type: "receive" }
	/** Bytes of the other side if there are any already. */
	| { readonly type: "poll" }
	/** These bytes are to be sent; they are the driver's only until it goes on. */
	| { readonly type: "send"; readonly bytes: Uint8Array };

/** A part of a conversation that comes to a `T`. */
export type Talk<T> = Generator<Want, T, Uint8Array | undefined>;

/** Both ways of a connection, as promises. */
export interface Duplex {
	/** The next bytes, or undefined at the end. */
	receive(): Promise<Uint8Array | undefined>;
	/** Bytes that are here already. */
	poll?(): Uint8Array | undefined;
	/** Resolves when more may be sent. Bytes keep the order of the calls. */
	send(bytes: Uint8Array): Promise<void>;
	/** Aborted when the other side went away. */
	readonly gone?: AbortSignal;
	close(): void;
}

/** Both ways of a connection, by calls that block. */
export interface BlockingDuplex {
	receive(): Uint8Array | undefined;
	poll(): Uint8Array | undefined;
	send(bytes: Uint8Array): void;
	close(): void;
}

/** Lets a conversation go on whenever what it waits for is there. */
export const converse = async <T>(talk: Talk<T>, duplex: Duplex): Promise<T> => {
	let step = talk.next();
	while (step.done !== true) {
		const want = step.value;
		let answer: Uint8Array | undefined;
		try {
			if (want.type === "send") await duplex.send(want.bytes);
			else answer = want.type === "receive" ? await duplex.receive() : duplex.poll?.();
		} catch (error) {
			step = talk.throw(error);
			continue;
		}
		step = talk.next(answer);
	}
	return step.value;
};

/** As {@link converse}, blocking. */
export const converseBlocking = <T>(talk: Talk<T>, duplex: BlockingDuplex): T => {
	let step = talk.next();
	while (step.done !== true) {
		const want = step.value;
		let answer: Uint8Array | undefined;
		try {
			if (want.type === "send") duplex.send(want.bytes);
			else answer = want.type === "receive" ? duplex.receive() : duplex.poll();
		} catch (error) {
			step = talk.throw(error);
			continue;
		}
		step = talk.next(answer);
	}
	return step.value;
};
