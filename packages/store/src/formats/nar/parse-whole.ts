import { childPath } from "../../accessors/access";
import { checkEntryName, checkTarget } from "./bad-archive";
import { maxName, maxTarget, type NarVisitor } from "./nar-visitor";
import { narConstants, narMaxDepth } from "./write";

/** Numbers of 32 bits, as archives have them, are this machine's own. */
const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

const words = (bytes: Uint8Array): Int32Array => new Int32Array(bytes.slice().buffer);

const header = words(narConstants.header);
const regular = words(narConstants.regular);
const executable = words(narConstants.executable);
const symlink = words(narConstants.symlink);
const directory = words(narConstants.directory);
const entry = words(narConstants.entry);
const node = words(narConstants.node);
const close = words(narConstants.close);

/** Reads an archive that is all there by its constant parts, which are compared as a whole. */
class WholeReader {
	/** In words of four bytes. */
	private at = 0;
	private readonly words: Int32Array;
	private readonly text: Buffer;

	constructor(
		private readonly nar: Uint8Array,
		private readonly visitor: NarVisitor,
	) {
		this.words = new Int32Array(nar.buffer, nar.byteOffset, nar.length >> 2);
		this.text = Buffer.from(nar.buffer, nar.byteOffset, nar.length);
	}

	/** Bytes of the archive; -1 where it is not as it should be. */
	read(): number {
		return this.skip(header) && this.node("/", 0) ? this.at * 4 : -1;
	}

	/** Passes over a constant part, if it is what comes next. */
	private skip(expected: Int32Array): boolean {
		const { words, at } = this;
		if (at + expected.length > words.length) return false;
		for (let i = 0; i < expected.length; i++) if (words[at + i] !== expected[i]) return false;
		this.at = at + expected.length;
		return true;
	}

	/** Whether what fills up a string or a file that ends there, in bytes, to a multiple of eight is there, and zero. */
	private isPadded(end: number): boolean {
		const { nar } = this;
		const padded = Math.ceil(end / 8) * 8;
		if (padded > nar.length) return false;
		for (let i = end; i < padded; i++) if (nar[i] !== 0) return false;
		this.at = padded / 4;
		return true;
	}

	/** A string of bounded length. */
	private string(most: number): string | undefined {
		const { words, at } = this;
		if (at + 2 > words.length || words[at + 1] !== 0 || words[at] < 0 || words[at] > most) return undefined;
		const begin = at * 4 + 8;
		const end = begin + words[at];
		return this.isPadded(end) ? this.text.toString("latin1", begin, end) : undefined;
	}

	private node(path: string, depth: number): boolean {
		if (depth >= narMaxDepth) return false;
		if (this.skip(regular)) return this.contents(path, false);
		if (this.skip(directory)) return this.directory(path, depth);
		if (this.skip(executable)) return this.contents(path, true);
		if (!this.skip(symlink)) return false;
		const target = this.string(maxTarget);
		if (target === undefined) return false;
		checkTarget(target);
		this.visitor.symlink(path, target);
		return this.skip(close);
	}

	private contents(path: string, executable: boolean): boolean {
		const { words, at, nar } = this;
		if (at + 2 > words.length || words[at + 1] !== 0 || words[at] < 0) return false;
		const size = words[at];
		const offset = at * 4 + 8;
		const sink = this.visitor.regular(path, { executable, size, offset });
		if (offset + size > nar.length) return false;
		if (size > 0) sink?.write(nar.subarray(offset, offset + size));
		if (!this.isPadded(offset + size)) return false;
		sink?.end?.();
		return this.skip(close);
	}

	private directory(path: string, depth: number): boolean {
		this.visitor.directory(path);
		let previous = "";
		while (this.skip(entry)) {
			const name = this.string(maxName);
			if (name === undefined) return false;
			checkEntryName(name);
			if (name <= previous || !this.skip(node) || !this.node(childPath(path, name), depth + 1) || !this.skip(close))
				return false;
			previous = name;
		}
		if (!this.skip(close)) return false;
		this.visitor.endDirectory?.(path);
		return true;
	}
}

/**
 * Reads a NAR that is all there. Gives how many bytes it was: undefined where this machine has to read it another way,
 * and -1 where it is damaged; what came before that has been told.
 */
export const parseWholeNar = (nar: Uint8Array, visitor: NarVisitor): number | undefined => {
	if (!isLittleEndian || nar.byteOffset % 4 !== 0 || nar.length >= 2 ** 31 || typeof Buffer === "undefined")
		return undefined;
	return new WholeReader(nar, visitor).read();
};
