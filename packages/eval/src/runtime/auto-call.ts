import { MissingArgumentError } from "../errors/errors";
import { wellKnown } from "../syntax/well-known";
import { call1 } from "./call";
import type { Evaluator } from "./evaluator";
import { positionOf } from "./expect";
import { AttrsBuilder, getAttr } from "./shape";
import { force } from "./thunk";
import { Attrs, Closure, type Lazy, type Value } from "./values";
import { printIdentifier } from "../syntax/identifiers";

/**
 * Calls a function of an argument pattern with arguments given from outside (`--arg`), and with its defaults; other
 * values are given back as they are.
 */
export const autoCall = (st: Evaluator, args: Attrs, lazy: Lazy): Value => {
	const f = force(lazy, 0);
	const pos = positionOf(f);
	if (f instanceof Attrs) {
		const functor = getAttr(f, wellKnown.functor);
		return functor === undefined ? f : autoCall(st, args, call1(st, functor, f, pos));
	}
	if (!(f instanceof Closure) || f.lam.formals === undefined) return f;
	const { formals } = f.lam;
	if (formals.ellipsis) return call1(st, f, args, pos);
	const given = new AttrsBuilder();
	for (let k = 0; k < formals.ids.length; k++) {
		const id = formals.ids[k];
		const i = args.shape.index(id);
		if (i >= 0) given.add(id, args.vals[i], args.shape.posAt(i));
		else if (formals.defaults[k] === undefined)
			throw st.fail(
				new MissingArgumentError(
					"NIX_MISSING_ARGUMENT",
					`cannot evaluate a function that has an argument without a value ('${printIdentifier(st.symbols.names[id])}')
Nix attempted to evaluate a function as a top level expression; in
this case it must have its arguments supplied either by default
values, or passed explicitly with '--arg' or '--argstr'. See
https://nix.dev/manual/nix/stable/language/syntax.html#functions.`,
				),
				f.lam.mod.base + f.lam.exprs[0].formals![k].pos,
			);
	}
	return call1(st, f, given.finish(), pos);
};
