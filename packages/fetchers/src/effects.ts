import { FetchError } from "./errors";
import type { GitTransport } from "./git/transport";
import type { HttpRequest, HttpResponse, HttpTransport } from "./http";
import type { MercurialResult, MercurialTransport } from "./mercurial/transport";

/** Something that only the outside can do, and that may have to be waited for. */
export type FetchEffect =
	| { readonly kind: "http"; readonly request: HttpRequest }
	| { readonly kind: "git"; readonly what: string; run(git: GitTransport): unknown }
	| { readonly kind: "hg"; readonly args: readonly string[] };

/**
 * A fetch that has not run yet. It yields the effects it needs and is handed their results; {@link runAsync} and
 * {@link runSync} are its two drivers, so that every scheme is written once.
 */
export type Fetching<T> = Generator<FetchEffect, T, unknown>;

/** What answers the effects. */
export interface Transports {
	readonly http?: HttpTransport;
	readonly git?: GitTransport;
	readonly hg?: MercurialTransport;
}

/** Thrown by the synchronous face where an answer has to be waited for. */
export class WouldBlock extends FetchError {
	readonly effect: FetchEffect;
	/**
	 * Fetch it all the asynchronous way. When the promise is settled the same synchronous call answers at once,
	 * from what the world remembers.
	 */
	readonly resume: () => Promise<void>;

	constructor(effect: FetchEffect, resume: () => Promise<void>) {
		const what =
			effect.kind === "http"
				? `downloading '${effect.request.url}'`
				: effect.kind === "git"
					? effect.what
					: `running 'hg ${effect.args[0]}'`;
		super("WOULD_BLOCK", `${what} has to be waited for`);
		this.effect = effect;
		this.resume = resume;
	}
}

/** Ask for a document over HTTP. */
export function* request(httpRequest: HttpRequest): Fetching<HttpResponse> {
	return (yield { kind: "http", request: httpRequest }) as HttpResponse;
}

/** Ask the Git transport for something; `what` is a gerund for messages ("fetching 'https://…'"). */
export function* askGit<T>(what: string, run: (git: GitTransport) => T | Promise<T>): Fetching<T> {
	return (yield { kind: "git", what, run }) as T;
}

/** Run `hg`. */
export function* askMercurial(args: readonly string[]): Fetching<MercurialResult> {
	return (yield { kind: "hg", args }) as MercurialResult;
}

const isPromise = (value: unknown): value is Promise<unknown> =>
	typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";

const perform = (effect: FetchEffect, transports: Transports): unknown => {
	if (effect.kind === "http") {
		if (transports.http === undefined)
			throw new FetchError("NO_NETWORK", `cannot download '${effect.request.url}': no HTTP transport was given`);
		return transports.http.requestSync?.(effect.request) ?? transports.http.request(effect.request);
	}
	if (effect.kind === "hg") {
		if (transports.hg === undefined)
			throw new FetchError("NO_MERCURIAL", `running 'hg ${effect.args[0]}' is not possible: no Mercurial was given`);
		return transports.hg.run(effect.args);
	}
	if (transports.git === undefined)
		throw new FetchError("NO_GIT", `${effect.what} is not possible: no Git transport was given`);
	return effect.run(transports.git);
};

const mustWait = (effect: FetchEffect, transports: Transports): boolean =>
	effect.kind === "http"
		? transports.http !== undefined && transports.http.requestSync === undefined
		: transports[effect.kind]?.synchronous === false;

/** Run a fetch, waiting for each effect. */
export const runAsync = async <T>(fetching: Fetching<T>, transports: Transports): Promise<T> => {
	let step = fetching.next();
	while (!step.done) {
		let result: unknown;
		try {
			result = await perform(step.value, transports);
		} catch (error) {
			step = fetching.throw(error);
			continue;
		}
		step = fetching.next(result);
	}
	return step.value;
};

/** Run a fetch without waiting. Calls `blocked` for the error to throw where an effect would have to be waited for. */
export const runSync = <T>(
	fetching: Fetching<T>,
	transports: Transports,
	blocked: (effect: FetchEffect) => Error,
): T => {
	let step = fetching.next();
	while (!step.done) {
		if (mustWait(step.value, transports)) throw blocked(step.value);
		let result: unknown;
		try {
			result = perform(step.value, transports);
		} catch (error) {
			step = fetching.throw(error);
			continue;
		}
		if (isPromise(result)) {
			result.catch(() => {});
			throw blocked(step.value);
		}
		step = fetching.next(result);
	}
	return step.value;
};
