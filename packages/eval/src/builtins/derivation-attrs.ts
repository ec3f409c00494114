import {
	DerivationError,
	type FileIngestionMethod,
	FormatError,
	type HashAlgorithm,
	normaliseStructuredAttrs,
	parseIngestionMethod,
} from "@tsnix/store";
import { EvalBaseError, EvalError, withTrace } from "../errors/errors";
import { adopting } from "../runtime/adopt-error";
import { coerceDerivation, coerceToString } from "../runtime/coerce";
import { ContextGatherer } from "../runtime/context";
import type { Evaluator } from "../runtime/evaluator";
import { forceBool, forceList, forceString, forceStringNoContext } from "../runtime/expect";
import { Gather } from "../runtime/gather";
import { requireFeature } from "../runtime/require-feature";
import { hashAlgorithmIfAny } from "./hash-or-empty";
import { forceThunk } from "../runtime/thunk";
import { printValueAsJSON } from "../runtime/to-json";
import { type Attrs, type Lazy, Thunk } from "../runtime/values";
import { printIdentifier } from "../syntax/identifiers";
import { wellKnown } from "../syntax/well-known";
import { type JSONHandler, JSONParseError, JSONSerializationError, parseJSON, writeJSONString } from "../text/json";

/** Throws where a text is not an object in JSON, worded as the reference words it. */
const checkJSON = (text: string): void => {
	let kind: string | undefined;
	const found = (what?: string) => (): void => {
		kind ??= what;
	};
	const handler: JSONHandler = {
		null: found("null"),
		boolean: found("boolean"),
		integer: found("number"),
		float: found("number"),
		string: found("string"),
		startObject: found("object"),
		key: found(),
		endObject: found(),
		startArray: found("array"),
		endArray: found(),
	};
	try {
		parseJSON(text, handler);
	} catch (error) {
		if (!(error instanceof JSONParseError)) throw error;
		throw new DerivationError(`cannot process __json attribute: ${error.message}`);
	}
	if (kind !== "object")
		throw new DerivationError(
			`cannot process __json attribute: [json.exception.type_error.302] type must be object, but is ${kind}`,
		);
};

/** What the attributes given to `derivationStrict` say. */
export class DerivationAttrs {
	readonly env = new Map<string, string>();
	readonly gatherer = new ContextGatherer();
	args: string[] = [];
	builder = "";
	platform = "";
	/** Sorted. */
	outputs: string[] = ["out"];
	contentAddressed = false;
	impure = false;
	outputHash: string | undefined;
	outputHashAlgo: HashAlgorithm | undefined;
	method: FileIngestionMethod | undefined;
	/** The members of the structured attributes, as JSON. */
	private members: string[] | undefined;
	private problem: JSONSerializationError | undefined;
	/** From `__json`. */
	private json: string | undefined;

	constructor(
		private readonly st: Evaluator,
		private readonly name: string,
	) {}

	get structuredAttrs(): string | undefined {
		return this.members === undefined ? this.json : `{${this.members.join(",")}}`;
	}

	/** Throws where the structured attributes cannot be written: the reference does so when everything else is known. */
	checkStructuredAttrs(): void {
		if (this.problem !== undefined) throw this.problem.bare();
	}

	/** Works out all attributes, in the order of their names. */
	read(attrs: Attrs): void {
		const { st } = this;
		const { shape, vals } = attrs;
		const flag = (id: number, name: string): boolean => {
			const i = shape.index(id);
			return (
				i >= 0 &&
				forceBool(st, vals[i], 0, `while evaluating the \`${name}\` attribute passed to builtins.derivationStrict`)
			);
		};
		if (flag(wellKnown.structuredAttrs, "__structuredAttrs")) this.members = [];
		const ignoreNulls = flag(wellKnown.ignoreNulls, "__ignoreNulls");
		const { depth } = st;
		let gather: Gather | undefined;
		const order = shape.order(st.symbols);
		for (let n = 0; n < order.length; n++) {
			const i = order[n];
			const id = shape.ids[i];
			if (id === wellKnown.ignoreNulls) continue;
			try {
				this.attribute(id, vals[i], ignoreNulls);
			} catch (e) {
				gather ??= new Gather(st, depth);
				gather.caught(
					e instanceof EvalBaseError
						? withTrace(
								e,
								shape.posAt(i),
								`while evaluating attribute '${printIdentifier(st.symbols.names[id])}' of derivation '${this.name}'`,
							)
						: e,
				);
			}
		}
		gather?.finish();
	}

