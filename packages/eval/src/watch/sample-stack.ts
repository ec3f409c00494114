import type { PosIdx } from "../errors/positions";
import type { Evaluator } from "../runtime/evaluator";
import { forceThunk } from "../runtime/thunk";
import { Attrs, Closure, type Lazy, PartialApp, PrimOp, Thunk } from "../runtime/values";
import { wellKnown } from "../syntax/well-known";
import type { CallWatch } from "./call-watch";

/** How often what was gathered is written, so that it need not be held for a whole evaluation. */
const writeInterval = 2_000_000_000n;

/** A call on the stack, below others: how often exactly this stack was seen, and the calls within it. */
class Frame {
	count = 0;
	readonly within = new Map<string, Frame>();

	constructor(
		readonly text: string,
		/** Stacks are written in this order: kinds of callees first, then places. */
		readonly rank: readonly [kind: number, callee: number, place: number],
	) {}
}

/** Kinds of callees, in the order of their stacks. */
const enum Callee {
	Lambda,
	PrimOp,
	Functor,
	Derivation,
	Other,
}

interface Described {
	readonly text: string;
	readonly rank: Frame["rank"];
}

/**
 * Samples the stack of calls: lines of `frame;frame;frame count`, as tools for flame graphs read them
 * (`eval-profiler = flamegraph`; manual: "Evaluation profiler").
 */
export class SampleStack implements CallWatch {
	private root = new Frame("", [0, 0, 0]);
	private stack: Frame[] = [];
	private sampled: bigint;
	private written: bigint;

	constructor(
		/** The time between samples in nanoseconds; none for a sample with every call. */
		private readonly period: bigint | undefined,
		/** Nanoseconds. */
		private readonly now: () => bigint,
		/** Takes lines, each with its end. */
		private readonly write: (lines: string) => void,
	) {
		this.sampled = this.written = now();
	}

	enter(st: Evaluator, fun: Lazy, args: readonly Lazy[], pos: PosIdx): void {
		const { text, rank } = describeCall(st, fun, args, pos);
		const below = this.stack.at(-1) ?? this.root;
		const key = `${rank.join()},${text}`;
		let frame = below.within.get(key);
		if (frame === undefined) below.within.set(key, (frame = new Frame(text, rank)));
		this.stack.push(frame);
		const now = this.now();
		if (this.period === undefined || now - this.sampled > this.period) {
			frame.count++;
			this.sampled = now;
		}
		if (now - this.written >= writeInterval) {
			this.save();
			this.written = this.now();
		}
	}

	leave(): void {
		this.stack.pop();
	}

	finish(): void {
		this.save();
	}

	private save(): void {
		const lines: string[] = [];
		const visit = (frame: Frame, path: string): void => {
			if (frame.count > 0) lines.push(`${path} ${frame.count}\n`);
			frame.count = 0;
			const within = [...frame.within.values()].sort((a, b) => compareRanks(a.rank, b.rank));
			for (const inner of within) visit(inner, path === "" ? inner.text : `${path};${inner.text}`);
		};
		visit(this.root, "");
		if (lines.length > 0) this.write(lines.join(""));
		// What is on the stack stays known, what is not is forgotten.
		this.root = new Frame("", [0, 0, 0]);
		let below = this.root;
		this.stack = this.stack.map((frame) => {
			const again = new Frame(frame.text, frame.rank);
			below.within.set(`${frame.rank.join()},${frame.text}`, again);
			below = again;
			return again;
		});
	}
}

const compareRanks = (a: Frame["rank"], b: Frame["rank"]): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** How a call appears in a profile. */
const describeCall = (st: Evaluator, fun: Lazy, args: readonly Lazy[], pos: PosIdx): Described => {
	// As in the reference, what is not evaluated yet is not known for what it is.
	const f = fun instanceof Thunk && fun.c === null ? (fun.e as unknown as Lazy) : fun;
	const place = st.positions.originOf(pos) === undefined ? undefined : st.showPosition(pos);
	const before = place === undefined ? "" : `${place}:`;
	if (f instanceof Closure || (f instanceof PartialApp && f.fn instanceof Closure)) {
		const { lam } = f instanceof Closure ? f : (f.fn as Closure);
		const expr = lam.exprs[f instanceof PartialApp ? f.count : 0];
		const own = lam.mod.base + expr.pos;
		const name = expr.name < 0 ? "" : `:${st.symbols.names[expr.name]}`;
		return { text: (place ?? st.showPosition(own)) + name, rank: [Callee.Lambda, own, pos] };
	}
	if (f instanceof PrimOp) {
		const name = f.name === "derivationStrict" ? derivationName(args[0], pos) : undefined;
		if (name !== undefined)
			return { text: `${before}primop derivationStrict:${name}`, rank: [Callee.Derivation, 0, pos] };
		return { text: `${before}primop ${f.name}`, rank: [Callee.PrimOp, 0, pos] };
	}
	if (f instanceof PartialApp)
		return { text: `${before}primop ${(f.fn as PrimOp).name}`, rank: [Callee.PrimOp, 0, pos] };
	const functor = f instanceof Attrs ? f.shape.index(wellKnown.functor) : -1;
	if (functor >= 0) {
		const at = place ?? st.showPosition((f as Attrs).shape.posAt(functor));
		return { text: `${at}:functor`, rank: [Callee.Functor, 0, pos] };
	}
	return { text: st.showPosition(pos), rank: [Callee.Other, 0, pos] };
};

/** The name of the derivation that is about to be made; undefined where that is wrong, which the call itself tells. */
const derivationName = (arg: Lazy, pos: PosIdx): string | undefined => {
	const forced = (value: Lazy): unknown => (value instanceof Thunk ? forceThunk(value, pos) : value);
	try {
		const attrs = forced(arg);
		if (!(attrs instanceof Attrs)) return undefined;
		const i = attrs.shape.index(wellKnown.name);
		const name = i < 0 ? undefined : forced(attrs.vals[i]);
		return typeof name === "string" ? name : undefined;
	} catch {
		return undefined;
	}
};
