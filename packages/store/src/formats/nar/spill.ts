import { MemoryFile, type MemoryNode } from "../../accessors/memory";
import { StoreError } from "../../errors";
import { MemoryTreeBuilder } from "./memory";
import type { NarFile, NarFileSink } from "./parse";

/** A place for bytes that are too many for memory: written once, read any number of times. */
export interface Spill {
	/** Bytes so far. */
	readonly size: number;
	append(bytes: Uint8Array): void;
	/** So many bytes from there on, piece by piece; a piece is valid until the next. */
	read(offset: number, length: number): Iterable<Uint8Array>;
	/** Lets go of the place. */
	close(): void;
}

/** Makes such a place, for instance a temporary file. */
export type OpenSpill = () => Spill;

/** Contents that are kept in memory before anything is spilled, in bytes. */
const keptInMemory = 1 << 24;
/** What is known of each file is kept in memory: a tree cannot have more of them than this. */
const mostFiles = 1 << 22;
/** Smaller files are kept in memory whatever there is. */
const smallFile = 1 << 12;

/**
 * As {@link MemoryTreeBuilder}, in bounded memory: once there is much, the contents of files go to a {@link Spill}.
 * {@link SpillingTreeBuilder.dispose} lets go of it; the tree is of no use after.
 */
export class SpillingTreeBuilder extends MemoryTreeBuilder {
	private kept = 0;
	private files = 0;
	private spill: Spill | undefined;

	constructor(private readonly openSpill: OpenSpill | undefined) {
		super();
	}

	protected override add(path: string, node: MemoryNode): void {
		if (++this.files > mostFiles) throw new StoreError("TOO_MANY_FILES", `a tree has more than ${mostFiles} files`);
		super.add(path, node);
	}

	override regular(path: string, file: NarFile): NarFileSink {
		if (this.openSpill === undefined || file.size < smallFile || this.kept + file.size <= keptInMemory) {
			this.kept += file.size;
			return super.regular(path, file);
		}
		this.spill ??= this.openSpill();
		const { spill } = this;
		const offset = spill.size;
		return {
			write: (chunk) => spill.append(chunk),
			end: () => {
				const contents = { size: file.size, read: () => spill.read(offset, file.size) };
				this.add(path, new MemoryFile(contents, file.executable));
			},
		};
	}

	/** Takes in a tree that is one plain file, of which is not known how large it is. */
	file(): NarFileSink {
		const { openSpill } = this;
		const small = super.regular("/", { executable: false, size: 0, offset: 0 });
		let size = 0;
		let spill: Spill | undefined;
		let waiting: Uint8Array[] = [];
		return {
			write: (chunk) => {
				size += chunk.length;
				if (spill !== undefined) return spill.append(chunk);
				if (openSpill === undefined) return small.write(chunk);
				waiting.push(chunk.slice());
				if (size <= keptInMemory) return;
				spill = this.spill ??= openSpill();
				for (const piece of waiting) spill.append(piece);
				waiting = [];
			},
			end: () => {
				const lies = spill;
				if (lies !== undefined) {
					this.add("/", new MemoryFile({ size, read: () => lies.read(0, size) }, false));
					return;
				}
				for (const piece of waiting) small.write(piece);
				small.end?.();
			},
		};
	}

	/** Whether anything lies outside of memory. */
	get spilled(): boolean {
		return this.spill !== undefined;
	}

	dispose(): void {
		this.spill?.close();
		this.spill = undefined;
	}
}
