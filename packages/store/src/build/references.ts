import { bytesToString } from "../byte-string";

/** How many characters the hash part of a store path has. */
export const hashPartLength = 32;

const isNix32 = (() => {
	const table = new Uint8Array(256);
	for (const c of "0123456789abcdfghijklmnpqrsvwxyz") table[c.charCodeAt(0)] = 1;
	return table;
})();

/**
 * Looks for the hash parts of store paths in a stream of bytes. A hash part counts wherever it stands, also across
 * the seam of two pieces; nothing else of the store path is looked at. Most bytes are never read: a byte that is no
 * digit of Nix's base-32 lets the search go on behind it, so it looks at every 32nd byte first.
 *
 *     const scanner = new ReferenceScanner(["0c6kzph7l0dcbfmjap64f0czdafn3b7x"])
 *     scanner.update(bytes)
 *     scanner.found // Set { "0c6k…" } if it is there
 */
export class ReferenceScanner {
	/** The hash parts seen so far. */
	readonly found = new Set<string>();
	readonly #wanted: Set<string>;
	#tail = new Uint8Array(0);

	constructor(hashParts: Iterable<string>) {
		this.#wanted = new Set(hashParts);
	}

	/** Look through the next piece of the stream. */
	update(chunk: Uint8Array): void {
		if (this.#wanted.size === 0 || chunk.length === 0) return;
		const keep = hashPartLength - 1;
		if (this.#tail.length > 0) {
			const seam = concat(this.#tail, chunk.subarray(0, keep));
			this.#search(seam);
			this.#search(chunk);
			this.#tail = chunk.length >= keep ? chunk.slice(chunk.length - keep) : seam.slice(-keep);
		} else {
			this.#search(chunk);
			this.#tail = chunk.slice(Math.max(0, chunk.length - keep));
		}
	}

	#search(data: Uint8Array): void {
		const last = data.length - hashPartLength;
		for (let start = 0; start <= last; ) {
			let at = start + hashPartLength - 1;
			while (at >= start && isNix32[data[at] as number] === 1) at--;
			if (at >= start) {
				start = at + 1;
				continue;
			}
			const part = bytesToString(data.subarray(start, start + hashPartLength));
			if (this.#wanted.delete(part)) {
				this.found.add(part);
				if (this.#wanted.size === 0) return;
			}
			start++;
		}
	}
}

const concat = (a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> => {
	const out = new Uint8Array(a.length + b.length);
	out.set(a);
	out.set(b, a.length);
	return out;
};
