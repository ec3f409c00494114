import { type Derivation, derivationType, outputPath } from "../formats/derivation/derivation";
import { type DerivationHashMemo, hashDerivationModulo } from "../formats/derivation/hash-modulo";
import type { Hash } from "../formats/hash";
import type { StorePath } from "../formats/store-path";
import type { SyncStore } from "../stores/store";
import type { DerivationChain } from "./resolve";

/** Answers what derivations' outputs are called in realisations, and where they lie. Hashes are remembered. */
export class KnownOutputs {
	readonly #store: SyncStore;
	readonly #realisations: boolean;
	/** Hashes of derivations as inputs of others. */
	readonly #inputHashes: DerivationHashMemo = new Map();
	readonly #outputHashes = new WeakMap<Derivation, ReadonlyMap<string, Hash>>();

	/** `realisations` false leaves out what the experimental feature `ca-derivations` adds. */
	constructor(store: SyncStore, realisations: boolean) {
		this.#store = store;
		this.#realisations = realisations;
	}

	/** The hash of each output that realisations are keyed by. */
	hashes(drv: Derivation): ReadonlyMap<string, Hash> {
		let hashes = this.#outputHashes.get(drv);
		if (hashes === undefined) {
			const lookup = (path: StorePath): Derivation => this.#store.readDerivation(path);
			const options = { maskOutputs: true, storeDir: this.#store.storeDir };
			hashes = hashDerivationModulo(drv, lookup, this.#inputHashes, options).hashes;
			this.#outputHashes.set(drv, hashes);
		}
		return hashes;
	}

	/** `sha256:<base16>!out`. */
	outputId(drv: Derivation, output: string): string {
		const hash = this.hashes(drv).get(output) as Hash;
		return `${hash.algorithm}:${hash.base16()}!${output}`;
	}

	/** The output's path, valid or not: known beforehand, or by a realisation. */
	path(drv: Derivation, output: string): StorePath | undefined {
		const spec = drv.outputs.get(output);
		if (spec === undefined) return undefined;
		const known = outputPath(drv.name, output, spec, this.#store.storeDir);
		if (!this.#realisations || derivationType(drv) === "impure") return known;
		// Where the path is known beforehand a realisation can say nothing else.
		return known ?? this.#store.queryRealisation(this.outputId(drv, output));
	}

	/** The .drv file that a chain of outputs leads to, as far as it was built. */
	derivation(chain: DerivationChain): StorePath | undefined {
		let at: StorePath | undefined = chain.drvPath;
		for (const output of chain.outputs) {
			if (at === undefined || !this.#store.isValidPath(at)) return undefined;
			at = this.path(this.#store.readDerivation(at), output);
		}
		return at;
	}
}
