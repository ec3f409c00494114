import { childPath } from "../../accessors/access";
import { bytesToString } from "../../byte-string";
import { bad, BadArchiveError, checkEntryName, checkTarget } from "./bad-archive";
import { maxName, maxTarget, type NarFileSink, type NarVisitor } from "./nar-visitor";
import { parseWholeNar } from "./parse-whole";
import { narMagic, narMaxDepth } from "./write";

export { BadArchiveError } from "./bad-archive";
export type { NarFile, NarFileSink, NarVisitor } from "./nar-visitor";

/** The bound of what is said of files in a NAR, in bytes. */
const maxTag = 32;

type State =
	| "magic"
	| "node"
	| "type"
	| "kind"
	| "fileTag"
	| "executableMark"
	| "contentsTag"
	| "contents"
	| "padding"
	| "close"
	| "targetTag"
	| "target"
	| "entryTag"
	| "entryOpen"
	| "nameTag"
	| "name"
	| "nodeTag"
	| "entryClose"
	| "done";

/** What is expected where there is one choice: the tag, and the state after it. */
const fixedTags: Partial<Record<State, readonly [tag: string, next: State]>> = {
	node: ["(", "type"],
	type: ["type", "kind"],
	contentsTag: ["contents", "contents"],
	targetTag: ["target", "target"],
	entryOpen: ["(", "nameTag"],
	nameTag: ["name", "name"],
	nodeTag: ["node", "node"],
	entryClose: [")", "entryTag"],
};

const maxLengths: Partial<Record<State, number>> = {
	magic: narMagic.length,
	executableMark: 0,
	target: maxTarget,
	name: maxName,
};

interface OpenDirectory {
	readonly path: string;
	previous: string;
}

/**
 * Reads a NAR that comes in pieces, in constant memory: {@link NarParser.write} for each piece, then
 * {@link NarParser.end}. Checks everything the reference checks: padding, tags, order and form of names, depth.
 */
export class NarParser {
	private state: State = "magic";
	private readonly open: OpenDirectory[] = [];
	private path = "/";
	private executable = false;
	private sink: NarFileSink | undefined;
	/** Bytes of contents, then of padding, still to come. */
	private left = 0;
	private paddingAfter = 0;
	/** Bytes consumed so far. */
	private offset = 0;
	private pending: Uint8Array = new Uint8Array(0);

	constructor(private readonly visitor: NarVisitor) {}

	/** The archive is complete; bytes after it belong to whatever follows. */
	get done(): boolean {
		return this.state === "done";
	}

	/** Bytes consumed so far. */
	get position(): number {
		return this.offset;
	}

	/** The next piece. Gives how many of its bytes were not wanted any more: not 0 only once the archive is complete. */
	write(chunk: Uint8Array): number {
		let data = chunk;
		if (this.pending.length > 0) {
			data = new Uint8Array(this.pending.length + chunk.length);
			data.set(this.pending);
			data.set(chunk, this.pending.length);
			this.pending = new Uint8Array(0);
		}
		let at = 0;
		while (this.state !== "done") {
			const used = this.advance(data, at);
			if (used < 0) {
				this.pending = data.slice(at);
				return 0;
			}
			at += used;
			this.offset += used;
		}
		return data.length - at;
	}

	/** There is no more. Throws unless the archive was complete. */
	end(): void {
		if (this.state !== "done") throw new BadArchiveError("unexpected end-of-file");
	}

	/** Consume one string or a piece of contents; -1 where more bytes are needed for that. */
	private advance(data: Uint8Array, at: number): number {
		const available = data.length - at;
		if (this.state === "contents" && this.left > 0) {
			if (available === 0) return -1;
			const size = Math.min(this.left, available);
			this.sink?.write(data.subarray(at, at + size));
			this.left -= size;
			if (this.left === 0) this.endContents();
			return size;
		}
		if (this.state === "padding") {
			if (available < this.paddingAfter) return -1;
			for (let i = 0; i < this.paddingAfter; i++) {
				if (data[at + i] !== 0) throw new BadArchiveError("non-zero padding");
			}
			this.finishFile();
			return this.paddingAfter;
		}
		if (available < 8) return -1;
		const length = this.readNumber(data, at);
		if (this.state === "contents") {
			this.beginContents(length);
			return 8;
		}
		if (length > (maxLengths[this.state] ?? maxTag)) {
			if (this.state === "magic") throw bad("input doesn't look like a Nix archive");
			throw new BadArchiveError("string is too long");
		}
		const total = 8 + Math.ceil(length / 8) * 8;
		if (available < total) return -1;
		for (let i = 8 + length; i < total; i++) {
			if (data[at + i] === 0) continue;
			if (this.state === "magic") throw bad("input doesn't look like a Nix archive");
			throw new BadArchiveError("non-zero padding");
		}
		this.take(bytesToString(data.subarray(at + 8, at + 8 + length)));
		return total;
	}

