import type { Evaluator } from "../runtime/evaluator";
import type { EvalSettings } from "../runtime/settings";
import { Shape } from "../runtime/shape";
import { Attrs, type Lazy, PrimOp } from "../runtime/values";
import type { Symbol } from "../syntax/symbols";
import type { Builtin, BuiltinConstant } from "./builtin";
import { registrationOrder } from "./registration-order";

/** A builtin's name in `builtins`, and in messages. */
export const shortName = (name: string): string => (name.startsWith("__") ? name.slice(2) : name);

/** Entries in the reference's order of registration; those it does not have come last. */
export const inRegistrationOrder = <T extends { readonly name: string }>(entries: readonly T[]): T[] => {
	const rank = new Map(registrationOrder.map((name, i) => [name, i]));
	const rankOf = ({ name }: T): number => rank.get(shortName(name)) ?? registrationOrder.length;
	return [...entries].sort((a, b) => rankOf(a) - rankOf(b));
};

export interface BuiltinTable {
	readonly functions: readonly Builtin[];
	readonly constants: readonly BuiltinConstant[];
}

/** Builtins that only the reference's own code can name. */
export type InternalBuiltins = ReadonlyMap<string, PrimOp>;

/**
 * Whether a builtin of an experimental feature is there: as in the reference, `flakes` turns `fetch-tree` on too, and
 * the builtins of flakes are there even without, to fail when they are called.
 */
const isAvailable = ({ experimentalFeatures }: EvalSettings, feature: string): boolean =>
	feature === "flakes" ||
	experimentalFeatures.has(feature) ||
	(feature === "fetch-tree" && experimentalFeatures.has("flakes"));

const isConstant = (entry: Builtin | BuiltinConstant): entry is BuiltinConstant => "value" in entry;

/**
 * Gives an evaluation its global names and its set `builtins`. Constants that are impure are left out of pure
 * evaluation, and functions of experimental features where those are off.
 */
export const installTable = (st: Evaluator, { functions, constants }: BuiltinTable): InternalBuiltins => {
	const { symbols, settings } = st;
	const internal = new Map<string, PrimOp>();
	const members: [Symbol, Lazy][] = [];
	const ids: Symbol[] = [];
	const vals: Lazy[] = [];
	st.builtins = new Attrs(Shape.of(ids, undefined, 0), vals);
	for (const entry of inRegistrationOrder<Builtin | BuiltinConstant>([...constants, ...functions])) {
		const name = shortName(entry.name);
		let value: Lazy;
		let global: Symbol;
		if (isConstant(entry)) {
			if (settings.pureEval && entry.impureOnly) continue;
			global = symbols.create(entry.name);
			value = entry.value(st);
		} else {
			if (entry.feature !== undefined && !isAvailable(settings, entry.feature)) continue;
			global = symbols.create(entry.name);
			const primOp = new PrimOp(name, entry.args.length, entry.fn, entry.addTrace !== false, entry.internal === true);
			if (entry.internal) {
				internal.set(name, primOp);
				continue;
			}
			value = primOp;
		}
		st.globals.set(global, value);
		members.push([symbols.create(name), value]);
	}
	members.sort((a, b) => a[0] - b[0]);
	for (const [id, value] of members) {
		ids.push(id);
		vals.push(value);
	}
	return internal;
};
