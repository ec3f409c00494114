import { type MemoryTree, memoryAccessor } from "@tsnix/store";
import type { Host } from "../host";
import { dryStore } from "./dry-store";

/**
 * A host whose files are in memory, without a store that keeps anything, without network, clock and environment, for
 * tests and for expressions that need none of them. `overrides` are put in place of its parts.
 *
 *     new Evaluator(memoryHost({ "default.nix": "1 + 1" }))
 */
export const memoryHost = (files: MemoryTree = {}, overrides: Partial<Host> = {}): Host => ({
	root: memoryAccessor(files),
	store: dryStore(),
	...overrides,
});
