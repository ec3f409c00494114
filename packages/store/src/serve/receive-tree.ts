import { memoryAccessor } from "../accessors/memory";
import { MemoryTreeBuilder } from "../formats/nar/memory";
import type { NarFileSink, NarVisitor } from "../formats/nar/parse";
import { type OpenSpill, SpillingTreeBuilder } from "../formats/nar/spill";
import type { SourceAccessor } from "../source-accessor";

/** Takes in the files of an object while they arrive. */
export interface TreeReceiver {
	/** Is told of a NAR. */
	readonly visitor: NarVisitor;
	/** Takes in one plain file instead, of which is not known how large it is. */
	file(): NarFileSink;
	/** What arrived; valid until `dispose`. */
	accessor(): SourceAccessor;
	/** Forgets it all, whether it was complete or not. */
	dispose(): void;
}

/** Keeps what arrives in memory as long as it is little, and else what `openSpill` makes holds it. */
export const receiveSpilling = (openSpill: OpenSpill): TreeReceiver => {
	const builder = new SpillingTreeBuilder(openSpill);
	return {
		visitor: builder,
		file: () => builder.file(),
		accessor: () => memoryAccessor(builder.root),
		dispose: () => builder.dispose(),
	};
};

/** Keeps what arrives in memory. For small objects, or where there is no file system. */
export const receiveInMemory = (): TreeReceiver => {
	const builder = new MemoryTreeBuilder();
	return {
		visitor: builder,
		file: () => builder.regular("/", { executable: false, size: 0, offset: 0 }),
		accessor: () => memoryAccessor(builder.root),
		dispose: () => {},
	};
};
