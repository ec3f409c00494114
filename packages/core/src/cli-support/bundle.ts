import { isDerivationPath, NixError } from "@tsnix/store";
import {
	Attrs,
	ContextGatherer,
	callN,
	coerceToStorePath,
	type Evaluator,
	force,
	forceStringNoContext,
	getAttr,
	isDerivation,
	type Lazy,
	wellKnown,
} from "./evaluation";

/** What a bundler made of a value. */
export interface PlainBundle {
	readonly drvPath: string;
	readonly outPath: string;
	/** The derivation's name; undefined where it has none. */
	readonly name: string | undefined;
}

/** Applies a bundler, called `what`, to a value. Throws a NixError where that gives no derivation. */
export const bundleOf = (st: Evaluator, bundler: Lazy, value: Lazy, what: string): PlainBundle => {
	const made = force(callN(st, bundler, [value], 0), 0);
	const none = (): NixError => new NixError("NOT_A_DERIVATION", `the bundler '${what}' does not produce a derivation`);
	if (!isDerivation(st, made) || !(made instanceof Attrs)) throw none();
	const pathAt = (id: number) => {
		const i = made.shape.index(id);
		if (i < 0) throw none();
		return coerceToStorePath(st, made.vals[i], new ContextGatherer(), "", made.shape.posAt(i));
	};
	const drvPath = pathAt(wellKnown.drvPath);
	if (!isDerivationPath(drvPath))
		throw new NixError("NOT_A_DERIVATION", `store path '${drvPath.baseName}' is not a valid derivation path`);
	const outPath = pathAt(wellKnown.outPath);
	const name = getAttr(made, wellKnown.name);
	const { storeDir } = st.host.store;
	return {
		drvPath: drvPath.toString(storeDir),
		outPath: outPath.toString(storeDir),
		name: name === undefined ? undefined : forceStringNoContext(st, name, 0, ""),
	};
};
