import type { NarInfo } from "../../formats/narinfo";
import type { Realisation } from "../../formats/realisation";

/** What is remembered of binary caches from one run to the next. */
export interface CacheKnowledge {
	/** The cache's own information, if it is fresh. */
	cacheInfo(uri: string): { readonly wantMassQuery: boolean; readonly priority: number } | undefined;
	setCacheInfo(uri: string, storeDir: string, info: { wantMassQuery: boolean; priority: number }): void;
	/** Undefined: nothing is known. `absent`: it was not there. */
	lookUp(uri: string, hashPart: string): NarInfo | "absent" | undefined;
	remember(uri: string, hashPart: string, info: NarInfo | undefined): void;
	/** The same of what outputs (`sha256:…!out`) were realised to. */
	lookUpRealisation(uri: string, outputId: string): Realisation | "absent" | undefined;
	rememberRealisation(uri: string, outputId: string, realisation: Realisation | undefined): void;
}
