import type { ByteString } from "../../byte-string";
import { makeOutputPath, makeTextPath } from "../content-address";
import { type Hash, hashString } from "../hash";
import { defaultStoreDir, type StorePath } from "../store-path";
import {
	type Derivation,
	DerivationError,
	type DerivationOutput,
	derivationReferences,
	outputPath,
} from "./derivation";
import { DerivationHasher, type DerivationHashMemo, type DerivationLookup } from "./hash-modulo";
import { DerivationWriter, writeDerivation } from "./write";

/** The store path of a derivation's .drv file: that of a text whose references are the inputs. */
export const derivationPath = (drv: Derivation, options: { readonly storeDir?: string } = {}): StorePath =>
	derivationText(drv, options.storeDir).path;

/** A derivation as a .drv file. */
export interface DerivationText {
	readonly text: ByteString;
	/** SHA-256 of the text. */
	readonly hash: Hash;
	readonly path: StorePath;
}

const textOf = (drv: Derivation, text: ByteString, storeDir: string): DerivationText => {
	const hash = hashString("sha256", text);
	return { text, hash, path: makeTextPath(`${drv.name}.drv`, hash, derivationReferences(drv), storeDir) };
};

/** What {@link finishDerivation} wrote, so that adding the derivation to a store need not do it again. */
const finished = new WeakMap<Derivation, FinishedDerivation & { readonly storeDir: string }>();

/** Whether a derivation is one whose outputs {@link finishDerivation} has filled in, for a store there. */
export const isFinished = (drv: Derivation, storeDir: string): boolean => finished.get(drv)?.storeDir === storeDir;

/** The contents and the path of a derivation's .drv file. */
export const derivationText = (drv: Derivation, storeDir: string = defaultStoreDir): DerivationText => {
	const known = finished.get(drv);
	if (known?.storeDir === storeDir) return known;
	return textOf(drv, writeDerivation(drv, { storeDir }), storeDir);
};

/** The outputs with their paths, and the variables that name them. */
interface Filled {
	readonly outputs: Map<string, DerivationOutput>;
	readonly env: Map<ByteString, ByteString>;
}

const requireVariable = (env: ReadonlyMap<string, string>, name: string, path: string): void => {
	const value = env.get(name);
	if (value === undefined) {
		throw new DerivationError(
			`derivation has missing environment variable '${name}', should be '${path}' but is not present`,
		);
	}
	if (value !== path) {
		throw new DerivationError(
			`derivation has incorrect environment variable '${name}', should be '${path}' but is actually '${value}'`,
		);
	}
};

/** Compute what is missing (`fill`), check what is there. What is filled in goes to `env`. */
const process = (
	drv: Derivation,
	hasher: DerivationHasher,
	fill: boolean,
	storeDir: string,
	env: Map<ByteString, ByteString> = new Map(drv.env),
	warn: (message: ByteString) => void = () => {},
): Filled => {
	const outputs = new Map(drv.outputs);
	const settle = (name: string, path: StorePath): void => {
		const text = path.toString(storeDir);
		if (fill && (env.get(name) ?? "") === "") env.set(name, text);
		requireVariable(env, name, text);
	};
	const masked = hasher.type === "inputAddressed" || hasher.type === "deferred" ? hasher.hash(true) : undefined;
	for (const [name, output] of drv.outputs) {
		if (output.kind === "fixed") {
			settle(name, outputPath(drv.name, name, output, storeDir) as StorePath);
			continue;
		}
		if (masked === undefined) continue;
		if (masked.deferred) {
			if (output.kind === "inputAddressed") {
				throw new DerivationError(
					`derivation has incorrect output '${output.path.toString(storeDir)}', should be deferred`,
				);
			}
			continue;
		}
		const hash = masked.hashes.get(name);
		if (hash === undefined) throw new DerivationError(`derivation produced no hash for output '${name}'`);
		const path = makeOutputPath(name, hash, drv.name, storeDir);
		if (output.kind === "inputAddressed") {
			if (output.path.equals(path)) continue;
			throw new DerivationError(
				`derivation has incorrect output '${output.path.toString(storeDir)}', should be '${path.toString(storeDir)}'`,
			);
		}
		if (fill) outputs.set(name, { kind: "inputAddressed", path });
		else
			warn(
				`derivation has incorrect deferred output, should be '${path.toString(storeDir)}'.\nThis will be an error in future versions of Nix; compatibility of CA derivations will be broken.`,
			);
		settle(name, path);
	}
	return { outputs, env };
};

/** A derivation whose outputs are filled in, the contents of its .drv file, and that file's path. */
export interface FinishedDerivation extends DerivationText {
	readonly derivation: Derivation;
}

/**
 * All that instantiation does to a derivation: {@link fillOutputs}, its text and its path, and its hash as an input of
 * others put into `memo`; what these have in common is done once. A caller that has no further use for the variables as
 * they were gives them as `env` too, and spares a copy.
 */
export const finishDerivation = (
	drv: Derivation,
	lookup: DerivationLookup,
	memo: DerivationHashMemo,
	storeDir: string = defaultStoreDir,
	env?: Map<ByteString, ByteString>,
): FinishedDerivation => {
	const writer = new DerivationWriter(drv, storeDir);
	const hasher = new DerivationHasher(drv, lookup, memo, storeDir, writer);
	const filled = process(drv, hasher, true, storeDir, env);
	const derivation: Derivation = { ...drv, ...filled };
	const done = { derivation, ...textOf(derivation, writer.text(filled), storeDir), storeDir };
	if (!memo.has(done.path.baseName)) memo.set(done.path.baseName, hasher.hash(false, filled));
	finished.set(derivation, done);
	return done;
};

/**
 * Compute the paths of input-addressed outputs (given as `deferred`), and put them and the fixed outputs' paths into
 * the environment where the output's variable is missing or empty. Outputs that depend on content-addressed
 * derivations stay deferred. Throws {@link DerivationError} where something is there already and wrong.
 */
export const fillOutputs = (
	drv: Derivation,
	lookup: DerivationLookup,
	memo: DerivationHashMemo = new Map(),
	storeDir: string = defaultStoreDir,
): Derivation => ({ ...drv, ...process(drv, new DerivationHasher(drv, lookup, memo, storeDir), true, storeDir) });

/**
 * Check that a derivation's outputs and their variables are what {@link fillOutputs} would have computed. An output that
 * it would have filled in is only warned of.
 */
export const checkOutputs = (
	drv: Derivation,
	lookup: DerivationLookup,
	memo: DerivationHashMemo = new Map(),
	storeDir: string = defaultStoreDir,
	warn?: (message: ByteString) => void,
): void => {
	process(drv, new DerivationHasher(drv, lookup, memo, storeDir), false, storeDir, undefined, warn);
};
