import type { StorePath } from "@tsnix/store";
import { FlakeError } from "./errors";
import {
	AttrsBuilder,
	type AttrsValue,
	Closure,
	ContextGatherer,
	coerceToPath,
	type Evaluator,
	force,
	forceAttrs,
	forceString,
	forceStringNoContext,
	isDerivation,
	type LambdaExpr,
	type Lazy,
	maybeLstat,
	PackageInfo,
	PartialApp,
	type PosIdx,
	selectAlongPath,
	showNixPath,
	showType,
	type Value,
} from "./evaluation";

/** An attribute: its value, and where it was written. */
export interface CheckedAttr {
	readonly name: string;
	readonly value: Lazy;
	readonly pos: PosIdx;
}

const failure = (message: string): FlakeError => new FlakeError("FLAKE_CHECK", message);

/** The attributes of a set, in the order in which the reference goes through them. */
export const attrsOf = (st: Evaluator, set: AttrsValue): CheckedAttr[] =>
	set.shape.ids.map((id, i) => ({ name: st.symbols.names[id], value: set.vals[i], pos: set.shape.posAt(i) }));

const attr = (st: Evaluator, set: AttrsValue, name: string): CheckedAttr | undefined => {
	const i = set.shape.index(st.symbols.create(name));
	return i < 0 ? undefined : { name, value: set.vals[i], pos: set.shape.posAt(i) };
};

const requiredAttr = (st: Evaluator, set: AttrsValue, name: string, what: string): CheckedAttr => {
	const found = attr(st, set, name);
	if (found === undefined) throw failure(`${what} lacks attribute '${name}'`);
	return found;
};

const onlyAttrs = (st: Evaluator, set: AttrsValue, names: readonly string[], what: string): void => {
	for (const { name } of attrsOf(st, set))
		if (!names.includes(name)) throw failure(`${what} has unsupported attribute '${name}'`);
};

/*
 * The checks of one value each, worded as the reference words them. All throw where something is not as it has to be.
 */

/** A derivation; gives its path, if it has one. */
export const checkDerivation = (st: Evaluator, path: string, value: Lazy): StorePath | undefined => {
	const v = force(value, 0);
	if (!isDerivation(st, v)) throw failure(`flake attribute '${path}' is not a derivation`);
	const info = new PackageInfo(st, "", v as AttrsValue);
	void info.name;
	return info.drvPath;
};

/** `{ type, program, meta.description }` */
export const checkApp = (
	st: Evaluator,
	path: string,
	value: Lazy,
	pos: PosIdx,
	warn: (message: string) => void,
): void => {
	const what = `app '${path}'`;
	const app = forceAttrs(st, value, pos, "");
	const type = requiredAttr(st, app, "type", what);
	forceStringNoContext(st, type.value, type.pos, "");
	const program = requiredAttr(st, app, "program", what);
	forceString(st, program.value, program.pos, "");
	const meta = attr(st, app, "meta");
	if (meta === undefined) warn(`${what} lacks attribute 'meta'`);
	else {
		const description = attr(st, forceAttrs(st, meta.value, meta.pos, ""), "description");
		if (description === undefined) warn(`${what} lacks attribute 'meta.description'`);
		else forceStringNoContext(st, description.value, description.pos, "");
	}
	onlyAttrs(st, app, ["type", "program", "meta"], what);
};

/** The lambda that a function is, if it was written as one; of `a: b: …` that has its `a`, the inner one. */
const lambdaOf = (v: Value): LambdaExpr | undefined =>
	v instanceof Closure
		? v.lam.exprs[0]
		: v instanceof PartialApp && v.fn instanceof Closure
			? v.fn.lam.exprs[v.args.length]
			: undefined;

/** `final: prev: …`; `final` may be left out (`_`, `_final`). */
export const checkOverlay = (st: Evaluator, value: Lazy, pos: PosIdx): void => {
	const v = force(value, pos);
	const lambda = lambdaOf(v);
	if (lambda === undefined) throw failure(`overlay is not a function, but ${showType(v)} instead`);
	const { arg, formals } = lambda;
	const name = arg === -1 ? "" : st.symbols.names[arg];
	if (formals !== undefined || !["final", "_", "_final"].includes(name))
		throw failure("overlay does not take an argument named 'final'");
};

/** Anything that can be evaluated. */
export const checkModule = (value: Lazy, pos: PosIdx): void => void force(value, pos);

export const checkNixOSConfiguration = (st: Evaluator, value: Lazy, pos: PosIdx): void => {
	const path = "config.system.build.toplevel";
	const toplevel = selectAlongPath(st, path, new AttrsBuilder().finish(), value).value;
	if (!isDerivation(st, force(toplevel, pos))) throw failure(`attribute '${path}' is not a derivation`);
};

/** `{ path, description, welcomeText ? }` */
export const checkTemplate = (st: Evaluator, path: string, value: Lazy, pos: PosIdx): void => {
	const what = `template '${path}'`;
	const template = forceAttrs(st, value, pos, "");
	const tree = requiredAttr(st, template, "path", what);
	const files = coerceToPath(st, tree.value, new ContextGatherer(), "", tree.pos);
	if (maybeLstat(st, files) === undefined)
		throw failure(`${what} refers to a non-existent path '${showNixPath(files)}'`);
	const description = requiredAttr(st, template, "description", what);
	forceStringNoContext(st, description.value, description.pos, "");
	onlyAttrs(st, template, ["path", "description", "welcomeText"], what);
};

export const checkBundler = (value: Lazy, pos: PosIdx): void => {
	if (lambdaOf(force(value, pos)) === undefined) throw failure("bundler must be a function");
};
