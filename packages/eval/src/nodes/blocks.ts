import type { BlockFrame } from "../resolve/scopes";
import type { Env } from "../runtime/values";
import { Kind } from "../syntax/tree";
import { type Code, codeOf, type Evaluate, posIn, registerBinder } from "./code";
import { newFrame, setSlot } from "./frames";
import { type Bindings, bindingsOf, delaySources } from "./sets";

/** What a `let` needs: its bindings, where they go, and its body. */
interface Let {
	readonly bindings: Bindings;
	readonly slots: readonly number[];
	readonly own: boolean;
	readonly size: number;
	readonly body: Code;
}

const evaluateLet: Evaluate = (c, env) => {
	const l = c.a as Let;
	const { bindings, slots, size, body } = l;
	const { codes, sources } = bindings;
	const frame = l.own ? newFrame(size, env) : env;
	const from = delaySources(bindings, frame);
	for (let i = 0; i < codes.length; i++) {
		const code = codes[i];
		const source = sources[i];
		setSlot(
			frame,
			size,
			slots[i],
			code.dl(code, source === -1 ? frame : source === -2 ? env : (from[source] as unknown as Env)),
		);
	}
	return body.ev(body, frame, undefined);
};

registerBinder(Kind.Let, (c, e) => {
	const { own, size } = e.attrs.frame as BlockFrame;
	c.a = {
		bindings: bindingsOf(c.mod, e.attrs),
		slots: e.attrs.attrs.map((def) => def.slot),
		own,
		size,
		body: codeOf(c.mod, e.body),
	} satisfies Let;
	c.ev = evaluateLet;
});

/** `with e; body`: `a` is the code of `e`, `b` of the body, `c` the frame it goes to, `i` the slot. */
const evaluateWith: Evaluate = (c, env) => {
	const { own, size } = c.c as BlockFrame;
	const attrs = c.a as Code;
	const body = c.b as Code;
	const v = attrs.dl(attrs, env);
	const frame = own ? newFrame(size, env) : env;
	setSlot(frame, size, c.i, v);
	return body.ev(body, frame, undefined);
};

registerBinder(Kind.With, (c, e) => {
	c.a = codeOf(c.mod, e.attrs);
	c.b = codeOf(c.mod, e.body);
	c.c = e.frame;
	c.i = e.slot;
	c.pos = posIn(c.mod, e.pos);
	c.ev = evaluateWith;
});
