import { NixError } from "@tsnix/store";
import { closedError } from "../worker/errors";

/**
 * From when an instance is made until it is closed, or cancelled through its signal: what is asked of it later is
 * refused, and what waits then is rejected. The error's `cause` is the signal's reason.
 */
export class Lifetime {
	private end: NixError | undefined;
	private readonly waiting = new Set<(error: NixError) => void>();

	constructor(
		private readonly signal: AbortSignal | undefined,
		/** Done once, when it ends. */
		private readonly onEnd: () => void,
	) {
		if (signal === undefined) return;
		if (signal.aborted) this.interrupted();
		else signal.addEventListener("abort", this.interrupted, { once: true });
	}

	private readonly interrupted = (): void =>
		this.over(new NixError("INTERRUPTED", "interrupted by the user", { cause: this.signal?.reason }));

	private over(error: NixError): void {
		if (this.end !== undefined) return;
		this.end = error;
		this.signal?.removeEventListener("abort", this.interrupted);
		for (const reject of this.waiting) reject(error);
		this.waiting.clear();
		this.onEnd();
	}

	/** Does something that ends with the instance at the latest. */
	during<T>(work: () => Promise<T>): Promise<T> {
		const { end } = this;
		if (end !== undefined) return Promise.reject(end);
		return new Promise<T>((resolve, reject) => {
			this.waiting.add(reject);
			work()
				.then(resolve, reject)
				.finally(() => this.waiting.delete(reject));
		});
	}

	close(): void {
		this.over(closedError());
	}
}
