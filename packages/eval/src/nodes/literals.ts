import { positionValue } from "../runtime/position-value";
import { NixFloat, NixPath, type Lazy, type Value } from "../runtime/values";
import { Kind } from "../syntax/tree";
import { type Delay, type Evaluate, posIn, registerBinder } from "./code";

/** `a` is the value. */
export const evaluateConstant: Evaluate = (c) => c.a as Value;
export const delayConstant: Delay = (c) => c.a as Lazy;

registerBinder(
	Kind.Int,
	(c, e) => {
		c.a = e.value;
		c.ev = evaluateConstant;
		c.dl = delayConstant;
	},
	{ eager: true },
);
registerBinder(
	Kind.Float,
	(c, e) => {
		c.a = new NixFloat(e.value);
		c.ev = evaluateConstant;
		c.dl = delayConstant;
	},
	{ eager: true },
);
registerBinder(
	Kind.String,
	(c, e) => {
		c.a = e.value;
		c.ev = evaluateConstant;
		c.dl = delayConstant;
	},
	{ eager: true },
);
registerBinder(
	Kind.Path,
	(c, e) => {
		const { st, root } = c.mod;
		c.a =
			e.root === "base"
				? new NixPath(e.path, root)
				: new NixPath(e.root === "home" ? st.homePath(e.path) : e.path, st.rootFS);
		c.ev = evaluateConstant;
		c.dl = delayConstant;
	},
	{ eager: true },
);

/** `__curPos`. */
registerBinder(
	Kind.CurPos,
	(c, e) => {
		c.pos = posIn(c.mod, e.pos);
		c.ev = (c) => positionValue(c.mod.st, c.pos);
	},
	{},
);
