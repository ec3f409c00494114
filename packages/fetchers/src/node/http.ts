import { type FetchTransportOptions, fetchTransport } from "../http-fetch";
import type { HttpTransport } from "../http";
import type { ConnectionSettings } from "./http-agents";
import { nodeFetch } from "./http-client";
import { nodeSpool } from "./spool";

/** What downloads by Node are made with. */
export interface NodeHttpOptions extends Omit<Partial<FetchTransportOptions>, "sleep" | "later" | "random"> {
	/** How servers are reached, where no `fetch` is given. */
	readonly reach?: ConnectionSettings;
}

/** Downloads with Node's own modules, waiting between tries, and giving up on servers that have stalled. */
export const nodeHttp = ({ reach, ...options }: NodeHttpOptions = {}): HttpTransport =>
	fetchTransport({
		fetch: options.fetch ?? nodeFetch(reach),
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
