import { closedError, errorCodec } from "../worker/errors";
import type { Notice } from "../worker/start";
import type { CommandEvaluation, CommandHandlers, CommandSurroundings } from "./serve-commands";

/** Calls to an evaluation, by name. */
export interface EvaluationCaller {
	call(method: string, ...args: readonly unknown[]): Promise<unknown>;
	close(): Promise<void>;
}

/** Thrown where an evaluation would have to block the thread that it is in. */
class NeedsThread extends Error {}

/** What an evaluation in the command's own thread is made of. */
export interface InThreadOptions {
	/** Makes the evaluation. */
	readonly open: (surroundings: CommandSurroundings) => CommandEvaluation;
	/** What the command does for its evaluation, as far as that takes no waiting. */
	readonly services: CommandHandlers;
	readonly notice: (notice: Notice) => void;
	/** Starts the thread that goes on where this one cannot. */
	readonly thread: () => EvaluationCaller;
}

const isTooDeep = (error: unknown): boolean =>
	error instanceof RangeError || (error as { readonly code?: unknown } | null)?.code === "NIX_STACK_OVERFLOW";

/**
 * An evaluation in the command's own thread, for commands that wait for servers rather than evaluate: a thread takes
 * longer to start than locking takes. Where something would have to block after all, or needs more stack than there
 * is here, a thread begins anew with the same calls; what was told before is not told again.
 */
export class InThreadEvaluation implements EvaluationCaller {
	private evaluation: CommandEvaluation | undefined;
	/** Something would have blocked. */
	private blocked = false;
	private readonly calls: (readonly [method: string, args: readonly unknown[]])[] = [];
	private readonly told: string[] = [];
	private thread: EvaluationCaller | undefined;
	private readonly end = new AbortController();

	private readonly ended = new Promise<never>((_, reject) => {
		this.end.signal.addEventListener("abort", () => reject(closedError()), { once: true });
	});

	constructor(private readonly options: InThreadOptions) {
		// It may end while nobody waits.
		this.ended.catch(() => {});
	}

	private open(): CommandEvaluation {
		const { services, notice } = this.options;
		this.evaluation ??= this.options.open({
			call: (method, args) => {
				const service = services[method];
				if (service === undefined) {
					this.blocked = true;
					throw new NeedsThread(method);
				}
				return service(...(args as never[]));
			},
			notice: (n) => {
				if (this.end.signal.aborted) return;
				this.told.push(JSON.stringify(n));
				notice(n);
			},
			signal: this.end.signal,
		});
		return this.evaluation;
	}

	async call(method: string, ...args: readonly unknown[]): Promise<unknown> {
		if (this.thread !== undefined) return this.thread.call(method, ...args);
		try {
			const answer = await Promise.race([this.open().handlers[method](...(args as never[])), this.ended]);
			this.calls.push([method, args]);
			return answer;
		} catch (error) {
			if (this.end.signal.aborted) throw error;
			if (!this.blocked && !isTooDeep(error)) throw errorCodec.decode(this.open().encodeError(error));
		}
		return this.inThread(method, args);
	}

	private async inThread(method: string, args: readonly unknown[]): Promise<unknown> {
		this.thread = this.options.thread();
		for (const [earlier, given] of this.calls) await this.thread.call(earlier, ...given);
		return this.thread.call(method, ...args);
	}

	/** Whether something that the thread tells was told before it was started. */
	wasTold(n: Notice): boolean {
		const at = this.told.indexOf(JSON.stringify(n));
		if (at < 0) return false;
		this.told.splice(at, 1);
		return true;
	}

	async close(): Promise<void> {
		this.end.abort();
		await this.thread?.close();
	}
}
