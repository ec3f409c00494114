import { MemoryDirectory, MemoryFile, type MemoryNode, MemorySymlink } from "../../accessors/memory";
import { type NarFile, type NarFileSink, type NarVisitor, parseNar } from "./parse";

const joined = (chunks: readonly Uint8Array[]): Uint8Array => {
	if (chunks.length === 1) return chunks[0];
	const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
	let at = 0;
	for (const chunk of chunks) {
		whole.set(chunk, at);
		at += chunk.length;
	}
	return whole;
};

/** Builds a tree in memory out of what a NAR parser tells. */
export class MemoryTreeBuilder implements NarVisitor {
	root: MemoryNode | undefined;
	private readonly open: MemoryDirectory[] = [];

	protected add(path: string, node: MemoryNode): void {
		const parent = this.open[this.open.length - 1];
		if (parent === undefined) this.root = node;
		else parent.entries.set(path.slice(path.lastIndexOf("/") + 1), node);
	}

	directory(path: string): void {
		const directory = new MemoryDirectory();
		this.add(path, directory);
		this.open.push(directory);
	}

	endDirectory(): void {
		this.open.pop();
	}

	regular(path: string, file: NarFile): NarFileSink {
		const chunks: Uint8Array[] = [];
		return {
			write: (chunk) => void chunks.push(chunk.slice()),
			end: () => {
				this.add(path, new MemoryFile(joined(chunks), file.executable));
			},
		};
	}

	symlink(path: string, target: string): void {
		this.add(path, new MemorySymlink(target));
	}
}

/** The tree that a NAR holds. Throws {@link BadArchiveError}. `memoryAccessor(narToMemory(bytes))` reads it. */
export const narToMemory = (nar: Uint8Array | Iterable<Uint8Array>): MemoryNode => {
	const builder = new MemoryTreeBuilder();
	parseNar(nar, builder);
	return builder.root as MemoryNode;
};
