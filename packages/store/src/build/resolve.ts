import { makeOutputPath } from "../formats/content-address";
import {
	type Derivation,
	DerivationError,
	type DerivationOutput,
	derivationType,
	type InputOutputs,
} from "../formats/derivation/derivation";
import { hashDerivationModulo } from "../formats/derivation/hash-modulo";
import { DownstreamPlaceholder } from "../formats/derivation/placeholder";
import type { StorePath } from "../formats/store-path";
import { sortPaths } from "./closure";
import { rewriteString, type Rewrites } from "./rewriting";

/** A derivation: a .drv file, or what an output of one is, and so on (dynamic derivations). */
export interface DerivationChain {
	readonly drvPath: StorePath;
	/** Output names, from the .drv file on; none for the file itself. */
	readonly outputs: readonly string[];
}

/** A chain as text, for keys and messages: `/nix/store/…-a.drv^out`. */
export const chainText = (chain: DerivationChain, storeDir: string): string =>
	[chain.drvPath.toString(storeDir), ...chain.outputs].join("^");

/**
 * Has a derivation to be resolved before it is built? So it is where outputs of its inputs are known only after
 * building; fixed outputs too with the experimental feature `ca-derivations`, which saves building them anew.
 */
export const shouldResolve = (drv: Derivation, contentAddressedDerivations: boolean): boolean => {
	if (drv.inputDrvs.size === 0) return false;
	const type = derivationType(drv);
	if (type === "deferred" || type === "floating" || type === "impure") return true;
	if (type === "fixed" && contentAddressedDerivations) return true;
	return [...drv.inputDrvs.values()].some((input) => (input.dynamicOutputs?.size ?? 0) > 0);
};

/**
 * The derivation with the real paths of its inputs' outputs as sources, instead of input derivations and
 * placeholders; outputs that were deferred get their paths. Undefined where `lookup` does not know an output. With
 * `placeholders` false (the feature is off) only the inputs change.
 */
export const resolveDerivation = (
	drv: Derivation,
	lookup: (derivation: DerivationChain, output: string) => StorePath | undefined,
	options: { readonly placeholders: boolean; readonly storeDir: string },
): Derivation | undefined => {
	const sources: StorePath[] = [...drv.inputSrcs];
	const rewrites = new Map<string, string>();
	const visit = (
		chain: DerivationChain,
		inputs: InputOutputs,
		placeholder: (output: string) => DownstreamPlaceholder,
	): boolean => {
		for (const output of inputs.outputs) {
			const path = lookup(chain, output);
			if (path === undefined) return false;
			if (options.placeholders) rewrites.set(placeholder(output).render(), path.toString(options.storeDir));
			sources.push(path);
		}
		for (const [output, inner] of inputs.dynamicOutputs ?? []) {
			const outer = placeholder(output);
			const next = { drvPath: chain.drvPath, outputs: [...chain.outputs, output] };
			if (!visit(next, inner, (name) => DownstreamPlaceholder.unknownDerivation(outer, name))) return false;
		}
		return true;
	};
	for (const input of drv.inputDrvs.values()) {
		const start = { drvPath: input.path, outputs: [] };
		if (!visit(start, input, (name) => DownstreamPlaceholder.unknownOutput(input.path, name))) return undefined;
	}
	const resolved = { ...drv, inputDrvs: new Map(), inputSrcs: sortPaths(sources) };
	return fillDeferred(rewriteDerivation(resolved, rewrites), options.storeDir);
};

/** The derivations that one takes outputs from: its inputs, and with dynamic derivations outputs of theirs. */
export const inputChains = (drv: Derivation): { chain: DerivationChain; outputs: readonly string[] }[] => {
	const found: { chain: DerivationChain; outputs: readonly string[] }[] = [];
	const visit = (chain: DerivationChain, inputs: InputOutputs): void => {
		if (inputs.outputs.length > 0) found.push({ chain, outputs: inputs.outputs });
		for (const [output, inner] of inputs.dynamicOutputs ?? [])
			visit({ drvPath: chain.drvPath, outputs: [...chain.outputs, output] }, inner);
	};
	for (const input of drv.inputDrvs.values()) visit({ drvPath: input.path, outputs: [] }, input);
	return found;
};

const rewriteDerivation = (drv: Derivation, rewrites: Rewrites): Derivation => ({
	...drv,
	builder: rewriteString(drv.builder, rewrites),
	args: drv.args.map((arg) => rewriteString(arg, rewrites)),
	env: new Map([...drv.env].map(([name, value]) => [rewriteString(name, rewrites), rewriteString(value, rewrites)])),
	...(drv.structuredAttrs === undefined ? {} : { structuredAttrs: rewriteString(drv.structuredAttrs, rewrites) }),
});

const fillDeferred = (drv: Derivation, storeDir: string): Derivation => {
	if (![...drv.outputs.values()].some((output) => output.kind === "deferred")) return drv;
	const { hashes } = hashDerivationModulo(drv, noInputs, new Map(), { maskOutputs: true, storeDir });
	const outputs = new Map<string, DerivationOutput>(drv.outputs);
	const env = new Map(drv.env);
	for (const [name, output] of drv.outputs) {
		if (output.kind !== "deferred") continue;
		const hash = hashes.get(name);
		if (hash === undefined) throw new DerivationError(`derivation '${drv.name}' output '${name}' has no hash`);
		const path = makeOutputPath(name, hash, drv.name, storeDir);
		outputs.set(name, { kind: "inputAddressed", path });
		env.set(name, path.toString(storeDir));
	}
	return { ...drv, outputs, env };
};

const noInputs = (path: StorePath): Derivation => {
	throw new DerivationError(`a resolved derivation has no input derivations, but '${path.baseName}' was asked for`);
};
