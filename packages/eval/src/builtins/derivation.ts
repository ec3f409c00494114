import {
	BadStorePathNameError,
	checkStorePathName,
	type Derivation,
	type DerivationHashMemo,
	type DerivationOutput,
	finishDerivation,
	hashPlaceholder,
	type InputDerivation,
	makeFixedOutputPath,
	outputPath,
	type StorePath,
} from "@tsnix/store";
import { EvalBaseError, EvalError, withTrace } from "../errors/errors";
import { adopting } from "../runtime/adopt-error";
import { internalFiles } from "../runtime/built-in-files";
import { Context, type DrvElement, parseElement } from "../runtime/context";
import { closureOf } from "../runtime/copy-to-store";
import type { Evaluator } from "../runtime/evaluator";
import { forceAttrs, forceStringNoContext } from "../runtime/expect";
import { evalFile } from "../runtime/files";
import { coerceToSinglePath, outputText, singlePathString } from "../runtime/output-string";
import { perEvaluator } from "../runtime/per-evaluator";
import { requiredAttr } from "../runtime/required-attr";
import { Shape } from "../runtime/shape";
import { internedStorePath } from "../runtime/store-paths";
import { Attrs, type Lazy, NixPath, NixString, type Value } from "../runtime/values";
import { wellKnown } from "../syntax/well-known";
import type { Builtin } from "./builtin";
import { DerivationAttrs } from "./derivation-attrs";
import { parseHashOrEmpty } from "./hash-or-empty";

/** What an evaluation knows of the derivations that it has made. */
interface Known {
	/** Their hashes as inputs of others, by the base name of the .drv file. */
	readonly hashes: DerivationHashMemo;
	/** The shapes of results, by the names of the outputs. */
	readonly shapes: Map<string, ResultShape>;
}
interface ResultShape {
	readonly shape: Shape;
	/** Where each output lies, in the order of the names. */
	readonly slots: readonly number[];
	readonly drvPathSlot: number;
}

const knownDerivations = perEvaluator((): Known => ({ hashes: new Map(), shapes: new Map() }));

/** The hashes of the derivations that an evaluation has made, as inputs of others. */
export const derivationHashes = (st: Evaluator): DerivationHashMemo => knownDerivations(st).hashes;

const derivationStrict = (st: Evaluator, given: Lazy): Value => {
	const attrs = forceAttrs(st, given, 0, "while evaluating the argument passed to builtins.derivationStrict");
	const { shape, vals } = attrs;
	const at = requiredAttr(st, attrs, wellKnown.name, "in the attrset passed as argument to builtins.derivationStrict");
	let name: string;
	try {
		const doing = "while evaluating the `name` attribute passed to builtins.derivationStrict";
		name = forceStringNoContext(st, vals[at], 0, doing);
	} catch (e) {
		throw e instanceof EvalBaseError
			? withTrace(e, shape.posAt(at), "while evaluating the derivation attribute 'name'")
			: e;
	}
	try {
		return instantiate(st, name, attrs);
	} catch (e) {
		if (!(e instanceof EvalBaseError)) throw e;
		const where = st.showPosition(shape.posAt(at));
		throw withTrace(e, 0, `while evaluating derivation '${name}'\n  whose name attribute is located at ${where}`);
	}
};

const fail = (st: Evaluator, code: string, message: string): EvalError => st.fail(new EvalError(code, message), 0);

const checkName = (st: Evaluator, name: string): void => {
	try {
		checkStorePathName(name);
	} catch (error) {
		if (!(error instanceof BadStorePathNameError)) throw error;
		throw fail(st, "NIX_DERIVATION_NAME", `invalid derivation name: ${error.message}. Please pass a different 'name'.`);
	}
};

