import { bytesToString } from "@tsnix/store";
import { TransferError } from "./errors";
import type { HttpResponse } from "./http";

/** Whether a status means that the download succeeded. */
export const isSuccess = (status: number): boolean => [200, 201, 204, 206, 304].includes(status);

/** Whether a status tells of something that may be over soon. */
export const mayPass = (status: number): boolean =>
	status === 408 || status === 429 || (status >= 500 && ![501, 505, 511].includes(status));

const saidBy = (body: Uint8Array): string => {
	if (body.length === 0) return "";
	const text = bytesToString(body);
	return body.length < 1024 || text.includes("<html>")
		? `\n\nresponse body:\n\n${text.replace(/[ \n\r\t]+$/, "")}`
		: "";
};

/** The error for a status other than success, with what the server said where that is short or a page. */
export const statusError = (url: string, status: number, body: Uint8Array, rateLimited = false): TransferError => {
	const code =
		status === 404 || status === 410
			? "NOT_FOUND"
			: status === 401 || status === 403 || status === 407
				? "FORBIDDEN"
				: mayPass(status)
					? "TRANSIENT"
					: "TRANSFER";
	const message = `unable to download '${url}': HTTP error ${status}${saidBy(body)}`;
	return new TransferError(code, message, status, rateLimited);
};

/** An answer's body. Throws TransferError where the status is none of success. */
export const successfulBody = (url: string, { status, body, rateLimited }: HttpResponse): Uint8Array => {
	if (!isSuccess(status)) throw statusError(url, status, body, rateLimited);
	return body;
};
