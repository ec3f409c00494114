import { kMaxLength } from "node:buffer";
import { constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { unxzSync } from "node-liblzma";
import { type Codecs, type Decoder, portableCodecs } from "../archives/codecs";
import { bzip2Decoder } from "./bzip2";
import { xzDecoder } from "./xz";

/** Below this many bytes the portable decoder is done before zlib has begun. */
const smallStream = 2048;

const whole =
	(decoder: Decoder) =>
	(data: Uint8Array): Uint8Array => {
		const pieces: Uint8Array[] = [];
		decoder([data], (piece) => pieces.push(new Uint8Array(piece)));
		return Buffer.concat(pieces);
	};

/** Node's own zlib, with bzip2 and xz. */
export const nodeCodecs: Codecs = {
	...portableCodecs,
	gunzip: (data, limit) => gunzipSync(data, { maxOutputLength: Math.min(limit, kMaxLength) }),
	inflate: (data, size) =>
		size < smallStream
			? portableCodecs.inflate(data, size)
			: inflateSync(data, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: size + 1 }),
	inflateHead: portableCodecs.inflateHead,
	inflateRaw: (data, size) => inflateRawSync(data, { maxOutputLength: size + 1 }),
	bunzip2: whole(bzip2Decoder),
	unxz: (data) => unxzSync(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
	decoders: { ...portableCodecs.decoders, bzip2: bzip2Decoder, xz: xzDecoder },
};
