import {
	Attrs,
	bytesOf,
	call1,
	coerceToString,
	ContextGatherer,
	type Evaluator,
	force,
	getAttr,
	type Lazy,
	NixFloat,
	NixPath,
	NixString,
	stringValue,
	TypeError,
	type Value,
	wellKnown,
	withTrace,
	Shape,
} from "@tsnix/eval";
import { tooDeep } from "@tsnix/eval/internal";
import { fromBytes, toBytes } from "@tsnix/store";

/** Plain data: what JSON can say, and bigints for integers that a number cannot hold. */
export type Plain = null | boolean | number | bigint | string | Plain[] | { [name: string]: Plain };

/**
 * A value as plain data, as `nix eval --json` has it: derivations are their output paths, paths are copied to the
 * store. Throws where there is a function, and where data is nested deeper than calls may be.
 */
export const toPlain = (st: Evaluator, lazy: Lazy): Plain => {
	if (st.depth > st.maxDepth) throw tooDeep(st, 0);
	st.depth++;
	const plain = forcedToPlain(st, force(lazy, 0));
	st.depth--;
	return plain;
};

const forcedToPlain = (st: Evaluator, v: Value): Plain => {
	if (v === null || typeof v === "boolean" || typeof v === "number" || typeof v === "bigint") return v;
	if (typeof v === "string" || v instanceof NixString) return fromBytes(bytesOf(v));
	if (v instanceof NixFloat) return v.value;
	if (v instanceof NixPath)
		return fromBytes(
			coerceToString(st, v, new ContextGatherer(), "", { more: false, copyToStore: true, canonicalise: true }, 0),
		);
	if (Array.isArray(v))
		return v.map((element, i) => {
			try {
				return toPlain(st, element);
			} catch (e) {
				throw withTrace(e, 0, `while evaluating list element at index ${i}`);
			}
		});
	if (v instanceof Attrs) return setToPlain(st, v);
	throw st.fail(new TypeError("NIX_NOT_DATA", "cannot convert a function to JSON"), 0);
};

const setToPlain = (st: Evaluator, v: Attrs): Plain => {
	const toString = getAttr(v, wellKnown.toString);
	if (toString !== undefined) return toPlain(st, call1(st, toString, v, 0));
	const outPath = getAttr(v, wellKnown.outPath);
	if (outPath !== undefined) return toPlain(st, outPath);
	const out: { [name: string]: Plain } = {};
	for (const i of v.shape.order(st.symbols)) {
		const name = st.symbols.names[v.shape.ids[i]];
		try {
			// Defined, not assigned: `__proto__` is a name like any other.
			Object.defineProperty(out, fromBytes(name), {
				value: toPlain(st, v.vals[i]),
				enumerable: true,
				configurable: true,
				writable: true,
			});
		} catch (e) {
			throw withTrace(e, v.shape.posAt(i), `while evaluating attribute '${name}'`);
		}
	}
	return out;
};

/** Plain data as a value. `undefined` members are left out; anything else that is not data is an error. */
export const fromPlain = (st: Evaluator, data: unknown): Lazy => {
	if (data === null || typeof data === "boolean") return data;
	if (typeof data === "string") return stringValue(toBytes(data), undefined);
	if (typeof data === "bigint") return BigInt.asIntN(54, data) === data ? Number(data) : BigInt.asIntN(64, data);
	if (typeof data === "number") return Number.isSafeInteger(data) ? data : new NixFloat(data);
	if (Array.isArray(data)) return data.map((element) => fromPlain(st, element));
	if (typeof data === "object") {
		const entries = Object.entries(data)
			.filter(([, value]) => value !== undefined)
			.map(([name, value]) => ({ id: st.symbols.create(toBytes(name)), value: fromPlain(st, value) }))
			.sort((a, b) => a.id - b.id);
		return new Attrs(
			Shape.of(
				entries.map((e) => e.id),
				undefined,
				0,
			),
			entries.map((e) => e.value),
		);
	}
	throw new globalThis.TypeError(`a ${typeof data} is not data that Nix can hold`);
};
