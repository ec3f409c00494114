import { kMaxLength } from "node:buffer";
import { constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { unxzSync } from "node-liblzma";
import seekBzip from "seek-bzip";
import { type Codecs, portableCodecs } from "../archives/codecs";

/** Below this many bytes the portable decoder is done before zlib has begun. */
const smallStream = 2048;

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
	bunzip2: (data) => seekBzip.decode(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
	unxz: (data) => unxzSync(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
};
