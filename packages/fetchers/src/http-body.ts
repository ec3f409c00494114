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

/** What was read of a body, and why not all of it. */
export interface ReadBody {
	readonly pieces: readonly Uint8Array[];
	readonly size: number;
	readonly broken?: TransferReason;
}

/** Settles as the promise does, or rejects with `tooSlow` after that time. */
export const within = <T>(promise: Promise<T>, { stalledAfter, later }: BodyLimits): Promise<T> => {
	if (stalledAfter === undefined || later === undefined) return promise;
	return new Promise((resolve, reject) => {
		const callOff = later(stalledAfter, () => reject(tooSlow));
		promise.then(resolve, reject).finally(callOff);
	});
};

/** Read a body as far as it comes. `start` is what was read of it before. Throws {@link BodyTooLarge}. */
export const readBody = async (
	stream: BodyStream,
	start: Pick<ReadBody, "pieces" | "size">,
	limits: BodyLimits,
): Promise<ReadBody> => {
	const pieces = [...start.pieces];
	let { size } = start;
	const reader = stream.getReader();
	for (;;) {
		let step: { readonly done: boolean; readonly value?: Uint8Array | undefined };
		try {
			step = await within(reader.read(), limits);
		} catch (error) {
			reader.cancel().catch(() => {});
			return { pieces, size, broken: error === tooSlow ? tooSlow : partialFile };
		}
		if (step.done) return { pieces, size };
		const piece = step.value as Uint8Array;
		size += piece.length;
		if (size > limits.maxSize) {
			reader.cancel().catch(() => {});
			throw new BodyTooLarge();
		}
		pieces.push(piece);
		if (limits.speed !== undefined) await limits.sleep?.((piece.length / limits.speed) * 1000);
	}
};

/** The pieces as one. */
export const joinPieces = (pieces: readonly Uint8Array[], size: number): Uint8Array => {
	if (pieces.length === 1) return pieces[0];
	const out = new Uint8Array(size);
	let at = 0;
	for (const piece of pieces) {
		out.set(piece, at);
		at += piece.length;
	}
	return out;
};
