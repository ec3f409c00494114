import { MemoryFile } from "../../accessors/memory";
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
/** Smaller files are kept in memory whatever there is. */
const smallFile = 1 << 12;

/**
 * As {@link MemoryTreeBuilder}, in bounded memory: once there is much, the contents of files go to a {@link Spill}.
 * {@link SpillingTreeBuilder.dispose} lets go of it; the tree is of no use after.
 */
export class SpillingTreeBuilder extends MemoryTreeBuilder {
	private kept = 0;
	private spill: Spill | undefined;

	constructor(private readonly openSpill: OpenSpill | undefined) {
		super();
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

	/** Whether anything lies outside of memory. */
	get spilled(): boolean {
		return this.spill !== undefined;
	}

	dispose(): void {
		this.spill?.close();
		this.spill = undefined;
	}
}
