import type { ByteString } from "../../byte-string";
import { makeFixedOutputPath, methodPrefix, outputPathName } from "../content-address";
import { defaultStoreDir } from "../store-path";
import {
	type Derivation,
	DerivationError,
	type DerivationOutput,
	type InputOutputs,
	structuredAttrsVariable,
} from "./derivation";

const special = /["\\\n\r\t]/;
const otherControl = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
const escapes: Readonly<Record<string, string>> = {
	'"': '\\"',
	"\\": "\\\\",
	"\n": "\\n",
	"\r": "\\r",
	"\t": "\\t",
};

/** A string as .drv files write it. JSON escapes the same way, but for other control characters, and is fast. */
const quoted = (text: ByteString): ByteString => {
	if (!special.test(text)) return `"${text}"`;
	if (!otherControl.test(text)) return JSON.stringify(text);
	return `"${text.replace(/["\\\n\r\t]/g, (c) => escapes[c])}"`;
};

const isSorted = (names: readonly string[]): boolean => {
	for (let i = 1; i < names.length; i++) if (names[i - 1] >= names[i]) return false;
	return true;
};

const sortedKeys = (map: ReadonlyMap<string, unknown>): string[] => {
	const keys = [...map.keys()];
	return isSorted(keys) ? keys : keys.sort();
};

const nameList = (names: readonly string[]): string => {
	if (names.length === 0) return "[]";
	const sorted = isSorted(names) ? names : [...new Set(names)].sort();
	return `["${sorted.join('","')}"]`;
};

const inputOutputs = (node: InputOutputs): string => {
	const outputs = nameList(node.outputs);
	const dynamic = node.dynamicOutputs;
	if (dynamic === undefined || dynamic.size === 0) return outputs;
	const children = sortedKeys(dynamic).map((name) => `("${name}",${inputOutputs(dynamic.get(name) as InputOutputs)})`);
	return `(${outputs},[${children.join(",")}])`;
};

/** An input by what it stands for (its path, or its hash) and what is used of it. */
export const writeInputs = (inputs: ReadonlyMap<string, InputOutputs>, prefix: string): string => {
	let out = "";
	for (const name of sortedKeys(inputs)) {
		out += `${out === "" ? "" : ","}("${prefix}${name}",${inputOutputs(inputs.get(name) as InputOutputs)})`;
	}
	return out;
};

const writeOutput = (
	drv: Derivation,
	name: string,
	output: DerivationOutput,
	masked: boolean,
	storeDir: string,
): string => {
	switch (output.kind) {
		case "inputAddressed":
			return `("${name}","${masked ? "" : output.path.toString(storeDir)}","","")`;
		case "deferred":
			return `("${name}","","","")`;
		case "fixed": {
			const { method, hash } = output.contentAddress;
			const path = masked
				? ""
				: makeFixedOutputPath(outputPathName(drv.name, name), output.contentAddress, storeDir).toString(storeDir);
			return `("${name}","${path}","${methodPrefix(method)}${hash.algorithm}","${hash.base16()}")`;
		}
		case "floating":
			return `("${name}","","${methodPrefix(output.method)}${output.algorithm}","")`;
		case "impure":
			return `("${name}","","${methodPrefix(output.method)}${output.algorithm}","impure")`;
	}
};

/**
 * Writes one derivation, several times if need be: the parts that are the same whether outputs are masked or not, and
 * whether inputs go by path or by hash, are made once. Outputs may be replaced between two writings (their paths get
 * known), which is why {@link DerivationWriter.text} takes them.
 */
export class DerivationWriter {
	private readonly dynamic: boolean;
	private readonly middle: string;
	/** Sorted names, and the text of each variable that is no output's. */
	private readonly names: string[];
	private readonly fixedText: (string | undefined)[] = [];
	private pathInputs: string | undefined;

	constructor(
		private readonly drv: Derivation,
		private readonly storeDir: string = defaultStoreDir,
	) {
		if (drv.env.has(structuredAttrsVariable)) {
			throw new DerivationError(
				"Cannot have an environment variable named '__json'. This key is reserved for encoding structured attrs",
			);
		}
		this.dynamic = [...drv.inputDrvs.values()].some((input) => (input.dynamicOutputs?.size ?? 0) > 0);
		const sources = drv.inputSrcs.map((path) => path.toString(storeDir));
		const args = drv.args.map(quoted).join(",");
		this.middle = `],${nameList(sources)},"${drv.platform}",${quoted(drv.builder)},[${args}],[`;
		const names = [...drv.env.keys()];
		if (drv.structuredAttrs !== undefined) names.push(structuredAttrsVariable);
		for (const name of drv.outputs.keys()) if (!drv.env.has(name)) names.push(name);
		this.names = isSorted(names) ? names : names.sort();
		for (const name of this.names) {
			const value = name === structuredAttrsVariable ? drv.structuredAttrs : drv.env.get(name);
			const varies = drv.outputs.has(name) || value === undefined;
			this.fixedText.push(varies ? undefined : `(${quoted(name)},${quoted(value)})`);
		}
	}

	/**
	 * The text. `outputs` and `env` stand in for the derivation's own; of `env` only the outputs' variables are read.
	 * `inputs` stands in for the input derivations, by base-16 hash.
	 */
	text(options: {
		outputs?: ReadonlyMap<string, DerivationOutput>;
		env?: ReadonlyMap<ByteString, ByteString>;
		maskOutputs?: boolean;
		inputs?: ReadonlyMap<string, InputOutputs>;
	}): ByteString {
		const { drv, storeDir } = this;
		const { outputs = drv.outputs, env = drv.env, maskOutputs = false, inputs } = options;
		let out = this.dynamic ? 'DrvWithVersion("xp-dyn-drv",[' : "Derive([";
		out += sortedKeys(outputs)
			.map((name) => writeOutput(drv, name, outputs.get(name) as DerivationOutput, maskOutputs, storeDir))
			.join(",");
		out += "],[";
		if (inputs === undefined) this.pathInputs ??= writeInputs(drv.inputDrvs, `${storeDir}/`);
		out += inputs === undefined ? this.pathInputs : writeInputs(inputs, "");
		out += this.middle;
		let first = true;
		for (let i = 0; i < this.names.length; i++) {
			let text = this.fixedText[i];
			if (text === undefined) {
				const name = this.names[i];
				const value = env.get(name);
				if (value === undefined) continue;
				text = `(${quoted(name)},${maskOutputs ? '""' : quoted(value)})`;
			}
			out += first ? text : `,${text}`;
			first = false;
		}
		return `${out}])`;
	}
}

/**
 * The contents of a derivation's .drv file (the manual's "Derivation ATerm format"), or with options the texts that
 * hashing modulo fixed outputs takes: `maskOutputs` leaves out the outputs' own paths, `inputDrvHashes` puts hashes in
 * the input derivations' place.
 */
export const writeDerivation = (
	drv: Derivation,
	options: {
		readonly storeDir?: string;
		readonly maskOutputs?: boolean;
		/** By base-16 hash. */
		readonly inputDrvHashes?: ReadonlyMap<string, InputOutputs>;
	} = {},
): ByteString =>
	new DerivationWriter(drv, options.storeDir).text({
		maskOutputs: options.maskOutputs,
		inputs: options.inputDrvHashes,
	});
