/**
 * Calls between two threads. The worker calls the main thread and blocks until it has the answer (evaluation is
 * synchronous, what it asks for may not be); the main thread calls the worker and gets a promise.
 *
 * A blocking call posts its question, sleeps on a shared word, and is woken when the answer lies in its port.
 */
import type { MessagePort } from "node:worker_threads";

/** What the threads exchange. */
export type Message =
	| { readonly type: "call"; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
	| { readonly type: "answer"; readonly id: number; readonly value?: unknown; readonly error?: unknown }
	| { readonly type: "notice"; readonly name: string; readonly value: unknown };

/** Errors as they cross: see errors.ts. */
export interface ErrorCodec {
	encode(error: unknown): unknown;
	decode(data: unknown): unknown;
}

/** The worker's side of blocking calls. */
export class BlockingCaller {
	private next = 1;
	constructor(
		private readonly port: MessagePort,
		private readonly signal: Int32Array,
		private readonly receive: (port: MessagePort) => { message: Message } | undefined,
		private readonly errors: ErrorCodec,
	) {}

	/** Asks the main thread, and waits. Throws what it threw. */
	call(method: string, args: readonly unknown[]): unknown {
		const id = this.next++;
		Atomics.store(this.signal, 0, 0);
		this.port.postMessage({ type: "call", id, method, args } satisfies Message);
		for (;;) {
			const got = this.receive(this.port);
			if (got !== undefined) {
				const { message } = got;
				if (message.type === "answer" && message.id === id) {
					if (message.error !== undefined) throw this.errors.decode(message.error);
					return message.value;
				}
				continue;
			}
			Atomics.wait(this.signal, 0, 0);
			Atomics.store(this.signal, 0, 0);
		}
	}
}

/** Answers the calls that come through a port. */
export const serve = (
	port: MessagePort,
	handlers: Readonly<Record<string, (...args: never[]) => unknown>>,
	errors: ErrorCodec,
	wake?: () => void,
	/** Done before each call. */
	before?: () => void,
): void => {
	const answer = (id: number, value: unknown, error?: unknown): void => {
		const message: Message =
			error === undefined ? { type: "answer", id, value } : { type: "answer", id, error: errors.encode(error) };
		port.postMessage(message);
		wake?.();
	};
	port.on("message", (message: Message) => {
		if (message.type !== "call") return;
		let result: unknown;
		try {
			before?.();
			const handler = handlers[message.method] as ((...args: unknown[]) => unknown) | undefined;
			if (handler === undefined) throw new Error(`no such call: ${message.method}`);
			result = handler(...message.args);
		} catch (error) {
			answer(message.id, undefined, error);
			return;
		}
		if (result instanceof Promise)
			result.then(
				(value) => answer(message.id, value),
				(error: unknown) => answer(message.id, undefined, error),
			);
		else answer(message.id, result);
	});
};

/** The main thread's side of calls to the worker. */
export class AsyncCaller {
	private next = 1;
	private readonly pending = new Map<
		number,
		{ readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void }
	>();

	constructor(
		private readonly port: Pick<MessagePort, "postMessage">,
		private readonly errors: ErrorCodec,
	) {}

	call(method: string, args: readonly unknown[]): Promise<unknown> {
		const id = this.next++;
		return new Promise((resolve, reject) => {
			this.pending.set(id, { resolve, reject });
			this.port.postMessage({ type: "call", id, method, args } satisfies Message);
		});
	}

	/** How many calls wait for an answer. */
	get waiting(): number {
		return this.pending.size;
	}

	/** Takes an answer; false for other messages. */
	take(message: Message): boolean {
		if (message.type !== "answer") return false;
		const entry = this.pending.get(message.id);
		if (entry === undefined) return true;
		this.pending.delete(message.id);
		if (message.error !== undefined) entry.reject(this.errors.decode(message.error));
		else entry.resolve(message.value);
		return true;
	}

	/** Rejects all that wait: the other side is gone. */
	fail(error: unknown): void {
		for (const { reject } of this.pending.values()) reject(error);
		this.pending.clear();
	}
}
