import { makeFixedOutputPath, methodPrefix, outputPathName } from "../content-address";
import { Hash, sha256Hex } from "../hash";
import { defaultStoreDir, type StorePath } from "../store-path";
import { type Derivation, DerivationError, type DerivationType, derivationType, type InputOutputs } from "./derivation";
import { DerivationWriter } from "./write";

/** A derivation's hash modulo fixed outputs. */
export interface DerivationHash {
	/** The derivation, or one that it depends on, has outputs whose paths are not known before they are built. */
	readonly deferred: boolean;
	/** By output name; SHA-256. Other than for fixed outputs, all are the same. */
	readonly hashes: ReadonlyMap<string, Hash>;
}

/** Hashes that were computed, by the base name of the .drv file. Valid for one store directory. */
export type DerivationHashMemo = Map<string, DerivationHash>;

/** Finds an input derivation. Throws where it cannot. */
export type DerivationLookup = (path: StorePath) => Derivation;

const sha256 = (text: string): Hash => Hash.ofBase16("sha256", sha256Hex(text));

/** A fixed output's hash says what is promised and where it will be, and nothing of how it is made. */
const fixedOutputHashes = (drv: Derivation, storeDir: string): DerivationHash => {
	const hashes = new Map<string, Hash>();
	for (const [name, output] of drv.outputs) {
		if (output.kind !== "fixed") continue;
		const { method, hash } = output.contentAddress;
		const path = makeFixedOutputPath(outputPathName(drv.name, name), output.contentAddress, storeDir);
		hashes.set(
			name,
			sha256(`fixed:out:${methodPrefix(method)}${hash.algorithm}:${hash.base16()}:${path.toString(storeDir)}`),
		);
	}
	return { deferred: false, hashes };
};

/** The input derivations by their hashes modulo, and whether one of them is deferred. */
const hashedInputs = (
	drv: Derivation,
	lookup: DerivationLookup,
	memo: DerivationHashMemo,
	storeDir: string,
): { inputs: Map<string, InputOutputs>; deferred: boolean } => {
	const inputs = new Map<string, InputOutputs>();
	let deferred = false;
	for (const [baseName, input] of drv.inputDrvs) {
		let known = memo.get(baseName);
		if (known === undefined) {
			known = hashDerivationModulo(lookup(input.path), lookup, memo, { storeDir });
			memo.set(baseName, known);
		}
		if (known.deferred) deferred = true;
		for (const output of input.outputs) {
			const hash = known.hashes.get(output);
			if (hash === undefined) {
				throw new DerivationError(`no hash for output '${output}' of derivation '${drv.name}'`);
			}
			const hex = hash.base16();
			const merged = inputs.get(hex);
			if (merged === undefined) inputs.set(hex, { outputs: [output] });
			else if (!merged.outputs.includes(output)) inputs.set(hex, { outputs: [...merged.outputs, output] });
		}
	}
	return { inputs, deferred };
};

/** Several hashes of one derivation, sharing what they have in common. */
export class DerivationHasher {
	readonly type: DerivationType;
	private inputs: { inputs: Map<string, InputOutputs>; deferred: boolean } | undefined;

	constructor(
		private readonly drv: Derivation,
		private readonly lookup: DerivationLookup,
		private readonly memo: DerivationHashMemo,
		private readonly storeDir: string,
		readonly writer: DerivationWriter = new DerivationWriter(drv, storeDir),
	) {
		this.type = derivationType(drv);
	}

	/** The hash; `changes` as in {@link DerivationWriter.text}. */
	hash(
		maskOutputs: boolean,
		changes: { outputs?: Derivation["outputs"]; env?: Derivation["env"] } = {},
	): DerivationHash {
		if (this.type === "fixed") return fixedOutputHashes(this.drv, this.storeDir);
		this.inputs ??= hashedInputs(this.drv, this.lookup, this.memo, this.storeDir);
		const { inputs, deferred } = this.inputs;
		const hash = sha256(this.writer.text({ ...changes, maskOutputs, inputs }));
		const hashes = new Map<string, Hash>();
		for (const name of this.drv.outputs.keys()) hashes.set(name, hash);
		return { deferred: deferred || this.type === "floating" || this.type === "impure", hashes };
	}
}

/**
 * The hash that identifies a derivation's outputs whatever way their fixed inputs are fetched (the manual's "hash
 * modulo"): input derivations go in by their own hashes, fixed outputs by what they promise. `maskOutputs` leaves out
 * the derivation's own output paths, which is how these are computed; it is false for a derivation seen as an input.
 * `lookup` finds inputs that `memo` does not know, and what it learns is put there.
 */
export const hashDerivationModulo = (
	drv: Derivation,
	lookup: DerivationLookup,
	memo: DerivationHashMemo = new Map(),
	options: { readonly maskOutputs?: boolean; readonly storeDir?: string } = {},
): DerivationHash => {
	const storeDir = options.storeDir ?? defaultStoreDir;
	if (derivationType(drv) === "fixed") return fixedOutputHashes(drv, storeDir);
	return new DerivationHasher(drv, lookup, memo, storeDir).hash(options.maskOutputs ?? false);
};
