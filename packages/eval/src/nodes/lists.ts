import type { Lazy } from "../runtime/values";
import { Kind } from "../syntax/tree";
import { type Code, codesOf, delayToThunk, type Evaluate, registerBinder } from "./code";

/** `[ … ]`: `a` is the code of its elements. */
const evaluateList: Evaluate = (c, env) => {
	const codes = c.a as readonly Code[];
	const n = codes.length;
	const list: Lazy[] = new Array(n);
	for (let i = 0; i < n; i++) {
		const code = codes[i];
		list[i] = code.dl(code, env);
	}
	return list;
};

registerBinder(
	Kind.List,
	(c, e) => {
		c.a = codesOf(c.mod, e.elements);
		c.ev = evaluateList;
		// An empty list is no work, so it is not put off.
		c.dl = e.elements.length === 0 ? () => [] : delayToThunk;
	},
	{ ownDelay: true },
);
