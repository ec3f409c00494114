import { type Code, Code as CodeClass, type Evaluate, type Module, posIn } from "../nodes/code";
import type { LambdaInfo } from "../nodes/lambda-info";
import { printIdentifier } from "../syntax/identifiers";
import { printExpression } from "../syntax/print";
import { type Expr, Kind, type LambdaExpr, type SelectExpr } from "../syntax/tree";
import type { Evaluator } from "../runtime/evaluator";
import type { Value } from "../runtime/values";
import type { Debugger } from "./debugger";

const named = (text: string): string => `\x1b[35;1m${text}\x1b[0m`;

/** Lets a debugger know when code runs that it shows. To be called when an expression has just been bound. */
export const watchCode = (debug: Debugger, c: Code, e: Expr): void => {
	const { mod } = c;
	switch (e.kind) {
		case Kind.Call:
			return around(c, (evaluate, env) =>
				debug.within({ pos: posIn(mod, e.pos), expr: e, env, hint: "while calling a function" }, evaluate),
			);
		case Kind.Select:
			return watchSelect(debug, c, e);
		case Kind.Let: {
			const parts = c.a as { body: Code };
			const hint = `while evaluating a '${named("let")}' expression`;
			parts.body = wrapped(parts.body, (evaluate, env) => debug.within({ pos: 0, expr: e.body, env, hint }, evaluate));
			return;
		}
		case Kind.Lambda:
			return watchLambda(debug, c.a as LambdaInfo);
		case Kind.If: {
			const { cond } = e;
			const pos = "pos" in cond ? posIn(mod, cond.pos) : 0;
			return around(c, (evaluate, env) => debug.frame(pos, cond, env, evaluate));
		}
		case Kind.Var:
		case Kind.Assert:
		case Kind.ConcatStrings:
		case Kind.Attrs:
		case Kind.Not:
		case Kind.And:
		case Kind.Or:
		case Kind.Impl: {
			const pos = "pos" in e ? posIn(mod, e.pos) : 0;
			return around(c, (evaluate, env) => debug.frame(pos, e, env, evaluate));
		}
	}
};

type Around = (evaluate: () => Value, env: Parameters<Evaluate>[1]) => Value;

const around = (c: Code, run: Around): void => {
	const inner = c.ev;
	c.ev = (code, env, t, pos) => run(() => inner(code, env, t, pos), env);
};

/** Code that runs other code, and shows it. */
const wrapped = (body: Code, run: Around): Code => {
	const evaluate: Evaluate = (_, env) => run(() => body.ev(body, env, undefined), env);
	return new CodeClass(evaluate, (_, env) => body.dl(body, env), body.mod, body.pos, undefined);
};

const watchLambda = (debug: Debugger, lam: LambdaInfo): void => {
	const expr = lam.exprs[lam.exprs.length - 1];
	const hint = `while calling ${named(lambdaName(lam.st, expr))}`;
	const pos = posIn(lam.mod, expr.pos);
	(lam as { body: Code }).body = wrapped(lam.body, (evaluate, env) =>
		debug.within({ pos, expr: expr.body, env, hint }, evaluate),
	);
};

const lambdaName = (st: Evaluator, { name }: LambdaExpr): string =>
	name < 0 ? "anonymous lambda" : `'${st.symbols.names[name]}'`;

/** The set that is selected from is evaluated before, and not within. */
const watchSelect = (debug: Debugger, c: Code, e: SelectExpr): void => {
	const { mod } = c;
	const { symbols } = mod.st;
	const path = e.path
		.map((step) =>
			typeof step === "number" ? printIdentifier(symbols.names[step]) : `"\${${printExpression(step, symbols)}}"`,
		)
		.join(".");
	const hint = `while evaluating the attribute '${named(path)}'`;
	const pos = posIn(mod, e.pos);
	const subject = c.a as Code;
	const given: Value[] = [];
	c.a = new CodeClass(
		() => given.pop() as Value,
		() => given.pop() as Value,
		mod as Module,
		subject.pos,
		undefined,
	);
	const inner = c.ev;
	c.ev = (code, env, t, at) => {
		const from = subject.ev(subject, env, undefined);
		const select = (): Value => {
			given.push(from);
			return inner(code, env, t, at);
		};
		return debug.within({ pos, expr: e, env, hint }, () => debug.frame(pos, e, env, select));
	};
};