const instantiate = (st: Evaluator, name: string, given: Attrs): Attrs => {
	checkName(st, name);
	const attrs = new DerivationAttrs(st, name);
	attrs.read(given);
	const inputs = inputsOf(st, attrs.gatherer.context);
	if (attrs.builder === "") throw fail(st, "NIX_DERIVATION_BUILDER", "required attribute 'builder' missing");
	if (attrs.platform === "") throw fail(st, "NIX_DERIVATION_SYSTEM", "required attribute 'system' missing");
	if (name.endsWith(".drv") && !(attrs.method === "text" && attrs.outputs.length === 1 && attrs.outputs[0] === "out"))
		throw fail(
			st,
			"NIX_DERIVATION_NAME",
			"derivation names are allowed to end in '.drv' only if they produce a single derivation file",
		);
	const { store } = st.host;
	const { env, args, builder, platform, structuredAttrs } = attrs;
	const outputs = outputsOf(st, name, attrs);
	attrs.checkStructuredAttrs();
	const plan: Derivation = { name, outputs, ...inputs, platform, builder, args, env, structuredAttrs };
	const { derivation, path } = adopting(st, () => {
		const finished = finishDerivation(
			plan,
			(input) => store.readDerivation(input),
			derivationHashes(st),
			store.storeDir,
			env,
		);
		if (!st.settings.readOnly) store.addDerivation(finished.derivation);
		return finished;
	});
	return result(st, derivation, path);
};

/** The outputs as they are before their paths are computed; what is known of them goes to the environment. */
const outputsOf = (st: Evaluator, name: string, attrs: DerivationAttrs): Map<string, DerivationOutput> => {
	const outputs = new Map<string, DerivationOutput>();
	const { env, outputHash, contentAddressed, impure } = attrs;
	if (outputHash !== undefined) {
		if (attrs.outputs.length !== 1 || attrs.outputs[0] !== "out")
			throw fail(st, "NIX_DERIVATION_OUTPUTS", "multiple outputs are not supported in fixed-output derivations");
		const hash = parseHashOrEmpty(st, outputHash, attrs.outputHashAlgo);
		const contentAddress = { method: attrs.method ?? "flat", hash };
		const { storeDir } = st.host.store;
		env.set("out", adopting(st, () => makeFixedOutputPath(name, contentAddress, storeDir)).toString(storeDir));
		outputs.set("out", { kind: "fixed", contentAddress });
		return outputs;
	}
	if (contentAddressed && impure)
		throw fail(st, "NIX_DERIVATION_OUTPUTS", "derivation cannot be both content-addressed and impure");
	for (const output of attrs.outputs) {
		if (contentAddressed || impure) {
			env.set(output, hashPlaceholder(output));
			const method = attrs.method ?? "nar";
			const algorithm = attrs.outputHashAlgo ?? "sha256";
			outputs.set(output, { kind: impure ? "impure" : "floating", method, algorithm });
		} else {
			env.set(output, "");
			outputs.set(output, { kind: "deferred" });
		}
	}
	return outputs;
};

/** An input derivation while its outputs are gathered. */
interface Slot {
	outputs: string[];
	dynamicOutputs: Map<string, Slot> | undefined;
}

/** What a derivation's strings refer to, as its inputs. */
const inputsOf = (st: Evaluator, context: Context | undefined): Pick<Derivation, "inputDrvs" | "inputSrcs"> => {
	const inputDrvs = new Map<string, InputDerivation & Slot>();
	const inputSrcs: StorePath[] = [];
	const slotOf = (baseName: string): Slot => {
		let slot = inputDrvs.get(baseName);
		if (slot === undefined) {
			slot = { path: internedStorePath(st, baseName), outputs: [], dynamicOutputs: undefined };
			inputDrvs.set(baseName, slot);
		}
		return slot;
	};
	const slotOfElement = (drv: DrvElement): Slot => {
		if (drv.kind === "opaque") return slotOf(drv.path);
		const outer = slotOfElement(drv.drv);
		outer.dynamicOutputs ??= new Map();
		let slot = outer.dynamicOutputs.get(drv.output);
		if (slot === undefined) {
			slot = { outputs: [], dynamicOutputs: undefined };
			outer.dynamicOutputs.set(drv.output, slot);
		}
		return slot;
	};
	for (const text of context?.elements ?? []) {
		const element = parseElement(text);
		if (element.kind === "opaque") inputSrcs.push(internedStorePath(st, element.path));
		else if (element.kind === "built") {
			const { outputs } = slotOfElement(element.drv);
			if (!outputs.includes(element.output)) outputs.push(element.output);
		} else
			for (const path of closureOf(st, [internedStorePath(st, element.drv)])) {
				inputSrcs.push(path);
				if (!path.baseName.endsWith(".drv")) continue;
				const drv = adopting(st, () => st.host.store.readDerivation(path));
				slotOf(path.baseName).outputs = [...drv.outputs.keys()];
			}
	}
	for (const slot of inputDrvs.values()) slot.outputs.sort();
	return { inputDrvs, inputSrcs };
};

