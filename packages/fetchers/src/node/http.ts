import { type FetchFunction, type FetchTransportOptions, fetchTransport } from "../http-fetch";
import type { HttpTransport } from "../http";

/** Downloads with Node's own `fetch`, waiting between tries. */
export const nodeHttp = (options: Omit<Partial<FetchTransportOptions>, "sleep"> = {}): HttpTransport =>
	fetchTransport({
		fetch: globalThis.fetch as FetchFunction,
		sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
		...options,
	});
