import * as zlib from "node:zlib";

/** What of Node's stream is used that compresses zstd; part of Node from 22.15 on. */
interface ZstdStream {
	/** Status of the last call: how much is left of output and of input. */
	readonly _writeState?: Uint32Array;
	readonly _handle?: {
		writeSync(
			operation: number,
			from: Uint8Array,
			fromOffset: number,
			fromLength: number,
			to: Uint8Array,
			toOffset: number,
			toLength: number,
		): void;
	} | null;
}

type CreateStream = (options: object) => ZstdStream;

const operation = { goOn: 0, end: 2 } as const;
const none = new Uint8Array(0);

/** More than a frame can take whose size is not known when it begins. */
const bound = (size: number): number => size + (size >>> 7) + 1024;

/** One for each level: making one takes as long as a small NAR. */
const streams = new Map<number, ZstdStream>();

const streamOf = (create: CreateStream, level: number): ZstdStream => {
	let stream = streams.get(level);
	if (stream === undefined) {
		const constants = zlib.constants as unknown as Record<string, number>;
		stream = create({
			params: {
				[constants.ZSTD_c_checksumFlag]: 1,
				...(level < 0 ? {} : { [constants.ZSTD_c_compressionLevel]: level }),
			},
		});
		streams.set(level, stream);
	}
	return stream;
};

/**
 * Zstandard by Node, as the reference writes it: with a checksum, and all handed over before the end is told of, for
 * which other bytes come out than for both at once. Node's streams do that only by and by, so this calls what is below
 * them. Undefined where this Node does not have it.
 */
export const nodeZstdCompress = (data: Uint8Array, level: number): Uint8Array | undefined => {
	const { createZstdCompress } = zlib as unknown as { createZstdCompress?: CreateStream };
	if (createZstdCompress === undefined) return undefined;
	const { _handle: handle, _writeState: state } = streamOf(createZstdCompress, level);
	if (handle === undefined || handle === null || state === undefined) return undefined;
	const out = new Uint8Array(bound(data.length));
	handle.writeSync(operation.goOn, data, 0, data.length, out, 0, out.length);
	const written = out.length - state[0];
	const isTaken = state[1] === 0;
	handle.writeSync(operation.end, none, 0, 0, out, written, out.length - written);
	// What does not fit would be left in the stream.
	if (!isTaken || state[0] === 0) {
		streams.delete(level);
		return undefined;
	}
	return out.slice(0, out.length - state[0]);
};