/** The set that `derivationStrict` gives: the paths of the .drv file and of the outputs. */
const result = (st: Evaluator, drv: Derivation, path: StorePath): Attrs => {
	const { storeDir } = st.host.store;
	const names = [...drv.outputs.keys()];
	const { shape, slots, drvPathSlot } = resultShape(st, names);
	const vals: Lazy[] = new Array(shape.ids.length);
	vals[drvPathSlot] = new NixString(path.toString(storeDir), Context.fromSorted([`=${path.baseName}`]));
	names.forEach((output, n) => {
		const known = outputPath(drv.name, output, drv.outputs.get(output)!, storeDir);
		const drvElement: DrvElement = { kind: "opaque", path: path.baseName };
		const text = outputText(st, { kind: "built", output, drv: drvElement }, known);
		vals[slots[n]] = new NixString(text, Context.fromSorted([`!${output}!${path.baseName}`]));
	});
	return new Attrs(shape, vals);
};

const resultShape = (st: Evaluator, outputs: readonly string[]): ResultShape => {
	const { shapes } = knownDerivations(st);
	const key = outputs.join(" ");
	let found = shapes.get(key);
	if (found === undefined) {
		const symbols = outputs.map((output) => st.symbols.create(output));
		const ids = [wellKnown.drvPath, ...symbols].sort((a, b) => a - b);
		found = {
			shape: Shape.of(ids, undefined, 0),
			slots: symbols.map((id) => ids.indexOf(id)),
			drvPathSlot: ids.indexOf(wellKnown.drvPath),
		};
		shapes.set(key, found);
	}
	return found;
};

/** The value of `derivation`: Nix code around `derivationStrict`. To be asked for when all builtins are there. */
export const derivationFunction = (st: Evaluator): Value =>
	evalFile(st, new NixPath("/derivation-internal.nix", internalFiles));

/** What `derivation` rests on. */
export const derivationBuiltins: readonly Builtin[] = [
	{
		name: "derivationStrict",
		args: ["attrs"],
		doc: "Writes the derivation that *attrs* describe to the store, and gives the paths of its .drv file and of its outputs. `derivation` is the same, but waits until one of them is used.",
		fn: derivationStrict,
	},
	{
		name: "placeholder",
		args: ["output"],
		doc: "What stands for the path of the output *output* in a derivation's own attributes; replaced by the path when it is built.",
		fn: (st, output) =>
			hashPlaceholder(
				forceStringNoContext(st, output, 0, "while evaluating the first argument passed to builtins.placeholder"),
			),
	},
	{
		name: "__outputOf",
		args: ["derivation-reference", "output-name"],
		doc: "The output *output-name* of a derivation, which may itself be the output of another derivation.",
		feature: "dynamic-derivations",
		fn: (st, reference, output) => {
			const drv = coerceToSinglePath(st, reference, 0, "while evaluating the first argument to builtins.outputOf");
			const doing = "while evaluating the second argument to builtins.outputOf";
			return singlePathString(st, { kind: "built", output: forceStringNoContext(st, output, 0, doing), drv });
		},
	},
];
