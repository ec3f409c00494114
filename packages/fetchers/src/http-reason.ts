/** Why no answer came: curl's name for it, its number, and what it says beside. */
export interface TransferReason {
	readonly name: string;
	readonly number: number;
	readonly detail: string;
}

const reason = (name: string, number: number, detail: string): TransferReason => ({ name, number, detail });

/** The last of a chain of causes: what the system said. */
const causeOf = (error: unknown): unknown => {
	let cause = error;
	for (let depth = 0; depth < 8 && cause instanceof Error && cause.cause instanceof Error; depth++) cause = cause.cause;
	return cause;
};

/**
 * Why a server could not be reached or broke off, as curl words it where the runtime says enough. `milliseconds` is how long
 * it took until that was known.
 */
export const reasonOf = (error: unknown, url: string, milliseconds?: number): TransferReason => {
	const cause = causeOf(error);
	const code = String((cause as { code?: unknown } | undefined)?.code);
	const { hostname, port, protocol } = new URL(url);
	const { proxy } = (error ?? {}) as { proxy?: { hostname: string; port: number } };
	const place =
		proxy === undefined
			? `${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`
			: `${proxy.hostname}:${proxy.port} over proxy ${proxy.hostname}`;
	const after = milliseconds === undefined ? "" : ` after ${Math.max(0, Math.round(milliseconds))} ms`;
	const message = cause instanceof Error ? cause.message : String(cause);
	if ((code === "ENOTFOUND" || code === "EAI_AGAIN") && proxy !== undefined)
		return reason("Could not resolve proxy name", 5, `Could not resolve proxy: ${proxy.hostname}`);
	if (code === "ENOTFOUND" || code === "EAI_AGAIN")
		return reason("Could not resolve hostname", 6, `Could not resolve host: ${hostname}`);
	if (code === "ECONNREFUSED" || code === "EHOSTUNREACH" || code === "ENETUNREACH")
		return reason(
			"Could not connect to server",
			7,
			`Failed to connect to ${place}${after}: Could not connect to server`,
		);
	if (code === "UND_ERR_SOCKET" || code === "EMPTY_REPLY")
		return reason("Server returned nothing (no headers, no data)", 52, "Empty reply from server");
	if (code === "ECONNRESET")
		return reason("Failure when receiving data from the peer", 56, "Recv failure: Connection reset by peer");
	if (code === "EPIPE") return reason("Failed sending data to the peer", 55, "Send failure: Broken pipe");
	if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT" || code === "UND_ERR_HEADERS_TIMEOUT")
		return reason("Timeout was reached", 28, `Failed to connect to ${place}${after}: Timeout was reached`);
	if (/CERT|ERR_TLS|UNABLE_TO_(GET|VERIFY)/.test(code))
		return reason(
			"SSL peer certificate or SSH remote key was not OK",
			60,
			`SSL certificate problem: ${message.replace(/;.*/, "")}`,
		);
	if (code === "TRUST_ANCHORS") return reason("Problem with the SSL CA cert (path? access rights?)", 77, "");
	if (code === "PROXY_SCHEME") return reason("Could not connect to server", 7, message);
	if (code === "PROXY") return reason("Failure when receiving data from the peer", 56, message);
	if (code.startsWith("HPE_")) return reason("Weird server reply", 8, message);
	return reason(message, 0, "");
};

/** As it stands in messages where no answer came. */
export const printReason = ({ name, number, detail }: TransferReason): string =>
	number === 0 ? name : `${name} (${number}) ${detail}`;

export const partialFile = reason("Transferred a partial file", 18, "");
export const tooSlow = reason("Timeout was reached", 28, "");
