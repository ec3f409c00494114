import type { Attrs } from "@tsnix/fetchers";
import type { InputPath } from "./input-path";
import type { FlakeRef } from "./ref";

/** One entry of a flake's `inputs`. It has a reference or follows another input, or neither: then it is a registry's. */
export interface FlakeInput {
	readonly ref?: FlakeRef;
	/** False for `flake = false`: a tree without outputs. */
	readonly isFlake: boolean;
	/** From the root of the lock file. */
	readonly follows?: InputPath;
	/** What is said of the input's own inputs (`inputs.x.inputs.y.…`). */
	readonly overrides: FlakeInputs;
}

/** By name, in the order of the names' bytes. */
export type FlakeInputs = ReadonlyMap<string, FlakeInput>;

/** A value of `nixConfig`. */
export type ConfigValue = string | number | bigint | boolean | readonly string[];

/** What a `flake.nix` says, but for its outputs. */
export interface FlakeFile {
	readonly description?: string;
	readonly inputs: FlakeInputs;
	/** `inputs.self`: attributes for fetching the flake itself. */
	readonly selfAttrs: Attrs;
	/** `nixConfig`, by name, sorted. */
	readonly config: ReadonlyMap<string, ConfigValue>;
}

/** A flake that was fetched and read. */
export interface Flake extends FlakeFile {
	/** As the user gave it. */
	readonly originalRef: FlakeRef;
	/** After the registries. */
	readonly resolvedRef: FlakeRef;
	/** After fetching. */
	readonly lockedRef: FlakeRef;
	/** The folder of `flake.nix`, as a path of the evaluation: `/nix/store/…-source/dir`. */
	readonly path: string;
	/** Something that names the contents of the flake's tree, where that is known. */
	readonly fingerprint?: string;
}
