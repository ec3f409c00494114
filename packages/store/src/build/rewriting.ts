import { type ByteString, stringToBytes } from "../byte-string";
import type { SourceAccessor } from "../source-accessor";

/** What is put in place of what; applied one after the other, in the byte order of the keys. */
export type Rewrites = ReadonlyMap<ByteString, ByteString>;

const sorted = (rewrites: Rewrites): [ByteString, ByteString][] =>
	[...rewrites].filter(([from, to]) => from !== to && from !== "").sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** A string with every rewrite applied: placeholders in a builder's environment and arguments. */
export const rewriteString = (text: ByteString, rewrites: Rewrites): ByteString => {
	let out = text;
	for (const [from, to] of sorted(rewrites)) if (out.includes(from)) out = out.split(from).join(to);
	return out;
};

/** Bytes with every rewrite applied; each must keep its length. The input itself where nothing matched. */
export const rewriteBytes = (data: Uint8Array, rewrites: Rewrites): Uint8Array => {
	let out = data;
	for (const [from, to] of sorted(rewrites)) {
		if (from.length !== to.length) throw new RangeError("rewriteBytes: a rewrite must keep its length");
		const pattern = stringToBytes(from);
		const replacement = stringToBytes(to);
		for (let at = indexOf(out, pattern, 0); at !== -1; at = indexOf(out, pattern, at + pattern.length)) {
			if (out === data) out = data.slice();
			out.set(replacement, at);
		}
	}
	return out;
};

const indexOf = (data: Uint8Array, pattern: Uint8Array, from: number): number => {
	if (typeof Buffer !== "undefined")
		return Buffer.from(data.buffer, data.byteOffset, data.byteLength).indexOf(pattern, from);
	const first = pattern[0] as number;
	for (let at = data.indexOf(first, from); at !== -1; at = data.indexOf(first, at + 1)) {
		if (at + pattern.length > data.length) return -1;
		let i = 1;
		while (i < pattern.length && data[at + i] === pattern[i]) i++;
		if (i === pattern.length) return at;
	}
	return -1;
};

/** A sink that passes a stream on with rewrites applied, also across the seams of its pieces. End it with `flush`. */
export class RewritingSink {
	readonly #rewrites: Rewrites;
	readonly #keep: number;
	readonly #next: (chunk: Uint8Array) => void;
	#held: Uint8Array = new Uint8Array(0);

	constructor(rewrites: Rewrites, next: (chunk: Uint8Array) => void) {
		this.#rewrites = rewrites;
		this.#keep = Math.max(0, ...[...rewrites.keys()].map((from) => from.length - 1));
		this.#next = next;
	}

	write(chunk: Uint8Array): void {
		const joined = new Uint8Array(this.#held.length + chunk.length);
		joined.set(this.#held);
		joined.set(chunk, this.#held.length);
		const data = rewriteBytes(joined, this.#rewrites);
		const ready = Math.max(0, data.length - this.#keep);
		this.#held = data.slice(ready);
		if (ready > 0) this.#next(data.subarray(0, ready));
	}

	flush(): void {
		if (this.#held.length > 0) this.#next(this.#held);
		this.#held = new Uint8Array(0);
	}
}

/**
 * A tree with rewrites of equal length applied to its files' contents, link targets and names. Nothing is copied:
 * each file is rewritten when it is read.
 */
export const rewritingAccessor = (source: SourceAccessor, rewrites: Rewrites, root = "/"): SourceAccessor => {
	const renamed = new Map<string, string>([["/", root]]);
	const join = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);
	const original = (path: string): string => {
		const known = renamed.get(path);
		if (known !== undefined) return known;
		const slash = path.lastIndexOf("/");
		const folder = slash <= 0 ? "/" : path.slice(0, slash);
		const name = path.slice(slash + 1);
		const parent = original(folder);
		if (source.lstat(join(parent, name)) !== undefined && rewriteString(name, rewrites) === name)
			return join(parent, name);
		if (source.lstat(parent)?.kind === "directory")
			for (const [entry] of source.readDirectory(parent))
				if (rewriteString(entry, rewrites) === name) return join(parent, entry);
		return join(parent, name);
	};
	return {
		lstat: (path) => source.lstat(original(path)),
		readFile: (path) => rewriteBytes(source.readFile(original(path)), rewrites),
		readLink: (path) => rewriteString(source.readLink(original(path)), rewrites),
		*readDirectory(path) {
			const place = original(path);
			for (const [name, kind] of source.readDirectory(place)) {
				const to = rewriteString(name, rewrites);
				if (to !== name) renamed.set(join(path, to), join(place, name));
				yield [to, kind] as const;
			}
		},
	};
};
