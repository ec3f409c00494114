import type { Holder } from "./archives/bytes";
import { partialFile, type TransferReason, tooSlow } from "./http-reason";

/** The part of a Web stream that is read. */
export interface BodyStream {
	getReader(): {
		read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
		cancel(reason?: unknown): Promise<unknown>;
	};
}

/** How a body is read. */
export interface BodyLimits {
	/** Bytes. */
	readonly maxSize: number;
	/** Milliseconds without data after which the server counts as stalled. */
	readonly stalledAfter?: number;
	/** Bytes a second. */
	readonly speed?: number;
	readonly sleep?: (milliseconds: number) => Promise<void>;
	/** Runs an action later; gives what calls it off. */
	readonly later?: (milliseconds: number, action: () => void) => () => void;
}

/** Thrown where a body is larger than it may be. */
export class BodyTooLarge extends Error {}

/** Settles as the promise does, or rejects with `tooSlow` after that time. */
export const within = <T>(promise: Promise<T>, { stalledAfter, later }: BodyLimits): Promise<T> => {
	if (stalledAfter === undefined || later === undefined) return promise;
	return new Promise((resolve, reject) => {
		const callOff = later(stalledAfter, () => reject(tooSlow));
		promise.then(resolve, reject).finally(callOff);
	});
};

/**
 * Read a body as far as it comes, and say why it broke off, if it did. What `into` holds already counts. Throws
 * {@link BodyTooLarge}.
 */
export const readBody = async (
	stream: BodyStream,
	into: Holder,
	limits: BodyLimits,
): Promise<TransferReason | undefined> => {
	const reader = stream.getReader();
	for (;;) {
		let step: { readonly done: boolean; readonly value?: Uint8Array | undefined };
		try {
			step = await within(reader.read(), limits);
		} catch (error) {
			reader.cancel().catch(() => {});
			return error === tooSlow ? tooSlow : partialFile;
		}
		if (step.done) return undefined;
		const piece = step.value as Uint8Array;
		if (into.size + piece.length > limits.maxSize) {
			reader.cancel().catch(() => {});
			throw new BodyTooLarge();
		}
		into.write(piece);
		if (limits.speed !== undefined) await limits.sleep?.((piece.length / limits.speed) * 1000);
	}
};
