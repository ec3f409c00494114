import { type CacheFetch, CacheTransferError } from "@tsnix/store";
import { nodeRequests, printReason, reasonOf, type TransferSettings } from "../core";

/** How often an answer may send to another place. */
const maxRedirects = 10;

type Answer = Awaited<ReturnType<CacheFetch>>;
type Received = Awaited<ReturnType<ReturnType<typeof nodeRequests>>>;

/** A body piece by piece. */
async function* pieces(body: NonNullable<Received["body"]>): AsyncGenerator<Uint8Array> {
	const reader = body.getReader();
	try {
		for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value as Uint8Array;
	} finally {
		await reader.cancel();
	}
}

const answerOf = ({ status, headers, body, arrayBuffer }: Received): Answer => ({
	status,
	headers,
	...(body === undefined || body === null ? {} : { body: pieces(body) }),
	arrayBuffer,
});

/** Where an answer sends, and how that is asked; undefined where it is not elsewhere. */
const redirected = (url: string, method: string, answer: Received): { url: string; keepsBody: boolean } | undefined => {
	const location = answer.headers.get("location");
	if (![301, 302, 303, 307, 308].includes(answer.status) || location === null) return undefined;
	return { url: new URL(location, url).href, keepsBody: answer.status >= 307 || method === "GET" || method === "HEAD" };
};

/**
 * Requests to binary caches, by the connections that downloads have: with proxies, certificates, and a time for
 * connecting. Why no answer came is told as curl tells it.
 */
export const cacheFetch = ({ reach, connections }: Pick<TransferSettings, "reach" | "connections">): CacheFetch => {
	const ask = nodeRequests({ ...reach, ...(connections ? { connections } : {}) });
	return async (first, init) => {
		let url = first;
		let { method, body }: { method: string; body?: (typeof init)["body"] } = init;
		for (let redirects = 0; ; redirects++) {
			const { signal } = init;
			// Logins are for the server that was meant.
			const { Authorization, ...others } = init.headers;
			const isElsewhere = Authorization === undefined || new URL(url).origin !== new URL(first).origin;
			const headers = isElsewhere ? others : { ...others, Authorization };
			const began = performance.now();
			let answer: Received;
			try {
				const sent = {
					method,
					headers,
					...(body === undefined ? {} : { body }),
					...(signal === undefined ? {} : { signal }),
				};
				answer = await ask(url, sent);
			} catch (error) {
				if (signal?.aborted === true) throw error;
				throw new Error(printReason(reasonOf(error, url, performance.now() - began)));
			}
			const next = redirected(url, method, answer);
			if (next === undefined) return answerOf(answer);
			await answer.body?.getReader().cancel();
			if (redirects === maxRedirects) {
				const verb = init.body === undefined ? "download" : "upload";
				const why = `HTTP error ${answer.status} (curl error: Number of redirects hit maximum amount)`;
				throw new CacheTransferError(`unable to ${verb} '${first}': ${why}`, answer.status);
			}
			url = next.url;
			if (next.keepsBody) continue;
			method = "GET";
			body = undefined;
		}
	};
};
