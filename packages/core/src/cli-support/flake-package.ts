import {
	Attrs,
	type Evaluator,
	force,
	getAttr,
	isDerivation,
	type Lazy,
	parseAttrPath,
	TypeError,
	wellKnown,
} from "./evaluation";

/** What a profile notes of a package from a flake. */
export interface PlainPackage {
	/** What the flake is locked to, as a URL. */
	readonly locked: string;
	/** Where the package lies in the flake's outputs. */
	readonly attrPath: string;
	/** What `meta.priority` says. */
	readonly priority?: number;
}

/** The same of a value at a place in a flake's outputs, but for the flake; undefined where it is no derivation. */
export const packageOf = (st: Evaluator, lazy: Lazy, attribute: string): Omit<PlainPackage, "locked"> | undefined => {
	const value = force(lazy, 0);
	if (!isDerivation(st, value)) return undefined;
	const attrs = value as Attrs;
	const attrPath = parseAttrPath(attribute).join(".");
	if (getAttr(attrs, wellKnown.outputSpecified) !== undefined) return { attrPath };
	const named = (set: Attrs, name: string): Lazy | undefined => {
		const id = st.symbols.find(name);
		return id === undefined ? undefined : getAttr(set, id);
	};
	const meta = getAttr(attrs, wellKnown.meta);
	const forced = meta === undefined ? undefined : force(meta, 0);
	const given = forced instanceof Attrs ? named(forced, "priority") : undefined;
	if (given === undefined) return { attrPath };
	const priority = force(given, 0);
	if (typeof priority !== "number" && typeof priority !== "bigint")
		throw st.fail(new TypeError("NIX_TYPE", `'${attrPath}.meta.priority' is not an integer`), 0);
	return { attrPath, priority: Number(BigInt.asIntN(32, BigInt(priority))) };
};
