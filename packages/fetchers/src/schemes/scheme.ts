import type { Hash } from "@tsnix/store";
import type { Attrs } from "../attrs";
import type { Fetching } from "../effects";
import type { FetchedTree } from "../fetched-tree";
import type { Input } from "../input";
import type { FetchSettings } from "../settings";
import type { ParsedURL } from "../url";
import type { FetchWorld } from "../world";

/** What understanding an input may ask for. */
export interface SchemeContext {
	readonly settings: FetchSettings;
	readonly requireTree: boolean;
	readonly warn: (message: string) => void;
}

/** A kind of input: how it is written, and how it is fetched. One module each. */
export interface InputScheme {
	/** The `type` attribute. */
	readonly name: string;
	/** The attributes it takes, besides `type` and `__final`. */
	readonly allowedAttrs: ReadonlySet<string>;
	/** The experimental feature it needs. */
	readonly experimentalFeature?: string;
	/** The attributes of the input that a URL names; undefined for URLs of other schemes. */
	fromURL(url: ParsedURL, context: SchemeContext): Attrs | undefined;
	/** Check attributes, and bring them to their usual form. */
	fromAttrs(attrs: Attrs, context: SchemeContext): Attrs;
	toURL(input: Input): ParsedURL;
	/** The attributes with another branch or revision; absent where a scheme has none. */
	applyOverrides?(input: Input, ref: string | undefined, rev: Hash | undefined): Attrs;
	/** `true` where absent. */
	isDirect?(input: Input): boolean;
	isLocked(input: Input, settings: FetchSettings): boolean;
	/** The path of an input that is relative to the flake that names it. */
	relativePath?(input: Input): string | undefined;
	/** Where the input's files can be edited. */
	sourcePath?(input: Input): string | undefined;
	/** Something that tells the tree apart from all others, known before it is fetched. */
	fingerprint?(input: Input): string | undefined;
	fetch(input: Input, world: FetchWorld): Fetching<FetchedTree>;
}
