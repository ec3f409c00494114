import { fileNotFound, type SourceAccessor } from "@tsnix/store";
import { FlakeError } from "./errors";
import {
	AttrsExpr,
	type AttrsValue,
	Closure,
	compileFile,
	EvalBaseError,
	EvalError,
	type Evaluator,
	evalFile,
	forceStringNoContext,
	maybeLstat,
	NixPath,
	NixString,
	resolveExprPath,
	showNixPath,
	showType,
	TypeError,
} from "./evaluation";
import type { ConfigValue, FlakeFile, FlakeInput } from "./flake";
import { attributesOf, type FlakeFileContext, type NamedValue, parseInputs } from "./flake-inputs";
import { byName } from "./lock-graph";
import { type FlakeRef, flakeRefToString, parseFlakeRef } from "./ref";
import { expectTrivial, forceTrivial, settled } from "./trivial";

/** For a file that is not there: a tree that keeps files back says why. */
export const requireFile = (tree: SourceAccessor, path: string): void => {
	throw tree.explainMissing?.(path) ?? fileNotFound(tree.showPath?.(path) ?? path);
};

/** The value of a `flake.nix`, which has to be a set written out. */
const flakeValue = (st: Evaluator, file: NixPath): AttrsValue => {
	if (file.accessor === st.rootFS) return evalFile(st, file, true) as AttrsValue;
	// A tree that has no place in the store yet: the evaluation has no memory of such files.
	if (maybeLstat(st, file) === undefined) requireFile(file.accessor.accessor, file.path);
	const path = resolveExprPath(st, file);
	const { code, expr } = compileFile(st, path);
	try {
		if (!(expr instanceof AttrsExpr))
			throw st.fail(new EvalError("NIX_NOT_TRIVIAL", `file '${showNixPath(path)}' must be an attribute set`), 0);
		return code.ev(code, undefined as never, undefined) as AttrsValue;
	} catch (error) {
		if (error instanceof EvalBaseError)
			error.trace.push({ pos: 0, message: `while evaluating the file '${showNixPath(path)}':` });
		throw error;
	}
};

const configValue = (st: Evaluator, { name, value, pos }: NamedValue): ConfigValue => {
	const known = forceTrivial(value, pos);
	if (typeof known === "string" || known instanceof NixString) return forceStringNoContext(st, known, pos, "");
	if (known instanceof NixPath) return st.copyToStore(known).toString(st.host.store.storeDir);
	if (typeof known === "number" || typeof known === "bigint" || typeof known === "boolean") return known;
	if (Array.isArray(known))
		return known.map((element) => {
			const text = settled(element);
			if (typeof text === "string" || text instanceof NixString) return forceStringNoContext(st, text, pos, "");
			throw st.fail(
				new TypeError(
					"FLAKE_FILE",
					`list element in flake configuration setting '${name}' is ${showType(known)} while a string is expected`,
				),
				0,
			);
		});
	throw st.fail(new TypeError("FLAKE_FILE", `flake configuration setting '${name}' is ${showType(known)}`), 0);
};

const parseConfig = (st: Evaluator, { value, pos }: NamedValue): [string, ConfigValue][] =>
	attributesOf(st, expectTrivial(st, "set", value, pos) as AttrsValue).map((setting) => [
		setting.name,
		configValue(st, setting),
	]);

/** The inputs that the parameters of `outputs` stand for and that `inputs` does not name: entries of a registry. */
const implicitInputs = (context: FlakeFileContext, { value, pos }: NamedValue): [string, FlakeInput][] => {
	const st = context.evaluator;
	const outputs = expectTrivial(st, "lambda", value, pos);
	if (!(outputs instanceof Closure)) return [];
	const { settings, warn } = context;
	return (outputs.lam.formals?.ids ?? [])
		.map((id) => st.symbols.names[id])
		.filter((name) => name !== "self")
		.map((name) => [name, { ref: parseFlakeRef(name, { settings, warn }), isFlake: true, overrides: new Map() }]);
};

const known = new Set(["description", "inputs", "outputs", "nixConfig"]);

/**
 * Read the `flake.nix` in a folder: everything but the outputs, which are only looked at for their parameters.
 * Runs nothing: values have to be written out. `ref` names the flake in messages.
 *
 * @throws {FlakeError} and errors of the evaluator, worded as the reference words them
 */
export const readFlakeFile = (context: FlakeFileContext, ref: FlakeRef): FlakeFile => {
	const { evaluator: st, root, dir } = context;
	const file = new NixPath(dir === "/" ? "/flake.nix" : `${dir}/flake.nix`, root);
	const all = attributesOf(st, flakeValue(st, file));
	const get = (name: string): NamedValue | undefined => all.find((attr) => attr.name === name);

	const descriptionAttr = get("description");
	const description = descriptionAttr && expectTrivial(st, "string", descriptionAttr.value, descriptionAttr.pos);
	const inputsAttr = get("inputs");
	const { inputs, selfAttrs } =
		inputsAttr === undefined ? { inputs: new Map(), selfAttrs: {} } : parseInputs(context, inputsAttr, true);
	const outputsAttr = get("outputs");
	if (outputsAttr === undefined)
		throw new FlakeError("FLAKE_FILE", `flake '${flakeRefToString(ref)}' lacks attribute 'outputs'`);
	const implicit = implicitInputs(context, outputsAttr).filter(([name]) => !inputs.has(name));
	const configAttr = get("nixConfig");
	const config = configAttr === undefined ? [] : parseConfig(st, configAttr);
	for (const attr of all)
		if (!known.has(attr.name))
			throw new FlakeError(
				"FLAKE_FILE",
				`flake '${flakeRefToString(ref)}' has an unsupported attribute '${attr.name}', at ${st.showPosition(attr.pos)}`,
			);
	return {
		...(description === undefined
			? {}
			: { description: description instanceof NixString ? description.s : String(description) }),
		inputs: byName([...inputs, ...implicit]),
		selfAttrs,
		config: byName(config),
	};
};
