import type { ByteString } from "../../byte-string";
import { FormatError } from "../../errors";
import { type ContentAddress, type FileIngestionMethod, makeFixedOutputPath, outputPathName } from "../content-address";
import type { HashAlgorithm } from "../hash";
import { defaultStoreDir, type StorePath } from "../store-path";

/**
 * One output of a derivation:
 * - `inputAddressed`: its path is computed from the derivation;
 * - `fixed`: its contents are promised, its path is computed from the promise ({@link outputPath});
 * - `floating`: content-addressed, the path is known when it is built;
 * - `deferred`: input-addressed, but an input is floating, so the path is not known yet (or not computed yet);
 * - `impure`: content-addressed and built anew each time.
 */
export type DerivationOutput =
	| { readonly kind: "inputAddressed"; readonly path: StorePath }
	| { readonly kind: "fixed"; readonly contentAddress: ContentAddress }
	| { readonly kind: "floating"; readonly method: FileIngestionMethod; readonly algorithm: HashAlgorithm }
	| { readonly kind: "deferred" }
	| { readonly kind: "impure"; readonly method: FileIngestionMethod; readonly algorithm: HashAlgorithm };

/** What is used of a derivation: some of its outputs, and outputs of the derivations that these outputs are. */
export interface InputOutputs {
	/** Sorted. */
	readonly outputs: readonly string[];
	/** By the name of the output that is itself a derivation. Experimental (dynamic derivations). */
	readonly dynamicOutputs?: ReadonlyMap<string, InputOutputs>;
}

/** An input derivation and what is used of it. */
export interface InputDerivation extends InputOutputs {
	readonly path: StorePath;
}

/**
 * A store derivation, as .drv files hold it (the manual's "Store derivation"). Immutable by convention. Maps need not
 * be in order: whatever writes a derivation puts entries in byte order.
 */
export interface Derivation {
	/** Without `.drv`. */
	readonly name: string;
	/** By output name. */
	readonly outputs: ReadonlyMap<string, DerivationOutput>;
	/** By the base name of the .drv file. */
	readonly inputDrvs: ReadonlyMap<string, InputDerivation>;
	readonly inputSrcs: readonly StorePath[];
	/** The system it is built on, `x86_64-linux`. */
	readonly platform: ByteString;
	readonly builder: ByteString;
	readonly args: readonly ByteString[];
	/** Never has `__json`: see {@link structuredAttrs}. */
	readonly env: ReadonlyMap<ByteString, ByteString>;
	/** The JSON text of the structured attributes, where `__structuredAttrs` was set; `__json` in the .drv file. */
	readonly structuredAttrs?: ByteString;
}

/** The environment variable that carries the structured attributes in .drv files. */
export const structuredAttrsVariable = "__json";

/** A derivation that is not well-formed, or whose parts do not go together. */
export class DerivationError extends FormatError {
	constructor(message: string) {
		super("BAD_DERIVATION", message);
	}
}

/** The path of an output, where it is known beforehand. */
export const outputPath = (
	derivationName: string,
	outputName: string,
	output: DerivationOutput,
	storeDir: string = defaultStoreDir,
): StorePath | undefined => {
	if (output.kind === "inputAddressed") return output.path;
	if (output.kind !== "fixed") return undefined;
	return makeFixedOutputPath(outputPathName(derivationName, outputName), output.contentAddress, storeDir);
};

/** The outputs' paths by name; undefined where a path is known only after building. */
export const outputPaths = (
	drv: Derivation,
	storeDir: string = defaultStoreDir,
): Map<string, StorePath | undefined> => {
	const paths = new Map<string, StorePath | undefined>();
	for (const [name, output] of drv.outputs) paths.set(name, outputPath(drv.name, name, output, storeDir));
	return paths;
};

/** What all of a derivation's outputs are. */
export type DerivationType = DerivationOutput["kind"];

/** The type that all outputs share. Throws {@link DerivationError} where they cannot be together. */
export const derivationType = (drv: Pick<Derivation, "outputs">): DerivationType => {
	let type: DerivationType | undefined;
	let algorithm: HashAlgorithm | undefined;
	for (const [name, output] of drv.outputs) {
		if (type === undefined) type = output.kind;
		else if (type !== output.kind) throw new DerivationError("can't mix derivation output types");
		else if (type === "fixed") throw new DerivationError("only one fixed output is allowed for now");
		if (output.kind === "fixed" && name !== "out") {
			throw new DerivationError('single fixed output must be named "out"');
		}
		if (output.kind === "floating") {
			algorithm ??= output.algorithm;
			if (algorithm !== output.algorithm) {
				throw new DerivationError("all floating outputs must use the same hash algorithm");
			}
		}
	}
	if (type === undefined) throw new DerivationError("must have at least one output");
	return type;
};

/** Is the builder one of Nix's own (`builtin:fetchurl`)? */
export const isBuiltinBuilder = (drv: Pick<Derivation, "builder">): boolean => drv.builder.startsWith("builtin:");

/** Everything a .drv file refers to: its input derivations and sources. */
export const derivationReferences = (drv: Derivation): StorePath[] => {
	const references = new Map<string, StorePath>();
	for (const source of drv.inputSrcs) references.set(source.baseName, source);
	for (const input of drv.inputDrvs.values()) references.set(input.path.baseName, input.path);
	return [...references.values()].sort((a, b) => (a.baseName < b.baseName ? -1 : 1));
};
