import { EvalBaseError, limitError, type Position, renderErrorBytes, showPosition } from "@tsnix/eval";
import { type ByteString, fromBytes, NixError, type RenderOptions } from "@tsnix/store";
import type { ErrorCodec } from "./channel";

/** What a call of an instance that was closed is refused with, and what waits when it is closed. */
export const closedError = (): NixError => new NixError("INSTANCE_CLOSED", "this instance was closed");

/** An error's position as it crosses between threads. */
export interface PlainPosition {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

interface PlainError {
	readonly name: string;
	readonly code: string;
	readonly message: string;
	readonly hint?: string;
	readonly exitStatus: number;
	readonly positions: readonly PlainPosition[];
	readonly trace: readonly string[];
	/** As rendered: by colour, then by whether the whole trace is shown. */
	readonly rendered: readonly [readonly [ByteString, ByteString], readonly [ByteString, ByteString]];
	readonly printed?: ByteString;
	/** In one line. */
	readonly short: ByteString;
	readonly stack?: string;
}

/** An error of the evaluation in a worker: the same in all that a caller can read of it. */
export class EvaluationError extends NixError {
	readonly positions: readonly PlainPosition[];
	/** What was going on, innermost first. */
	readonly trace: readonly string[];
	/** What of a value was written out before it failed, where it is written as it is worked out. */
	readonly printed: ByteString | undefined;

	constructor(private readonly plain: PlainError) {
		super(plain.code, plain.message, plain.hint === undefined ? {} : { hint: plain.hint });
		this.name = plain.name;
		this.exitStatus = plain.exitStatus;
		this.positions = plain.positions;
		this.trace = plain.trace;
		this.printed = plain.printed;
	}

	override render(options: RenderOptions = {}): string {
		return fromBytes(this.renderBytes(options));
	}

	/** As {@link render}, with the very bytes that sources and strings hold. */
	renderBytes(options: RenderOptions = {}): ByteString {
		const { short, rendered } = this.plain;
		if (options.form === "short") return short;
		return rendered[options.color === true ? 1 : 0][options.showTrace === true ? 1 : 0];
	}

	/** The same with texts where the engine has byte strings. */
	readable(): EvaluationError {
		const { plain } = this;
		const { message, trace, positions } = plain;
		return new EvaluationError({
			...plain,
			message: textOf(message),
			trace: trace.map(textOf),
			positions: positions.map((position) => ({ ...position, file: textOf(position.file) })),
		});
	}
}

const plainPosition = (p: Position): PlainPosition => {
	const text = showPosition(p);
	return { file: text.replace(/:\d+:\d+$/, ""), line: p.line, column: p.column };
};

/** Messages are byte strings; those of other libraries may be text already. */
const textOf = (message: string): string => (/[^\x00-\xff]/.test(message) ? message : fromBytes(message));

/** More bytes than this of excerpts are not rendered for a trace that nobody may ask for. */
const vast = 1 << 25;

/** Whether an error's whole trace repeats so much of a source that it is left at its outermost lines. */
const isVast = (error: unknown): boolean => {
	if (!(error instanceof EvalBaseError) || error.trace.length < 1000) return false;
	const source = error.positions[0]?.source() ?? "";
	let longest = 0;
	for (const line of source.split("\n")) longest = Math.max(longest, line.length);
	return longest * error.trace.length > vast;
};

/** Errors cross as data: their code, texts and positions; what else they held stays behind. */
export const errorCodec: ErrorCodec = {
	encode: (thrown: unknown): PlainError => {
		const error = limitError(thrown);
		const whole = !isVast(error);
		const render = (color: boolean, showTrace: boolean): ByteString =>
			renderErrorBytes(error, { color, showTrace: showTrace && whole });
		const nix = error instanceof NixError ? error : undefined;
		return {
			name: error instanceof Error ? error.name : "Error",
			code: nix?.code ?? "INTERNAL",
			message: error instanceof Error ? error.message : String(error),
			...(nix?.hint === undefined ? {} : { hint: nix.hint }),
			exitStatus: nix?.exitStatus ?? 1,
			positions: error instanceof EvalBaseError ? error.positions.map(plainPosition) : [],
			trace: error instanceof EvalBaseError ? error.trace.map((t) => t.message) : [],
			short: renderErrorBytes(error, { form: "short" }),
			rendered: [
				[render(false, false), render(false, true)],
				[render(true, false), render(true, true)],
			],
			...(nix !== undefined && "printed" in nix ? { printed: nix.printed as ByteString } : {}),
			...(nix === undefined && error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
		};
	},
	decode: (data: unknown): unknown => {
		const plain = data as PlainError;
		if (plain.code !== "INTERNAL") return new EvaluationError(plain);
		const error = new Error(plain.message);
		error.name = plain.name;
		if (plain.stack !== undefined) error.stack = plain.stack;
		return error;
	},
};

/** What an evaluation threw, as embedders see it, in whichever thread it was: an {@link EvaluationError} with texts. */
export const readableError = (thrown: unknown): unknown => {
	const error = thrown instanceof EvalBaseError ? errorCodec.decode(errorCodec.encode(thrown)) : thrown;
	return error instanceof EvaluationError ? error.readable() : error;
};
