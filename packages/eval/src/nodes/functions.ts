import type { LambdaFrame } from "../resolve/scopes";
import { Closure } from "../runtime/values";
import { Kind, type LambdaExpr } from "../syntax/tree";
import { type Code, codeOf, type Evaluate, posIn, registerBinder } from "./code";
import { LambdaInfo } from "./lambda-info";

/** `a` is the LambdaInfo. */
const evaluateLambda: Evaluate = (c, env) => new Closure(c.a as LambdaInfo, env);

registerBinder(
	Kind.Lambda,
	(c: Code, e: LambdaExpr) => {
		const { mod } = c;
		const frame = e.frame as LambdaFrame;
		const exprs: LambdaExpr[] = [e];
		for (let at = e.body; exprs.length < frame.arity; at = (at as LambdaExpr).body) exprs.push(at as LambdaExpr);
		c.pos = posIn(mod, e.pos);
		c.a = new LambdaInfo(
			mod,
			exprs,
			frame.arity,
			frame.size,
			codeOf(mod, frame.body),
			e.formals === undefined
				? undefined
				: {
						ids: e.formals.map((f) => f.name),
						defaults: e.formals.map((f) => (f.fallback === undefined ? undefined : codeOf(mod, f.fallback))),
						ellipsis: e.ellipsis,
						hasArg: e.arg !== -1,
					},
		);
		c.ev = evaluateLambda;
	},
);
