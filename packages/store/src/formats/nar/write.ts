import { childPath, requireStat, showPath } from "../../accessors/access";
import { StoreError } from "../../errors";
import type { SourceAccessor, SourceStat } from "../../source-accessor";
import { checkEntryName, checkTarget } from "./bad-archive";
import type { NarFileSink } from "./nar-visitor";

/** The first string of every NAR. */
export const narMagic = "nix-archive-1";

/** Folders may nest this deep. */
export const narMaxDepth = 64;

/** A tree that no NAR can hold. */
export class NarWriteError extends StoreError {
	constructor(message: string) {
		super("CANNOT_ARCHIVE", message);
	}
}

/** Small pieces are gathered up to this many bytes; larger ones go to the sink as they are. */
const bufferSize = 1 << 17;
/** Files from this size on are read piece by piece. */
const chunkedFrom = 1 << 20;

/** Is told what a NAR is written of, as it is written: a directory before its entries. */
export interface NarCopy {
	directory(path: string): void;
	endDirectory?(path: string): void;
	/** Gives what takes the contents. */
	regular(path: string, file: { readonly executable: boolean; readonly size: number }): NarFileSink;
	symlink(path: string, target: string): void;
}

/** A size with what fills it up to a multiple of 8. */
export const padded = (size: number): number => Math.ceil(size / 8) * 8;

/** Constant strings in the wire's form, one after the other. */
const tokens = (...texts: string[]): Uint8Array => {
	const out = new Uint8Array(texts.reduce((size, text) => size + 8 + padded(text.length), 0));
	let at = 0;
	for (const text of texts) {
		new DataView(out.buffer).setUint32(at, text.length, true);
		for (let i = 0; i < text.length; i++) out[at + 8 + i] = text.charCodeAt(i);
		at += 8 + padded(text.length);
	}
	return out;
};

const header = tokens(narMagic);
const regular = tokens("(", "type", "regular", "contents");
const executable = tokens("(", "type", "regular", "executable", "", "contents");
const symlink = tokens("(", "type", "symlink", "target");
const directory = tokens("(", "type", "directory");
const entry = tokens("entry", "(", "name");
const node = tokens("node");
const close = tokens(")");

/** The constant parts of a NAR, in the wire's form. */
export const narConstants = { header, regular, executable, symlink, directory, entry, node, close } as const;

/** A name or a target in the wire's form. */
export const narString = (text: string): Uint8Array => tokens(text);

/** Kept from one call to the next: most trees are single small files. */
let spareBuffer: Uint8Array | undefined;

/** Takes a NAR's bytes; `last` where it is known that there are no more. A chunk is the sink's only until it returns. */
export type NarSink = (chunk: Uint8Array, last: boolean) => void;

/** Gathers what is written into one buffer before it reaches the sink. */
class Output {
	private size = 0;

	constructor(
		private readonly sink: NarSink,
		private readonly buffer: Uint8Array,
	) {}

	flush(last = false): void {
		if (this.size > 0) this.sink(this.buffer.subarray(0, this.size), last);
		this.size = 0;
	}

	bytes(data: Uint8Array): void {
		const large = data.length > bufferSize / 2;
		if (large || data.length > bufferSize - this.size) this.flush();
		if (large) {
			this.sink(data, false);
			return;
		}
		this.buffer.set(data, this.size);
		this.size += data.length;
	}

	/** Bytes that `read` writes to the buffer, at most half of one: how many of them there were. */
	fill(length: number, read: (buffer: Uint8Array, offset: number) => number, copy?: NarFileSink): number {
		if (length > bufferSize - this.size) this.flush();
		const size = read(this.buffer, this.size);
		if (copy !== undefined && size > 0) copy.write(this.buffer.subarray(this.size, this.size + size));
		this.size += size;
		return size;
	}

	number(value: number): void {
		if (this.size + 8 > bufferSize) this.flush();
		const { buffer } = this;
		let rest = value;
		for (let i = 0; i < 8; i++) {
			buffer[this.size++] = rest % 256;
			rest = rest < 256 ? 0 : Math.floor(rest / 256);
		}
	}

	padding(size: number): void {
		const rest = padded(size) - size;
		if (this.size + rest > bufferSize) this.flush();
		this.buffer.fill(0, this.size, this.size + rest);
		this.size += rest;
	}

	/** A byte string: names and targets, which are short. */
	string(text: string): void {
		this.number(text.length);
		if (text.length > bufferSize) throw new NarWriteError("string is too long");
		if (this.size + text.length > bufferSize) this.flush();
		for (let i = 0; i < text.length; i++) this.buffer[this.size++] = text.charCodeAt(i);
		this.padding(text.length);
	}
}

class Writer {
	constructor(
		private readonly accessor: SourceAccessor,
		private readonly out: Output,
		private readonly filter: ((path: string) => boolean) | undefined,
		private readonly copy: NarCopy | undefined,
	) {}

