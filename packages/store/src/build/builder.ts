import type { ByteString } from "../byte-string";
import type { Derivation } from "../formats/derivation/derivation";
import type { StorePath } from "../formats/store-path";
import type { SourceAccessor } from "../source-accessor";
import type { SyncStore } from "../stores/store";
import type { DerivationOptions } from "./derivation-options";
import type { DesugaredEnvironment } from "./environment";
import type { Rewrites } from "./rewriting";

/** One derivation that is to be built now; its inputs are valid. */
export interface BuildJob {
	readonly drvPath: StorePath;
	/** Resolved: it depends on no output whose path is unknown. */
	readonly derivation: Derivation;
	readonly options: DerivationOptions;
	/** The closure of the inputs, sorted: all that the builder may see of the store. */
	readonly inputPaths: readonly StorePath[];
	readonly store: SyncStore;
	/** Where the builder has to put each output. */
	readonly scratchOutputs: ReadonlyMap<string, StorePath>;
	/** Placeholders and hash parts that become others in the builder's arguments, environment and files. */
	readonly rewrites: Rewrites;
	readonly desugared: DesugaredEnvironment;
	/** `NIX_BUILD_CORES`. */
	readonly cores: number;
	readonly impureEnvironment: (name: string) => string | undefined;
	/** The builder is about to run. */
	readonly started: () => void;
	/** Takes the builder's output as it comes. */
	readonly log: (chunk: Uint8Array) => void;
	/** Leave what a failed build made where it is, for somebody to look at. */
	readonly keepFailed: boolean;
	/** Compares what a check made with what is valid: both places, the .drv file, and the build's folder. */
	readonly diffHook?: DiffHook;
	/** Tells those who watch something that is no part of the log. */
	readonly tell: (message: ByteString) => void;
	/** What the builder has added to the store, where it calls Nix itself; its outputs may refer to it. */
	readonly added: () => readonly StorePath[];
	/** Lets the builder call Nix by a socket, where it asks for that; gives what ends it. */
	readonly serve?: (socket: string) => Promise<() => Promise<void>>;
	/** Aborted when the build is no longer wanted; the builder ends as soon as it can and rejects. */
	readonly signal: AbortSignal;
}

/** A program that looks at outputs that differ (the setting `diff-hook`). Gives what is to be told, if anything. */
export type DiffHook = (
	valid: ByteString,
	made: ByteString,
	drvPath: ByteString,
	folder: ByteString,
) => ByteString | undefined;

/** An output as the builder left it. */
export interface BuiltOutput {
	readonly accessor: SourceAccessor;
	/** Its root within the accessor. */
	readonly path: string;
	/** Others than the builder's user could have written to it. */
	readonly suspicious?: boolean;
}

/** What a builder that succeeded has made. */
export interface BuildProducts {
	/** The output, or undefined if the builder did not make it. Throws for files that no store can hold. */
	output(name: string): BuiltOutput | undefined;
	/** Where the output was looked for, for messages. */
	placeOf(name: string): ByteString;
	/** Moves an output that was read to another place, for people to compare; where there are such places. */
	moveOutput?(name: string, place: ByteString): void;
	/** Whatever comes of the build, these outputs, and no others, are to be kept, for somebody to look at. */
	keep?(names: readonly string[]): void;
	/** The build's folder, where it has one. */
	readonly folder?: ByteString;
	/** Called once when the outputs have been registered, or rejected (`failed`). */
	dispose(failed: boolean): void;
}

/** Something that can build derivations: processes, functions. */
export interface Builder {
	/** Does this builder build that derivation? The first that does is asked. */
	accepts(derivation: Derivation): boolean;
	/** The system does not matter, as for Nix's own builders. */
	readonly anySystem?: boolean;
	/** Nor does anything else that could keep a derivation from being built here: features, the number of jobs. */
	readonly anyDerivation?: boolean;
	/**
	 * Outputs that are valid already are out of the builder's sight, so that it may use their paths for what it makes;
	 * otherwise it gets other paths, and hash parts are rewritten afterwards.
	 */
	hidesValidOutputs(job: Pick<BuildJob, "derivation" | "options">): boolean;
	/** Throws where the derivation asks for what cannot be had here; called before anybody is told of the build. */
	check?(drvPath: StorePath, job: Pick<BuildJob, "derivation" | "options">): void;
	/** It calls `started` itself, once it has what the builder needs; otherwise all are told before it begins. */
	readonly startsItself?: boolean;
	/** Build. Rejects with a BuilderExitError if the builder ended without success. */
	build(job: BuildJob): Promise<BuildProducts>;
}

/** The reference's quoting of file names in messages. */
export const quotePath = (path: ByteString): ByteString => `"${path.replace(/["\\]/g, "\\$&")}"`;
