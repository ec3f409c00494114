import type { StorePath } from "../formats/store-path";
import type { SourceAccessor } from "../source-accessor";
import type { PathInfo } from "../stores/store";

/** What a substituter says of a path that it can give. */
export interface SubstitutablePath extends PathInfo {
	/** Bytes to be fetched, where that is known. */
	readonly downloadSize?: number;
}

/** A store that finished objects can be had from instead of building them: the part of `Store` that this takes. */
export interface Substituter {
	readonly uri: string;
	readonly storeDir: string;
	/** It may be asked for many paths at once, as queries do that build nothing. */
	readonly wantMassQuery?: boolean;
	queryPathInfo(path: StorePath): Promise<SubstitutablePath | undefined>;
	/** The object's files. */
	accessor(path: StorePath): Promise<SourceAccessor>;
	/** What an output of a content-addressed derivation (`sha256:…!out`) was realised to. */
	queryRealisation?(outputId: string): Promise<StorePath | undefined>;
}
