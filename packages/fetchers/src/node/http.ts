import { type FetchFunction, type FetchTransportOptions, fetchTransport } from "../http-fetch";
import type { HttpTransport } from "../http";
import { nodeSpool } from "./spool";

/** Downloads with Node's own `fetch`, waiting between tries, and giving up on servers that have stalled. */
export const nodeHttp = (
	options: Omit<Partial<FetchTransportOptions>, "sleep" | "later" | "random"> = {},
): HttpTransport =>
	fetchTransport({
		fetch: globalThis.fetch as FetchFunction,
		sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
		later: (milliseconds, action) => {
			const timer = setTimeout(action, milliseconds);
			return () => clearTimeout(timer);
		},
		random: Math.random,
		now: () => performance.now(),
		stalledTimeout: 300,
		spool: nodeSpool(),
		...options,
	});
