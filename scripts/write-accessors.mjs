// Writes packages/eval/src/nodes/accessors.ts: how variables are read, one pair of functions a route (how many frames
// out, which of them are arrays, which slot), so that each reads its fields without a loop. Run it after a change.
import { writeFileSync } from "node:fs";

const maxHops = 4;
const fields = ["a", "b", "c", "d"];
const out = [];
const names = [];

out.push(`// Written by scripts/write-accessors.mjs; change that, not this.
import { forceThunk, settled } from "../runtime/thunk";
import { type Env, FunctionValue, type Lazy, Thunk, type Value } from "../runtime/values";
import type { Code, Delay, Evaluate } from "./code";

export const maxAccessorHops = ${maxHops};
`);

for (let hops = 0; hops <= maxHops; hops++)
	for (let path = 0; path < 1 << (hops + 1); path++) {
		let frame = "env";
		for (let i = 0; i < hops; i++) frame += path & (1 << i) ? "[0]" : ".up";
		// An array's element 0 is the frame further out.
		frame = frame.replaceAll("[0]", "[0]");
		const finals = path & (1 << hops) ? ["i"] : fields;
		const row = [];
		for (const field of finals) {
			const name = `${hops}_${path}_${field}`;
			const typed = frame.includes("[0]") ? frameExpression(hops, path) : frame;
			const slot = field === "i" ? "f[c.i]" : `f.${field}`;
			out.push(`function e${name}(c: Code, env: Env): Value {
	const f = ${typed};
	const v = ${slot};
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) ${slot} = r;
	return r;
}
function d${name}(c: Code, env: Env): Lazy {
	const v = ${typed}${field === "i" ? "[c.i]" : `.${field}`};
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}`);
			row.push(name);
		}
		names.push(row);
	}

function frameExpression(hops, path) {
	let e = "env";
	for (let i = 0; i < hops; i++) e = path & (1 << i) ? `(${e}[0] as unknown as Env)` : `${e}.up`;
	return e;
}

out.push(`
/** By hops and path: the functions for the fields a to d, or the one for an array's slot. */
export const evaluators: readonly (readonly Evaluate[])[] = [
${names.map((row) => `\t[${row.map((n) => `e${n}`).join(", ")}],`).join("\n")}
];
export const delayers: readonly (readonly Delay[])[] = [
${names.map((row) => `\t[${row.map((n) => `d${n}`).join(", ")}],`).join("\n")}
];

/** The row of a route in the tables above. */
export const accessorRow = (hops: number, path: number): number => (1 << (hops + 1)) - 2 + path;
`);
writeFileSync(new URL("../packages/eval/src/nodes/accessors.ts", import.meta.url), out.join("\n"));
