import type { Position } from "./errors";

/** Where a source text came from. */
export type Origin =
	| { readonly kind: "file"; readonly path: string; readonly accessor?: unknown }
	| { readonly kind: "string" }
	| { readonly kind: "stdin" };

/** A position in some source of an evaluation, as one number; 0 is "no position". */
export type PosIdx = number;

interface Entry {
	readonly base: number;
	readonly origin: Origin;
	readonly source: () => string;
	lines: number[] | undefined;
}

/**
 * All sources of an evaluation laid end to end, so that a position is one small integer. Lines and columns are only
 * worked out when somebody asks.
 */
export class PosTable {
	private readonly entries: Entry[] = [];
	private next = 1;

	/** Make room for a source of `length` bytes; gives the index of its first byte. */
	add(origin: Origin, length: number, source: () => string): PosIdx {
		const base = this.next;
		this.entries.push({ base, origin, source, lines: undefined });
		this.next += length + 1;
		return base;
	}

	private entry(pos: PosIdx): Entry | undefined {
		if (pos <= 0) return undefined;
		let lo = 0;
		let hi = this.entries.length - 1;
		while (lo < hi) {
			const mid = (lo + hi + 1) >> 1;
			if (this.entries[mid].base <= pos) lo = mid;
			else hi = mid - 1;
		}
		return this.entries[lo];
	}

	originOf(pos: PosIdx): Origin | undefined {
		return this.entry(pos)?.origin;
	}

	/** The offset of a position in its source. */
	offsetOf(pos: PosIdx): number {
		return pos - (this.entry(pos)?.base ?? pos);
	}

	/** Line and column, both from 1; columns count bytes. Lines end in LF, CR or CRLF, as the reference counts them. */
	resolve(pos: PosIdx): Position | undefined {
		const e = this.entry(pos);
		if (e === undefined) return undefined;
		e.lines ??= lineStarts(e.source());
		const offset = pos - e.base;
		let lo = 0;
		let hi = e.lines.length - 1;
		while (lo < hi) {
			const mid = (lo + hi + 1) >> 1;
			if (e.lines[mid] <= offset) lo = mid;
			else hi = mid - 1;
		}
		return { origin: e.origin, line: lo + 1, column: offset - e.lines[lo] + 1, source: e.source };
	}
}

const lineStarts = (source: string): number[] => {
	const starts = [0];
	for (let i = 0; i < source.length; i++) {
		const c = source.charCodeAt(i);
		if (c === 10) starts.push(i + 1);
		else if (c === 13) {
			if (source.charCodeAt(i + 1) === 10) i++;
			starts.push(i + 1);
		}
	}
	return starts;
};