	private attribute(id: number, v: Lazy, ignoreNulls: boolean): void {
		const { st } = this;
		if (ignoreNulls && (v instanceof Thunk ? forceThunk(v, 0) : v) === null) return;
		switch (id) {
			case wellKnown.contentAddressed:
				if (!forceBool(st, v, 0, "")) return;
				this.contentAddressed = true;
				requireFeature(st, "ca-derivations");
				return;
			case wellKnown.impure:
				if (!forceBool(st, v, 0, "")) return;
				this.impure = true;
				requireFeature(st, "impure-derivations");
				return;
			case wellKnown.args: {
				const { depth } = st;
				let gather: Gather | undefined;
				for (const arg of forceList(st, v, 0, ""))
					try {
						this.args.push(
							coerceToString(
								st,
								arg,
								this.gatherer,
								"while evaluating an element of the argument list",
								coerceDerivation,
								0,
							),
						);
					} catch (e) {
						gather ??= new Gather(st, depth);
						gather.caught(e);
					}
				gather?.finish();
				return;
			}
			default:
				if (this.members !== undefined) this.structured(id, v, this.members);
				else this.variable(id, v);
		}
	}

	/** An attribute that goes to the environment. */
	private variable(id: number, v: Lazy): void {
		const s = coerceToString(this.st, v, this.gatherer, "", coerceDerivation, 0);
		if (id === wellKnown.json) {
			this.warn(
				`In derivation '${this.name}': setting structured attributes via '__json' is deprecated, and may be disallowed in future versions of Nix. Set '__structuredAttrs = true' instead.`,
			);
			this.json = adopting(this.st, () => {
				checkJSON(s);
				return normaliseStructuredAttrs(s);
			});
			return;
		}
		this.env.set(this.st.symbols.names[id], s);
		switch (id) {
			case wellKnown.builder:
				this.builder = s;
				break;
			case wellKnown.system:
				this.platform = s;
				break;
			case wellKnown.outputHash:
				this.outputHash = s;
				break;
			case wellKnown.outputHashAlgo:
				this.outputHashAlgo = hashAlgorithmIfAny(this.st, s);
				break;
			case wellKnown.outputHashMode:
				this.hashMode(s);
				break;
			case wellKnown.outputs:
				this.setOutputs(s.split(/[ \t\n\r]+/).filter((output) => output !== ""));
		}
	}

	/** An attribute that goes to the structured attributes. */
	private structured(id: number, v: Lazy, members: string[]): void {
		if (id === wellKnown.structuredAttrs) return;
		const { st, gatherer } = this;
		const key = st.symbols.names[id];
		const onProblem = (problem: JSONSerializationError): void => {
			this.problem ??= problem;
		};
		let member = "";
		try {
			member = writeJSONString(key);
		} catch (error) {
			if (!(error instanceof JSONSerializationError)) throw error;
			onProblem(error);
		}
		members.push(`${member}:${printValueAsJSON(st, v, 0, gatherer, { onProblem })}`);
		switch (id) {
			case wellKnown.builder:
				this.builder = forceString(st, v, 0, "", gatherer);
				break;
			case wellKnown.system:
				this.platform = forceStringNoContext(st, v, 0, "");
				break;
			case wellKnown.outputHash:
				this.outputHash = forceStringNoContext(st, v, 0, "");
				break;
			case wellKnown.outputHashAlgo:
				this.outputHashAlgo = hashAlgorithmIfAny(st, forceStringNoContext(st, v, 0, ""));
				break;
			case wellKnown.outputHashMode:
				this.hashMode(forceStringNoContext(st, v, 0, ""));
				break;
			case wellKnown.outputs:
				this.setOutputs(forceList(st, v, 0, "").map((output) => forceStringNoContext(st, output, 0, "")));
				break;
			case wellKnown.allowedReferences:
			case wellKnown.allowedRequisites:
			case wellKnown.disallowedReferences:
			case wellKnown.disallowedRequisites:
			case wellKnown.maxSize:
			case wellKnown.maxClosureSize:
				this.warn(
					`In a derivation named '${this.name}', 'structuredAttrs' disables the effect of the derivation attribute '${key}'; use 'outputChecks.<output>.${key}' instead`,
				);
		}
	}

	private hashMode(mode: string): void {
		const { st } = this;
		if (mode === "recursive") this.method = "nar";
		else
			try {
				this.method = parseIngestionMethod(mode);
			} catch (error) {
				if (!(error instanceof FormatError)) throw error;
				throw this.fail("NIX_OUTPUT_HASH_MODE", `invalid value '${mode}' for 'outputHashMode' attribute`);
			}
		if (this.method === "text")
			requireFeature(st, "dynamic-derivations", `text-hashed derivation '${this.name}', outputHashMode = "text"`);
		if (this.method === "git") requireFeature(st, "git-hashing");
	}

	private setOutputs(outputs: readonly string[]): void {
		const seen = new Set<string>();
		for (const output of outputs) {
			if (seen.has(output)) throw this.fail("NIX_DERIVATION_OUTPUTS", `duplicate derivation output '${output}'`);
			if (output === "drvPath") throw this.fail("NIX_DERIVATION_OUTPUTS", "invalid derivation output name 'drvPath'");
			seen.add(output);
		}
		if (seen.size === 0) throw this.fail("NIX_DERIVATION_OUTPUTS", "derivation cannot have an empty set of outputs");
		this.outputs = [...seen].sort();
	}

	private fail(code: string, message: string): EvalError {
		return this.st.fail(new EvalError(code, message), 0);
	}

	private warn(text: string): void {
		this.st.host.log?.({ kind: "warning", text });
	}
}
