/** Where requests go through a proxy: by variables of the environment, as curl reads them. */
export interface Proxies {
	/** For `http:` URLs; a URL, or `host:port`. */
	readonly http?: string;
	/** For `https:` URLs. */
	readonly https?: string;
	/** Hosts that are asked themselves: names that others may end with, `*` for all. */
	readonly none?: string;
}

/**
 * The proxies that an environment asks for. `HTTP_PROXY` does not count: a web server's program would be sent wherever
 * its client likes.
 *
 *     proxiesOf({ https_proxy: "http://proxy:3128", no_proxy: "localhost,.intern" })
 */
export const proxiesOf = (env: Readonly<Record<string, string | undefined>>): Proxies => {
	const first = (...names: readonly string[]): string | undefined =>
		names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
	const all = first("all_proxy", "ALL_PROXY");
	const http = first("http_proxy") ?? all;
	const https = first("https_proxy", "HTTPS_PROXY") ?? all;
	const none = env.no_proxy ?? env.NO_PROXY;
	return {
		...(http === undefined ? {} : { http }),
		...(https === undefined ? {} : { https }),
		...(none === undefined ? {} : { none }),
	};
};

const isExcepted = (hostname: string, none: string): boolean => {
	const host = hostname
		.replace(/^\[|\]$/g, "")
		.replace(/\.$/, "")
		.toLowerCase();
	return none
		.toLowerCase()
		.split(/[\s,]+/)
		.some((entry) => {
			if (entry === "*") return true;
			const name = entry
				.replace(/^\./, "")
				.replace(/^\[|\]$/g, "")
				.replace(/\.$/, "");
			return name !== "" && (host === name || host.endsWith(`.${name}`));
		});
};

/** The proxy that a URL is asked through; undefined for none. Throws TypeError for one that is no URL. */
export const proxyFor = (url: URL, proxies: Proxies): URL | undefined => {
	const proxy = url.protocol === "https:" ? proxies.https : proxies.http;
	if (proxy === undefined || isExcepted(url.hostname, proxies.none ?? "")) return undefined;
	return new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`);
};
