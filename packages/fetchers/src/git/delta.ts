import { GitError } from "../errors";

const damaged = (): GitError => new GitError("BAD_DELTA", "damaged delta in Git pack");

/** Rebuild an object from the one it is a delta of: pieces of the base, and literal bytes between them. */
export const applyDelta = (base: Uint8Array, delta: Uint8Array): Uint8Array => {
	let at = 0;
	const length = (): number => {
		let value = 0;
		for (let scale = 1; ; scale *= 128) {
			const byte = delta[at++];
			if (byte === undefined) throw damaged();
			value += (byte & 0x7f) * scale;
			if ((byte & 0x80) === 0) return value;
		}
	};
	if (length() !== base.length) throw damaged();
	const out = new Uint8Array(length());
	let end = 0;
	while (at < delta.length) {
		const command = delta[at++] as number;
		if ((command & 0x80) === 0) {
			if (command === 0 || at + command > delta.length || end + command > out.length) throw damaged();
			out.set(delta.subarray(at, at + command), end);
			at += command;
			end += command;
			continue;
		}
		let offset = 0;
		let size = 0;
		for (let i = 0; i < 4; i++) if (command & (1 << i)) offset += (delta[at++] as number) * 256 ** i;
		for (let i = 0; i < 3; i++) if (command & (0x10 << i)) size += (delta[at++] as number) * 256 ** i;
		if (size === 0) size = 0x10000;
		if (offset + size > base.length || end + size > out.length) throw damaged();
		out.set(base.subarray(offset, offset + size), end);
		end += size;
	}
	if (end !== out.length) throw damaged();
	return out;
};
