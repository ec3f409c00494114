import { type ByteString, NixError } from "@tsnix/store";
import { EvalBaseError } from "../errors/errors";
import { ParseError } from "../errors/parse-failure";
import type { PosIdx } from "../errors/positions";
import { excerpt, renderErrorBytes } from "../errors/render";
import { showPosition } from "../errors/show-position";
import type { Evaluator } from "../runtime/evaluator";
import { Attrs, type Env, type Lazy, Thunk, type Value } from "../runtime/values";
import type { Symbol } from "../syntax/symbols";
import { readSlot, type ScopeAt, type StaticScope } from "./static-scope";

/** One of the evaluations that are going on. */
export interface DebugTrace {
	readonly pos: PosIdx;
	readonly expr: object;
	readonly env: Env;
	/** With the colours of a terminal. */
	readonly hint: ByteString;
	readonly isError: boolean;
}

/** An evaluation that has halted, for whoever looks into it. */
export interface Halt {
	/** The innermost first. */
	readonly traces: readonly DebugTrace[];
	/** Lines to be shown first. */
	readonly message: ByteString | undefined;
	/** The variables around the place, by name; those further in take the place of those further out. */
	readonly variables: ReadonlyMap<Symbol, Lazy>;
}

const magenta = "\x1b[35;1m";
const normal = "\x1b[0m";

/** Thrown to end an evaluation that halted at no error. */
export class DebuggerQuit extends NixError {
	constructor() {
		super("DEBUGGER_QUIT", "the user ended the evaluation");
	}
}

/** Halts evaluation at errors, at `builtins.break`, and step by step (`--debugger`). */
export class Debugger {
	/** Whether to halt with the next evaluation that begins. */
	stop = false;
	/** How many `tryEval`s are going on. */
	tryLevel = 0;
	private disabled = false;
	private halted = false;
	/** The innermost last. */
	private readonly stack: DebugTrace[] = [];
	private readonly scopes = new WeakMap<object, ScopeAt>();

	constructor(private readonly st: Evaluator) {}

	/** Takes what the resolver tells of scopes. */
	readonly record = (e: object, at: ScopeAt): void => void this.scopes.set(e, at);

	/** Evaluates something that shows in the stack. An error that comes out of it for the first time halts. */
	within(trace: Omit<DebugTrace, "isError">, evaluate: () => Value): Value {
		const { length } = this.stack;
		this.stack.push({ ...trace, isError: false });
		try {
			if (this.stop) this.halt(undefined, undefined, trace.env, trace.expr, false);
			return evaluate();
		} catch (error) {
			this.caught(error);
			throw error;
		} finally {
			this.stack.length = length;
		}
	}

	/** Evaluates something that shows only where an error comes out of it. */
	frame(pos: PosIdx, expr: object, env: Env, evaluate: () => Value): Value {
		try {
			return evaluate();
		} catch (error) {
			this.caught(error, { pos, expr, env });
			throw error;
		}
	}

	/** Halts at an error, unless it has been halted at. */
	private caught(error: unknown, frame?: { readonly pos: PosIdx; readonly expr: object; readonly env: Env }): void {
		if (!(error instanceof EvalBaseError) || error instanceof ParseError || error.halted) return;
		error.halted = true;
		const { length } = this.stack;
		if (frame !== undefined && hasFrame(error)) this.stack.push({ ...frame, hint: fakeFrame, isError: true });
		const outer = this.stack.at(-1);
		if (outer !== undefined && isOfArguments(error))
			this.stack.push({ ...outer, pos: error.pos, hint: fakeFrame, isError: true });
		const last = this.stack.at(-1);
		if (last !== undefined) {
			const atExpr = error.isFromExpr || (error.pos === 0 && error.message.startsWith("cannot coerce "));
			const pos = atExpr ? undefined : error.pos;
			const hint = isOfCondition(error) ? undefined : coloured(error.message);
			this.halt(this.errorText(error), pos, last.env, last.expr, true, hint);
		}
		this.stack.length = length;
	}

	/** An error as it was when it was thrown: without the line for the builtin that threw it. */
	private errorText(error: EvalBaseError): ByteString {
		const copy = error.clone();
		if (isOfCondition(error)) copy.trace.length = 0;
		if (/^while calling the '.*' builtin$/.test(copy.trace.at(-1)?.message ?? "")) copy.trace.pop();
		const inTry = `\nThis exception occurred in a 'tryEval' call. Use \x1b[32;1m--ignore-try${normal} to skip these.\n`;
		return `${renderErrorBytes(copy, { color: true, showTrace: this.st.showTrace })}\n${this.tryLevel > 0 ? inTry : ""}`;
	}

	/** `builtins.break`. Throws the error that is given where the evaluation is to end. */
	breakpoint(error: EvalBaseError): void {
		const last = this.stack.at(-1);
		if (last === undefined || this.disabled || this.halted) return;
		error.halted = true;
		const quit = this.halt(`\x1b[32;1minfo:${normal} ${error.message}\n`, 0, last.env, last.expr, true, error.message);
		if (!quit) return;
		error.trace.push({ pos: last.pos, message: "while calling the 'break' builtin" });
		throw error;
	}

