import { credentialsFor, type FetchTransportOptions } from "@tsnix/fetchers";
import type { NodeHttpOptions } from "@tsnix/fetchers/node";

/** What settings say of downloads: plain data, so that it can be handed to a thread. */
export type TransferSettings = Pick<
	FetchTransportOptions,
	"tries" | "stalledTimeout" | "speed" | "connections" | "userAgent" | "netrc"
> &
	Pick<NodeHttpOptions, "reach">;

/** A request as it is sent: the credentials of its URL, or of the netrc file, are a header, and we say who we are. */
export const authorized = (
	url: string,
	headers: Readonly<Record<string, string>>,
	{ netrc = [], userAgent }: TransferSettings,
): { readonly url: string; readonly headers: Record<string, string> } => {
	const { url: bare, authorization } = credentialsFor(url, netrc);
	return {
		url: bare,
		headers: {
			...(authorization === undefined ? {} : { Authorization: authorization }),
			...(userAgent === undefined ? {} : { "User-Agent": userAgent }),
			...headers,
		},
	};
};
