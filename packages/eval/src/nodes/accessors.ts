// Written by scripts/write-accessors.mjs; change that, not this.
import { forceThunk, settled } from "../runtime/thunk";
import { type Env, FunctionValue, type Lazy, Thunk, type Value } from "../runtime/values";
import type { Code, Delay, Evaluate } from "./code";

export const maxAccessorHops = 4;

function e0_0_a(c: Code, env: Env): Value {
	const f = env;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d0_0_a(c: Code, env: Env): Lazy {
	const v = env.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e0_0_b(c: Code, env: Env): Value {
	const f = env;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d0_0_b(c: Code, env: Env): Lazy {
	const v = env.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e0_0_c(c: Code, env: Env): Value {
	const f = env;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d0_0_c(c: Code, env: Env): Lazy {
	const v = env.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e0_0_d(c: Code, env: Env): Value {
	const f = env;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d0_0_d(c: Code, env: Env): Lazy {
	const v = env.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e0_1_i(c: Code, env: Env): Value {
	const f = env;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d0_1_i(c: Code, env: Env): Lazy {
	const v = env[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e1_0_a(c: Code, env: Env): Value {
	const f = env.up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d1_0_a(c: Code, env: Env): Lazy {
	const v = env.up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e1_0_b(c: Code, env: Env): Value {
	const f = env.up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d1_0_b(c: Code, env: Env): Lazy {
	const v = env.up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e1_0_c(c: Code, env: Env): Value {
	const f = env.up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d1_0_c(c: Code, env: Env): Lazy {
	const v = env.up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e1_0_d(c: Code, env: Env): Value {
	const f = env.up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d1_0_d(c: Code, env: Env): Lazy {
	const v = env.up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e1_1_a(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d1_1_a(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e1_1_b(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d1_1_b(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e1_1_c(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d1_1_c(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e1_1_d(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d1_1_d(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e1_2_i(c: Code, env: Env): Value {
	const f = env.up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d1_2_i(c: Code, env: Env): Lazy {
	const v = env.up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e1_3_i(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d1_3_i(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_0_a(c: Code, env: Env): Value {
	const f = env.up.up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d2_0_a(c: Code, env: Env): Lazy {
	const v = env.up.up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_0_b(c: Code, env: Env): Value {
	const f = env.up.up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d2_0_b(c: Code, env: Env): Lazy {
	const v = env.up.up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_0_c(c: Code, env: Env): Value {
	const f = env.up.up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d2_0_c(c: Code, env: Env): Lazy {
	const v = env.up.up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_0_d(c: Code, env: Env): Value {
	const f = env.up.up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d2_0_d(c: Code, env: Env): Lazy {
	const v = env.up.up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_1_a(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d2_1_a(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_1_b(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d2_1_b(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_1_c(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d2_1_c(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_1_d(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d2_1_d(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_2_a(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d2_2_a(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_2_b(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d2_2_b(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_2_c(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d2_2_c(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_2_d(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d2_2_d(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_3_a(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d2_3_a(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_3_b(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d2_3_b(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_3_c(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d2_3_c(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_3_d(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d2_3_d(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_4_i(c: Code, env: Env): Value {
	const f = env.up.up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d2_4_i(c: Code, env: Env): Lazy {
	const v = env.up.up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_5_i(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d2_5_i(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_6_i(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d2_6_i(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e2_7_i(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d2_7_i(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_0_a(c: Code, env: Env): Value {
	const f = env.up.up.up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d3_0_a(c: Code, env: Env): Lazy {
	const v = env.up.up.up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_0_b(c: Code, env: Env): Value {
	const f = env.up.up.up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d3_0_b(c: Code, env: Env): Lazy {
	const v = env.up.up.up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_0_c(c: Code, env: Env): Value {
	const f = env.up.up.up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d3_0_c(c: Code, env: Env): Lazy {
	const v = env.up.up.up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_0_d(c: Code, env: Env): Value {
	const f = env.up.up.up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d3_0_d(c: Code, env: Env): Lazy {
	const v = env.up.up.up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_1_a(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up.up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d3_1_a(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_1_b(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up.up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d3_1_b(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_1_c(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up.up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d3_1_c(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_1_d(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up.up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d3_1_d(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_2_a(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env).up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d3_2_a(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_2_b(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env).up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d3_2_b(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_2_c(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env).up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d3_2_c(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_2_d(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env).up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d3_2_d(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_3_a(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d3_3_a(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_3_b(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d3_3_b(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_3_c(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d3_3_c(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_3_d(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d3_3_d(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_4_a(c: Code, env: Env): Value {
	const f = (env.up.up[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d3_4_a(c: Code, env: Env): Lazy {
	const v = (env.up.up[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_4_b(c: Code, env: Env): Value {
	const f = (env.up.up[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d3_4_b(c: Code, env: Env): Lazy {
	const v = (env.up.up[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_4_c(c: Code, env: Env): Value {
	const f = (env.up.up[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d3_4_c(c: Code, env: Env): Lazy {
	const v = (env.up.up[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_4_d(c: Code, env: Env): Value {
	const f = (env.up.up[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d3_4_d(c: Code, env: Env): Lazy {
	const v = (env.up.up[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_5_a(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d3_5_a(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_5_b(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d3_5_b(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_5_c(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d3_5_c(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_5_d(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d3_5_d(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_6_a(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d3_6_a(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env)[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_6_b(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d3_6_b(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env)[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_6_c(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d3_6_c(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env)[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_6_d(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d3_6_d(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env)[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_7_a(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d3_7_a(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_7_b(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d3_7_b(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_7_c(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d3_7_c(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_7_d(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d3_7_d(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_8_i(c: Code, env: Env): Value {
	const f = env.up.up.up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d3_8_i(c: Code, env: Env): Lazy {
	const v = env.up.up.up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_9_i(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up.up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d3_9_i(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_10_i(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env).up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d3_10_i(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_11_i(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d3_11_i(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_12_i(c: Code, env: Env): Value {
	const f = (env.up.up[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d3_12_i(c: Code, env: Env): Lazy {
	const v = (env.up.up[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_13_i(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d3_13_i(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_14_i(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env)[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d3_14_i(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env)[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e3_15_i(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d3_15_i(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_0_a(c: Code, env: Env): Value {
	const f = env.up.up.up.up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_0_a(c: Code, env: Env): Lazy {
	const v = env.up.up.up.up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_0_b(c: Code, env: Env): Value {
	const f = env.up.up.up.up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_0_b(c: Code, env: Env): Lazy {
	const v = env.up.up.up.up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_0_c(c: Code, env: Env): Value {
	const f = env.up.up.up.up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_0_c(c: Code, env: Env): Lazy {
	const v = env.up.up.up.up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_0_d(c: Code, env: Env): Value {
	const f = env.up.up.up.up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_0_d(c: Code, env: Env): Lazy {
	const v = env.up.up.up.up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_1_a(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up.up.up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_1_a(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.up.up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_1_b(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up.up.up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_1_b(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.up.up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_1_c(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up.up.up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_1_c(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.up.up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_1_d(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up.up.up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_1_d(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.up.up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_2_a(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env).up.up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_2_a(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).up.up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_2_b(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env).up.up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_2_b(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).up.up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_2_c(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env).up.up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_2_c(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).up.up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_2_d(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env).up.up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_2_d(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).up.up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_3_a(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env).up.up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_3_a(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).up.up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_3_b(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env).up.up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_3_b(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).up.up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_3_c(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env).up.up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_3_c(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).up.up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_3_d(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env).up.up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_3_d(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).up.up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_4_a(c: Code, env: Env): Value {
	const f = (env.up.up[0] as unknown as Env).up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_4_a(c: Code, env: Env): Lazy {
	const v = (env.up.up[0] as unknown as Env).up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_4_b(c: Code, env: Env): Value {
	const f = (env.up.up[0] as unknown as Env).up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_4_b(c: Code, env: Env): Lazy {
	const v = (env.up.up[0] as unknown as Env).up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_4_c(c: Code, env: Env): Value {
	const f = (env.up.up[0] as unknown as Env).up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_4_c(c: Code, env: Env): Lazy {
	const v = (env.up.up[0] as unknown as Env).up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_4_d(c: Code, env: Env): Value {
	const f = (env.up.up[0] as unknown as Env).up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_4_d(c: Code, env: Env): Lazy {
	const v = (env.up.up[0] as unknown as Env).up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_5_a(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up[0] as unknown as Env).up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_5_a(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up[0] as unknown as Env).up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_5_b(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up[0] as unknown as Env).up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_5_b(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up[0] as unknown as Env).up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_5_c(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up[0] as unknown as Env).up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_5_c(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up[0] as unknown as Env).up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_5_d(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up[0] as unknown as Env).up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_5_d(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up[0] as unknown as Env).up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_6_a(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_6_a(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env)[0] as unknown as Env).up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_6_b(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_6_b(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env)[0] as unknown as Env).up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_6_c(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_6_c(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env)[0] as unknown as Env).up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_6_d(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_6_d(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env)[0] as unknown as Env).up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_7_a(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_7_a(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).up.a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_7_b(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_7_b(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).up.b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_7_c(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_7_c(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).up.c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_7_d(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_7_d(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).up.d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_8_a(c: Code, env: Env): Value {
	const f = (env.up.up.up[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_8_a(c: Code, env: Env): Lazy {
	const v = (env.up.up.up[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_8_b(c: Code, env: Env): Value {
	const f = (env.up.up.up[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_8_b(c: Code, env: Env): Lazy {
	const v = (env.up.up.up[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_8_c(c: Code, env: Env): Value {
	const f = (env.up.up.up[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_8_c(c: Code, env: Env): Lazy {
	const v = (env.up.up.up[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_8_d(c: Code, env: Env): Value {
	const f = (env.up.up.up[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_8_d(c: Code, env: Env): Lazy {
	const v = (env.up.up.up[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_9_a(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up.up[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_9_a(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up.up[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_9_b(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up.up[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_9_b(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up.up[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_9_c(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up.up[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_9_c(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up.up[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_9_d(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up.up[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_9_d(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up.up[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_10_a(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_10_a(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env).up[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_10_b(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_10_b(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env).up[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_10_c(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_10_c(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env).up[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_10_d(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_10_d(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env).up[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_11_a(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_11_a(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env).up[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_11_b(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_11_b(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env).up[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_11_c(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_11_c(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env).up[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_11_d(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env).up[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_11_d(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env).up[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_12_a(c: Code, env: Env): Value {
	const f = ((env.up.up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_12_a(c: Code, env: Env): Lazy {
	const v = ((env.up.up[0] as unknown as Env)[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_12_b(c: Code, env: Env): Value {
	const f = ((env.up.up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_12_b(c: Code, env: Env): Lazy {
	const v = ((env.up.up[0] as unknown as Env)[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_12_c(c: Code, env: Env): Value {
	const f = ((env.up.up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_12_c(c: Code, env: Env): Lazy {
	const v = ((env.up.up[0] as unknown as Env)[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_12_d(c: Code, env: Env): Value {
	const f = ((env.up.up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_12_d(c: Code, env: Env): Lazy {
	const v = ((env.up.up[0] as unknown as Env)[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_13_a(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env).up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_13_a(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env).up[0] as unknown as Env)[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_13_b(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env).up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_13_b(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env).up[0] as unknown as Env)[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_13_c(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env).up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_13_c(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env).up[0] as unknown as Env)[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_13_d(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env).up[0] as unknown as Env)[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_13_d(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env).up[0] as unknown as Env)[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_14_a(c: Code, env: Env): Value {
	const f = (((env.up[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_14_a(c: Code, env: Env): Lazy {
	const v = (((env.up[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_14_b(c: Code, env: Env): Value {
	const f = (((env.up[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_14_b(c: Code, env: Env): Lazy {
	const v = (((env.up[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_14_c(c: Code, env: Env): Value {
	const f = (((env.up[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_14_c(c: Code, env: Env): Lazy {
	const v = (((env.up[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_14_d(c: Code, env: Env): Value {
	const f = (((env.up[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_14_d(c: Code, env: Env): Lazy {
	const v = (((env.up[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_15_a(c: Code, env: Env): Value {
	const f = ((((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.a;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.a = r;
	return r;
}
function d4_15_a(c: Code, env: Env): Lazy {
	const v = ((((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).a;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_15_b(c: Code, env: Env): Value {
	const f = ((((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.b;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.b = r;
	return r;
}
function d4_15_b(c: Code, env: Env): Lazy {
	const v = ((((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).b;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_15_c(c: Code, env: Env): Value {
	const f = ((((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.c;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.c = r;
	return r;
}
function d4_15_c(c: Code, env: Env): Lazy {
	const v = ((((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).c;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_15_d(c: Code, env: Env): Value {
	const f = ((((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f.d;
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f.d = r;
	return r;
}
function d4_15_d(c: Code, env: Env): Lazy {
	const v = ((((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).d;
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_16_i(c: Code, env: Env): Value {
	const f = env.up.up.up.up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_16_i(c: Code, env: Env): Lazy {
	const v = env.up.up.up.up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_17_i(c: Code, env: Env): Value {
	const f = (env[0] as unknown as Env).up.up.up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_17_i(c: Code, env: Env): Lazy {
	const v = (env[0] as unknown as Env).up.up.up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_18_i(c: Code, env: Env): Value {
	const f = (env.up[0] as unknown as Env).up.up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_18_i(c: Code, env: Env): Lazy {
	const v = (env.up[0] as unknown as Env).up.up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_19_i(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env)[0] as unknown as Env).up.up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_19_i(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env)[0] as unknown as Env).up.up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_20_i(c: Code, env: Env): Value {
	const f = (env.up.up[0] as unknown as Env).up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_20_i(c: Code, env: Env): Lazy {
	const v = (env.up.up[0] as unknown as Env).up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_21_i(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up[0] as unknown as Env).up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_21_i(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up[0] as unknown as Env).up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_22_i(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_22_i(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env)[0] as unknown as Env).up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_23_i(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).up;
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_23_i(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env).up[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_24_i(c: Code, env: Env): Value {
	const f = (env.up.up.up[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_24_i(c: Code, env: Env): Lazy {
	const v = (env.up.up.up[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_25_i(c: Code, env: Env): Value {
	const f = ((env[0] as unknown as Env).up.up[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_25_i(c: Code, env: Env): Lazy {
	const v = ((env[0] as unknown as Env).up.up[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_26_i(c: Code, env: Env): Value {
	const f = ((env.up[0] as unknown as Env).up[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_26_i(c: Code, env: Env): Lazy {
	const v = ((env.up[0] as unknown as Env).up[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_27_i(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env)[0] as unknown as Env).up[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_27_i(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env)[0] as unknown as Env).up[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_28_i(c: Code, env: Env): Value {
	const f = ((env.up.up[0] as unknown as Env)[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_28_i(c: Code, env: Env): Lazy {
	const v = ((env.up.up[0] as unknown as Env)[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_29_i(c: Code, env: Env): Value {
	const f = (((env[0] as unknown as Env).up[0] as unknown as Env)[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_29_i(c: Code, env: Env): Lazy {
	const v = (((env[0] as unknown as Env).up[0] as unknown as Env)[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_30_i(c: Code, env: Env): Value {
	const f = (((env.up[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_30_i(c: Code, env: Env): Lazy {
	const v = (((env.up[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}
function e4_31_i(c: Code, env: Env): Value {
	const f = ((((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env);
	const v = f[c.i];
	if (!(v instanceof Thunk)) return v as Value;
	if (v.c === null) return v.e as Value;
	const r = forceThunk(v, c.pos);
	if (!(r instanceof FunctionValue)) f[c.i] = r;
	return r;
}
function d4_31_i(c: Code, env: Env): Lazy {
	const v = ((((env[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[0] as unknown as Env)[c.i];
	if (v instanceof Thunk) return v.c === null ? settled(v) : v;
	return v === undefined ? new Thunk(c, env) : v;
}

/** By hops and path: the functions for the fields a to d, or the one for an array's slot. */
export const evaluators: readonly (readonly Evaluate[])[] = [
	[e0_0_a, e0_0_b, e0_0_c, e0_0_d],
	[e0_1_i],
	[e1_0_a, e1_0_b, e1_0_c, e1_0_d],
	[e1_1_a, e1_1_b, e1_1_c, e1_1_d],
	[e1_2_i],
	[e1_3_i],
	[e2_0_a, e2_0_b, e2_0_c, e2_0_d],
	[e2_1_a, e2_1_b, e2_1_c, e2_1_d],
	[e2_2_a, e2_2_b, e2_2_c, e2_2_d],
	[e2_3_a, e2_3_b, e2_3_c, e2_3_d],
	[e2_4_i],
	[e2_5_i],
	[e2_6_i],
	[e2_7_i],
	[e3_0_a, e3_0_b, e3_0_c, e3_0_d],
	[e3_1_a, e3_1_b, e3_1_c, e3_1_d],
	[e3_2_a, e3_2_b, e3_2_c, e3_2_d],
	[e3_3_a, e3_3_b, e3_3_c, e3_3_d],
	[e3_4_a, e3_4_b, e3_4_c, e3_4_d],
	[e3_5_a, e3_5_b, e3_5_c, e3_5_d],
	[e3_6_a, e3_6_b, e3_6_c, e3_6_d],
	[e3_7_a, e3_7_b, e3_7_c, e3_7_d],
	[e3_8_i],
	[e3_9_i],
	[e3_10_i],
	[e3_11_i],
	[e3_12_i],
	[e3_13_i],
	[e3_14_i],
	[e3_15_i],
	[e4_0_a, e4_0_b, e4_0_c, e4_0_d],
	[e4_1_a, e4_1_b, e4_1_c, e4_1_d],
	[e4_2_a, e4_2_b, e4_2_c, e4_2_d],
	[e4_3_a, e4_3_b, e4_3_c, e4_3_d],
	[e4_4_a, e4_4_b, e4_4_c, e4_4_d],
	[e4_5_a, e4_5_b, e4_5_c, e4_5_d],
	[e4_6_a, e4_6_b, e4_6_c, e4_6_d],
	[e4_7_a, e4_7_b, e4_7_c, e4_7_d],
	[e4_8_a, e4_8_b, e4_8_c, e4_8_d],
	[e4_9_a, e4_9_b, e4_9_c, e4_9_d],
	[e4_10_a, e4_10_b, e4_10_c, e4_10_d],
	[e4_11_a, e4_11_b, e4_11_c, e4_11_d],
	[e4_12_a, e4_12_b, e4_12_c, e4_12_d],
	[e4_13_a, e4_13_b, e4_13_c, e4_13_d],
	[e4_14_a, e4_14_b, e4_14_c, e4_14_d],
	[e4_15_a, e4_15_b, e4_15_c, e4_15_d],
	[e4_16_i],
	[e4_17_i],
	[e4_18_i],
	[e4_19_i],
	[e4_20_i],
	[e4_21_i],
	[e4_22_i],
	[e4_23_i],
	[e4_24_i],
	[e4_25_i],
	[e4_26_i],
	[e4_27_i],
	[e4_28_i],
	[e4_29_i],
	[e4_30_i],
	[e4_31_i],
];
export const delayers: readonly (readonly Delay[])[] = [
	[d0_0_a, d0_0_b, d0_0_c, d0_0_d],
	[d0_1_i],
	[d1_0_a, d1_0_b, d1_0_c, d1_0_d],
	[d1_1_a, d1_1_b, d1_1_c, d1_1_d],
	[d1_2_i],
	[d1_3_i],
	[d2_0_a, d2_0_b, d2_0_c, d2_0_d],
	[d2_1_a, d2_1_b, d2_1_c, d2_1_d],
	[d2_2_a, d2_2_b, d2_2_c, d2_2_d],
	[d2_3_a, d2_3_b, d2_3_c, d2_3_d],
	[d2_4_i],
	[d2_5_i],
	[d2_6_i],
	[d2_7_i],
	[d3_0_a, d3_0_b, d3_0_c, d3_0_d],
	[d3_1_a, d3_1_b, d3_1_c, d3_1_d],
	[d3_2_a, d3_2_b, d3_2_c, d3_2_d],
	[d3_3_a, d3_3_b, d3_3_c, d3_3_d],
	[d3_4_a, d3_4_b, d3_4_c, d3_4_d],
	[d3_5_a, d3_5_b, d3_5_c, d3_5_d],
	[d3_6_a, d3_6_b, d3_6_c, d3_6_d],
	[d3_7_a, d3_7_b, d3_7_c, d3_7_d],
	[d3_8_i],
	[d3_9_i],
	[d3_10_i],
	[d3_11_i],
	[d3_12_i],
	[d3_13_i],
	[d3_14_i],
	[d3_15_i],
	[d4_0_a, d4_0_b, d4_0_c, d4_0_d],
	[d4_1_a, d4_1_b, d4_1_c, d4_1_d],
	[d4_2_a, d4_2_b, d4_2_c, d4_2_d],
	[d4_3_a, d4_3_b, d4_3_c, d4_3_d],
	[d4_4_a, d4_4_b, d4_4_c, d4_4_d],
	[d4_5_a, d4_5_b, d4_5_c, d4_5_d],
	[d4_6_a, d4_6_b, d4_6_c, d4_6_d],
	[d4_7_a, d4_7_b, d4_7_c, d4_7_d],
	[d4_8_a, d4_8_b, d4_8_c, d4_8_d],
	[d4_9_a, d4_9_b, d4_9_c, d4_9_d],
	[d4_10_a, d4_10_b, d4_10_c, d4_10_d],
	[d4_11_a, d4_11_b, d4_11_c, d4_11_d],
	[d4_12_a, d4_12_b, d4_12_c, d4_12_d],
	[d4_13_a, d4_13_b, d4_13_c, d4_13_d],
	[d4_14_a, d4_14_b, d4_14_c, d4_14_d],
	[d4_15_a, d4_15_b, d4_15_c, d4_15_d],
	[d4_16_i],
	[d4_17_i],
	[d4_18_i],
	[d4_19_i],
	[d4_20_i],
	[d4_21_i],
	[d4_22_i],
	[d4_23_i],
	[d4_24_i],
	[d4_25_i],
	[d4_26_i],
	[d4_27_i],
	[d4_28_i],
	[d4_29_i],
	[d4_30_i],
	[d4_31_i],
];

/** The row of a route in the tables above. */
export const accessorRow = (hops: number, path: number): number => (1 << (hops + 1)) - 2 + path;