	/** Halts where evaluation is, if it is anywhere. */
	pause(): void {
		const last = this.stack.at(-1);
		if (last !== undefined) this.halt(undefined, undefined, last.env, last.expr, false);
	}

	/** Whether the evaluation is to end; throws where it ends without an error. */
	private halt(
		message: ByteString | undefined,
		errorPos: PosIdx | undefined,
		env: Env,
		expr: object,
		isError: boolean,
		/** What the stack shows of an error; undefined for nothing. */
		hint?: ByteString,
	): boolean {
		const { debug } = this.st.host;
		if (debug === undefined || this.disabled || this.halted) return false;
		const exprPos = this.stack.at(-1)?.pos ?? 0;
		const { length } = this.stack;
		if (hint !== undefined && exprPos !== 0)
			this.stack.push({ pos: errorPos ?? exprPos, expr, env, hint, isError: true });
		this.halted = true;
		const { depth } = this.st;
		try {
			const traces = [...this.stack].reverse();
			if (!this.scopes.has(expr)) return false;
			const quit = debug({ traces, message, variables: this.variables({ expr, env }) }, this) === "quit";
			if (quit && !isError) throw new DebuggerQuit();
			return quit;
		} finally {
			this.st.depth = depth;
			this.halted = false;
			this.stack.length = length;
		}
	}

	/** Runs something during which `tryEval` catches errors. */
	trying<T>(run: () => T): T {
		const { disabled } = this;
		const { length } = this.stack;
		this.tryLevel++;
		if (this.st.settings.ignoreTry) this.disabled = true;
		try {
			return run();
		} finally {
			this.tryLevel--;
			this.disabled = disabled;
			this.stack.length = length;
		}
	}

	/** What one of the evaluations that go on does, and where, as the reference shows it. */
	show({ pos, hint, isError }: DebugTrace): ByteString {
		const at = this.st.positions.resolve(pos);
		const place = at === undefined ? "" : `${showPosition(at)}\n${excerpt(at)}\n`;
		return `${isError ? `\x1b[31;1merror: ${normal}` : ""}${hint}\n${place}`;
	}

	/** The variables around a place. */
	variables({ expr, env }: Pick<DebugTrace, "expr" | "env">): Map<Symbol, Lazy> {
		const found = new Map<Symbol, Lazy>();
		const at = this.scopes.get(expr);
		const visit = (scope: StaticScope | undefined): void => {
			if (scope === undefined) return;
			visit(scope.up);
			if (scope.withSlot !== undefined) {
				const attrs = settledAttrs(readSlot(at?.frame, env, scope.frame, scope.withSlot));
				attrs?.shape.ids.forEach((id, i) => void found.set(id, attrs.vals[i]));
			}
			for (const { name, slot } of scope.names) {
				const value = readSlot(at?.frame, env, scope.frame, slot);
				if (value !== undefined) found.set(name, value);
			}
		};
		visit(at?.scope);
		return found;
	}

	/** The names of the scopes around a place, innermost first, as the reference shows them. */
	showVariables({ expr, env }: Pick<DebugTrace, "expr" | "env">): ByteString {
		const { symbols, globals } = this.st;
		const { names } = symbols;
		const at = this.scopes.get(expr);
		if (at === undefined) return "";
		const list = (ids: Iterable<Symbol>): string =>
			`${magenta}${[...ids].map((id) => `${names[id]} `).join("")}${normal}\n`;
		let out = "";
		let level = 0;
		for (let scope = at.scope; scope !== undefined; scope = scope.up) {
			out += `Env level ${level++}\nstatic: ${list(scope.names.map(({ name }) => name))}`;
			if (scope.withSlot !== undefined) {
				const attrs = settledAttrs(readSlot(at.frame, env, scope.frame, scope.withSlot));
				if (attrs !== undefined) out += `with: ${list(attrs.shape.ids)}`;
			}
			out += "\n";
		}
		const globalNames = [...globals.keys()].sort((a, b) => a - b).filter((id) => !names[id].startsWith("__"));
		return `${out}Env level ${level}\n${list(globalNames)}\n`;
	}
}

const settledAttrs = (lazy: Lazy | undefined): Attrs | undefined => {
	const v = lazy instanceof Thunk && lazy.c === null ? lazy.e : lazy;
	return v instanceof Attrs ? v : undefined;
};

const fakeFrame = "Fake frame for debugging purposes";

/** A condition that is no Boolean. */
const isOfCondition = ({ message }: EvalBaseError): boolean => message.startsWith("expected a Boolean but found ");

/** A call whose arguments are not those that the function takes. */
const isOfArguments = ({ code }: EvalBaseError): boolean =>
	code === "NIX_MISSING_ARGUMENT" || code === "NIX_UNEXPECTED_ARGUMENT";

/** Errors that the reference gives a frame of their own. */
const hasFrame = (error: EvalBaseError): boolean =>
	["NIX_UNDEFINED_VARIABLE", "NIX_MISSING_ATTRIBUTE", "NIX_ASSERTION", "NIX_DUPLICATE_ATTRIBUTE"].includes(
		error.code,
	) ||
	error.message.startsWith("cannot add ") ||
	isOfCondition(error);

/** A message with the colour that names in it have. */
const coloured = (message: ByteString): ByteString =>
	message.replace(/'(?!builtins\.)([^']*)'/g, `'${magenta}$1${normal}'`);
