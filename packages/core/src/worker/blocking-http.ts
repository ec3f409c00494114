import {
	type HttpRequest,
	type HttpResponse,
	type HttpTransport,
	type TransferCode,
	TransferError,
} from "@tsnix/fetchers";
import { NixError } from "@tsnix/store";

const codes: ReadonlySet<string> = new Set<TransferCode>(["NOT_FOUND", "FORBIDDEN", "TRANSIENT", "TRANSFER"]);

/**
 * Downloads by the thread that made this one, waited for without returning. What goes wrong is a TransferError here,
 * too: those who fetch heed the difference.
 */
export const blockingHttp = (call: (method: string, args: readonly unknown[]) => unknown): HttpTransport => {
	const requestSync = (request: HttpRequest): HttpResponse => {
		try {
			return call("http", [request]) as HttpResponse;
		} catch (error) {
			if (!(error instanceof NixError) || !codes.has(error.code)) throw error;
			throw new TransferError(error.code as TransferCode, error.message);
		}
	};
	return { requestSync, request: (request) => Promise.resolve(requestSync(request)) };
};
