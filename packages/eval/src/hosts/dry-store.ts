import {
	type AddOptions,
	type Derivation,
	defaultStoreDir,
	derivationText,
	hashPath,
	makeFixedOutputPath,
	memoryAccessor,
	type SourceAccessor,
	StoreError,
	type StorePath,
	textPathOf,
} from "@tsnix/store";
import type { HostStore } from "../host";

/** A store that works out where things would go, and has none of them but the derivations it was told. */
class DryStore implements HostStore {
	readonly uri = "dummy://";
	private readonly derivations = new Map<string, Derivation>();

	constructor(readonly storeDir: string) {}

	isValidPath(): boolean {
		return false;
	}
	queryPathInfo(): undefined {
		return undefined;
	}
	queryPathFromHashPart(): undefined {
		return undefined;
	}
	accessor(): SourceAccessor {
		return memoryAccessor(undefined);
	}

	addToStore(name: string, source: SourceAccessor, sourcePath: string, options: AddOptions = {}): StorePath {
		const { method = "nar", algorithm = "sha256", references, filter } = options;
		const hash = hashPath(source, sourcePath, { method, algorithm, filter });
		return makeFixedOutputPath(name, { method, hash, references }, this.storeDir);
	}

	addTextToStore(name: string, contents: string, references: readonly StorePath[]): StorePath {
		return textPathOf(name, contents, references, this.storeDir);
	}

	addDerivation(drv: Derivation): StorePath {
		const { path } = derivationText(drv, this.storeDir);
		this.derivations.set(path.baseName, drv);
		return path;
	}

	readDerivation(path: StorePath): Derivation {
		const drv = this.derivations.get(path.baseName);
		if (drv === undefined)
			throw new StoreError("INVALID_PATH", `derivation '${path.toString(this.storeDir)}' is not valid`);
		return drv;
	}

	queryRealisation(): undefined {
		return undefined;
	}
}

/**
 * A store for evaluation that is not to change anything: paths are worked out, nothing is kept but derivations, so that
 * those that depend on each other can be made. Nothing in it can be read.
 */
export const dryStore = (storeDir: string = defaultStoreDir): HostStore => new DryStore(storeDir);
