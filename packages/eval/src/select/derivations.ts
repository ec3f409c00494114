import { NixError, type StorePath } from "@tsnix/store";
import { AssertionError, EvalBaseError, TypeError, withTrace } from "../errors/errors";
import { autoCall } from "../runtime/auto-call";
import { tooDeep } from "../runtime/call";
import { isDerivation } from "../runtime/compare";
import { ContextGatherer } from "../runtime/context";
import type { Evaluator } from "../runtime/evaluator";
import { forceAttrs, forceBool, forceList, forceStringNoContext } from "../runtime/expect";
import { coerceToStorePath } from "../runtime/store-paths";
import { force } from "../runtime/thunk";
import { Attrs, type Lazy } from "../runtime/values";
import type { Symbol } from "../syntax/symbols";
import { wellKnown } from "../syntax/well-known";

/** A derivation found in a value; what it tells of itself is worked out when asked for. */
export class PackageInfo {
	constructor(
		private readonly st: Evaluator,
		/** Where it was found, from the value that was searched. */
		readonly attrPath: string,
		readonly attrs: Attrs,
	) {}

	private attr(id: Symbol): { readonly value: Lazy; readonly pos: number } | undefined {
		const i = this.attrs.shape.index(id);
		return i < 0 ? undefined : { value: this.attrs.vals[i], pos: this.attrs.shape.posAt(i) };
	}

	get name(): string {
		const name = this.attr(wellKnown.name);
		if (name === undefined) throw this.st.fail(new TypeError("NIX_TYPE", "derivation name missing"), 0);
		return forceStringNoContext(this.st, name.value, 0, "while evaluating the 'name' attribute of a derivation");
	}

	get system(): string {
		const system = this.attr(wellKnown.system);
		if (system === undefined) return "unknown";
		const doing = "while evaluating the 'system' attribute of a derivation";
		return forceStringNoContext(this.st, system.value, system.pos, doing);
	}

	/** The path of the .drv file; undefined for sets that only call themselves derivations. */
	get drvPath(): StorePath | undefined {
		const drvPath = this.attr(wellKnown.drvPath);
		if (drvPath === undefined) return undefined;
		const doing = "while evaluating the 'drvPath' attribute of a derivation";
		const path = coerceToStorePath(this.st, drvPath.value, new ContextGatherer(), doing, drvPath.pos);
		if (path.name.endsWith(".drv")) return path;
		throw this.st.fail(
			new EvalBaseError("NIX_NOT_A_DERIVATION", `store path '${path.baseName}' is not a valid derivation path`),
			0,
			drvPath.pos,
			doing,
		);
	}

	get requiredDrvPath(): StorePath {
		const { drvPath } = this;
		if (drvPath === undefined)
			throw new NixError("NIX_NO_DRV_PATH", "derivation does not contain a 'drvPath' attribute");
		return drvPath;
	}

	get outPath(): StorePath {
		const outPath = this.attr(wellKnown.outPath);
		if (outPath === undefined) throw new NixError("NIX_NO_OUT_PATH", "derivation does not have attribute 'outPath'");
		const doing = "while evaluating the output path of a derivation";
		return coerceToStorePath(this.st, outPath.value, new ContextGatherer(), doing, outPath.pos);
	}

	/** The output that the set stands for; empty where it does not say. */
	get outputName(): string {
		const name = this.attr(wellKnown.outputName);
		if (name === undefined) return "";
		return forceStringNoContext(this.st, name.value, 0, "while evaluating the output name of a derivation");
	}

	/** The names of its outputs, `out` where it names none. */
	get outputs(): string[] {
		const outputs = this.attr(wellKnown.outputs);
		if (outputs === undefined) return ["out"];
		const { st } = this;
		const list = forceList(st, outputs.value, outputs.pos, "while evaluating the 'outputs' attribute of a derivation");
		return list.map((name) =>
			forceStringNoContext(st, name, outputs.pos, "while evaluating the name of an output of a derivation"),
		);
	}

	/** A set that is the value of an attribute, for `meta` and outputs. */
	set(id: Symbol, doing: string): Attrs | undefined {
		const found = this.attr(id);
		return found === undefined ? undefined : forceAttrs(this.st, found.value, found.pos, doing);
	}
}

/**
 * The derivations that a value holds: itself, or those in a set or list, and in sets below that have
 * `recurseForDerivations`. Functions are called with `args`. `prefix` is the attribute path of the value itself.
 */
export const findDerivations = (
	st: Evaluator,
	root: Lazy,
	args: Attrs,
	options: { readonly ignoreAssertions?: boolean; readonly prefix?: string } = {},
): PackageInfo[] => {
	const found: PackageInfo[] = [];
	const done = new Set<object>();
	const ignoreAssertions = options.ignoreAssertions === true;

	/** Whether it may be worth while to look inside. */
	const take = (lazy: Lazy, path: string): boolean => {
		const depth = st.depth;
		try {
			const v = force(lazy, 0);
			if (!isDerivation(st, v)) return true;
			const attrs = v as Attrs;
			if (done.has(attrs.vals)) return false;
			done.add(attrs.vals);
			const info = new PackageInfo(st, path, attrs);
			void info.name;
			found.push(info);
			return false;
		} catch (e) {
			if (!ignoreAssertions || !(e instanceof AssertionError)) throw e;
			st.depth = depth;
			return false;
		}
	};

	const visitSet = (attrs: Attrs, prefix: string): void => {
		const combine = st.symbols.find("_combineChannels");
		const combineChannels = combine !== undefined && attrs.shape.index(combine) >= 0;
		for (const i of attrs.shape.order(st.symbols)) {
			const name = st.symbols.names[attrs.shape.ids[i]];
			if (!/^[A-Za-z_][A-Za-z0-9\-_+]*$/.test(name)) continue;
			const value = attrs.vals[i];
			const path = prefix === "" ? name : `${prefix}.${name}`;
			try {
				if (combineChannels) visit(value, path);
				else if (take(value, path)) {
					const inner = force(value, 0);
					if (inner instanceof Attrs && recurses(st, inner)) visit(value, path);
				}
			} catch (e) {
				throw withTrace(e, attrs.shape.posAt(i), `while evaluating the attribute '${name}'`);
			}
		}
	};

	const visit = (lazy: Lazy, prefix: string): void => {
		if (st.depth > st.maxDepth) throw tooDeep(st, 0);
		st.depth++;
		const v = autoCall(st, args, lazy);
		if (take(v, prefix)) {
			if (v instanceof Attrs) visitSet(v, prefix);
			else if (Array.isArray(v))
				v.forEach((element, n) => {
					const path = prefix === "" ? `${n}` : `${prefix}.${n}`;
					if (take(element, path)) visit(element, path);
				});
			else
				throw st.fail(
					new TypeError("NIX_TYPE", "expression does not evaluate to a derivation (or a set or list of those)"),
					0,
				);
		}
		st.depth--;
	};

	visit(root, options.prefix ?? "");
	return found;
};

const recurses = (st: Evaluator, attrs: Attrs): boolean => {
	const i = attrs.shape.index(wellKnown.recurseForDerivations);
	if (i < 0) return false;
	return forceBool(st, attrs.vals[i], attrs.shape.posAt(i), "while evaluating the attribute `recurseForDerivations`");
};