	contents(path: string, stat: SourceStat): void {
		const { accessor, out } = this;
		const executable = stat.executable === true;
		if (accessor.readFileInto !== undefined && stat.size !== undefined && stat.size <= bufferSize / 2) {
			const { size } = stat;
			out.number(size);
			const copy = this.copy?.regular(path, { executable, size });
			const seen = out.fill(size, (buffer, at) => this.readInto(path, buffer, at, size), copy);
			if (seen !== size) throw this.changed(path);
			copy?.end?.();
			out.padding(size);
			return;
		}
		if (accessor.readFileChunks === undefined || (stat.size ?? 0) < chunkedFrom) {
			const data = accessor.readFile(path);
			const copy = this.copy?.regular(path, { executable, size: data.length });
			if (data.length > 0) copy?.write(data);
			copy?.end?.();
			out.number(data.length);
			out.bytes(data);
			out.padding(data.length);
			return;
		}
		const size = stat.size as number;
		const copy = this.copy?.regular(path, { executable, size });
		out.number(size);
		let seen = 0;
		for (const chunk of accessor.readFileChunks(path)) {
			seen += chunk.length;
			if (seen > size) break;
			out.bytes(chunk);
			copy?.write(chunk);
		}
		if (seen !== size) throw this.changed(path);
		copy?.end?.();
		out.padding(size);
	}

	private readInto(path: string, buffer: Uint8Array, at: number, size: number): number {
		return this.accessor.readFileInto?.(path, buffer, at, size) ?? 0;
	}

	private changed(path: string): NarWriteError {
		return new NarWriteError(`file '${showPath(this.accessor, path)}' changed while it was read`);
	}

	directory(path: string, depth: number): void {
		const { accessor, out } = this;
		const names = accessor.readNames?.(path) ?? Array.from(accessor.readDirectory(path), ([name]) => name);
		out.bytes(directory);
		this.copy?.directory(path);
		for (const name of names.sort()) {
			if (this.copy !== undefined) checkEntryName(name);
			const child = childPath(path, name);
			if (this.filter !== undefined && !this.filter(child)) continue;
			out.bytes(entry);
			out.string(name);
			out.bytes(node);
			this.node(child, depth + 1);
			out.bytes(close);
		}
		this.copy?.endDirectory?.(path);
	}

	node(path: string, depth: number): void {
		const { accessor, out } = this;
		if (depth >= narMaxDepth) {
			const shown = showPath(accessor, path);
			throw new NarWriteError(`path '${shown}' exceeds maximum NAR directory depth of ${narMaxDepth}`);
		}
		const stat = requireStat(accessor, path);
		if (stat.kind === "regular") {
			out.bytes(stat.executable === true ? executable : regular);
			this.contents(path, stat);
		} else if (stat.kind === "directory") {
			this.directory(path, depth);
		} else if (stat.kind === "symlink") {
			const target = accessor.readLink(path);
			if (this.copy !== undefined) {
				checkTarget(target);
				this.copy.symlink(path, target);
			}
			out.bytes(symlink);
			out.string(target);
		} else {
			throw new NarWriteError(`file '${path}' has an unsupported type`);
		}
		out.bytes(close);
	}
}

/**
 * Write a tree as a NAR (the manual's "Nix Archive (NAR) format"). Small pieces are gathered before they reach the
 * sink; a chunk is the sink's only until it returns. `filter` is asked for every path below `path` (in the accessor's
 * paths) and false leaves it out; `copy` is told of everything, in the accessor's paths, too. Large files are never held whole where the accessor can read them piece by piece.
 * Throws {@link NarWriteError} for what a NAR cannot hold.
 */
export const writeNar = (
	accessor: SourceAccessor,
	path: string,
	sink: NarSink,
	filter?: (path: string) => boolean,
	copy?: NarCopy,
): void => {
	const buffer = spareBuffer ?? new Uint8Array(bufferSize);
	spareBuffer = undefined;
	try {
		const out = new Output(sink, buffer);
		out.bytes(header);
		new Writer(accessor, out, filter, copy).node(path, 0);
		out.flush(true);
	} finally {
		spareBuffer = buffer;
	}
};

/** A tree as a NAR, in one piece. For small trees. */
export const narBytes = (accessor: SourceAccessor, path = "/", filter?: (path: string) => boolean): Uint8Array => {
	const chunks: Uint8Array[] = [];
	let size = 0;
	writeNar(
		accessor,
		path,
		(chunk) => {
			chunks.push(chunk.slice());
			size += chunk.length;
		},
		filter,
	);
	const out = new Uint8Array(size);
	let at = 0;
	for (const chunk of chunks) {
		out.set(chunk, at);
		at += chunk.length;
	}
	return out;
};