	private readNumber(data: Uint8Array, at: number): number {
		let value = 0;
		for (let i = 7; i >= 0; i--) value = value * 256 + data[at + i];
		return value;
	}

	private beginContents(size: number): void {
		if (!Number.isSafeInteger(size)) throw new BadArchiveError(`serialised integer ${size} is too large`);
		this.left = size;
		this.paddingAfter = Math.ceil(size / 8) * 8 - size;
		this.sink = this.visitor.regular(this.path, { executable: this.executable, size, offset: this.offset + 8 });
		if (size === 0) this.endContents();
	}

	private endContents(): void {
		if (this.paddingAfter > 0) this.state = "padding";
		else this.finishFile();
	}

	private finishFile(): void {
		this.sink?.end?.();
		this.sink = undefined;
		this.state = "close";
	}

	/** A node is complete: so is the archive, or the entry that it is in is to be closed. */
	private finishNode(): void {
		this.state = this.open.length === 0 ? "done" : "entryClose";
	}

	private take(text: string): void {
		const fixed = fixedTags[this.state];
		if (fixed !== undefined) {
			if (text !== fixed[0]) throw bad(`expected tag '${fixed[0]}', got '${text}'`);
			this.state = fixed[1];
			if (this.state === "node") this.checkDepth();
			return;
		}
		switch (this.state) {
			case "magic":
				if (text !== narMagic) throw bad("input doesn't look like a Nix archive");
				this.state = "node";
				return;
			case "kind":
				this.kind(text);
				return;
			case "fileTag":
				if (text === "executable") this.state = "executableMark";
				else if (text === "contents") this.state = "contents";
				else throw bad(`expected tag 'contents', got '${text}'`);
				return;
			case "executableMark":
				this.executable = true;
				this.state = "contentsTag";
				return;
			case "target":
				checkTarget(text);
				this.visitor.symlink(this.path, text);
				this.state = "close";
				return;
			case "close":
				if (text !== ")") throw bad(`expected tag ')', got '${text}'`);
				this.finishNode();
				return;
			case "entryTag":
				this.entry(text);
				return;
			default:
				this.name(text);
		}
	}

	private checkDepth(): void {
		if (this.open.length >= narMaxDepth) {
			throw bad(`NAR directory nesting exceeds maximum depth of ${narMaxDepth}`);
		}
	}

	private kind(text: string): void {
		if (text === "regular") {
			this.executable = false;
			this.state = "fileTag";
		} else if (text === "symlink") {
			this.state = "targetTag";
		} else if (text === "directory") {
			this.visitor.directory(this.path);
			this.open.push({ path: this.path, previous: "" });
			this.state = "entryTag";
		} else {
			throw bad(`unknown file type '${text}'`);
		}
	}

	private entry(text: string): void {
		if (text === "entry") {
			this.state = "entryOpen";
			return;
		}
		if (text !== ")") throw bad(`expected tag 'entry' or ')', got '${text}'`);
		const directory = this.open.pop() as OpenDirectory;
		this.visitor.endDirectory?.(directory.path);
		this.finishNode();
	}

	private name(name: string): void {
		checkEntryName(name);
		const directory = this.open[this.open.length - 1];
		if (name <= directory.previous) throw bad("NAR directory is not sorted");
		directory.previous = name;
		this.path = childPath(directory.path, name);
		this.state = "nodeTag";
	}
}

const passedOn: NarVisitor = { directory: () => {}, regular: () => undefined, symlink: () => {} };

/**
 * Read a NAR, in constant memory where it comes in pieces. Gives how many bytes the archive was; what comes after it
 * is not looked at. Throws {@link BadArchiveError}.
 */
export const parseNar = (nar: Uint8Array | Iterable<Uint8Array>, visitor: NarVisitor): number => {
	const whole = nar instanceof Uint8Array ? parseWholeNar(nar, visitor) : undefined;
	if (whole !== undefined && whole >= 0) return whole;
	// What is wrong is told by the reader of pieces; all that comes before that has been passed on.
	const parser = new NarParser(whole === undefined ? visitor : passedOn);
	for (const chunk of nar instanceof Uint8Array ? [nar] : nar) {
		parser.write(chunk);
		if (parser.done) break;
	}
	parser.end();
	if (whole !== undefined) throw bad("it cannot be read");
	return parser.position;
};

/** As {@link parseNar}, for pieces that have to be waited for. */
export const parseNarStream = async (nar: AsyncIterable<Uint8Array>, visitor: NarVisitor): Promise<number> => {
	const parser = new NarParser(visitor);
	for await (const chunk of nar) {
		parser.write(chunk);
		if (parser.done) break;
	}
	parser.end();
	return parser.position;
};
