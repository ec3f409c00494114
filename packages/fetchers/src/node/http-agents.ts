import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { readFileSync } from "node:fs";
import { Agent, type AgentOptions, type ClientRequestArgs, request as plainRequest } from "node:http";
import type { LookupFunction, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AgentOptions as SecureAgentOptions } from "node:https";
import { proxyFor, type Proxies } from "./proxies";

/** How servers are reached. */
export interface ConnectionSettings {
	/** `connect-timeout`: seconds; 0 for curl's own, 300. */
	readonly connectTimeout?: number;
	/** `ssl-cert-file`: certificates to believe, instead of Node's. */
	readonly caFile?: string;
	readonly proxies?: Proxies;
	/** Connections to a server at once; any number unless told. */
	readonly connections?: number;
}

/** An error as Node's sockets have them. */
export const socketError = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** Names that are looked up while they are being looked up are one question. */
const sharedLookup = (): LookupFunction => {
	const pending = new Map<string, ((error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void)[]>();
	return (hostname, options, callback) => {
		const answer = (error: NodeJS.ErrnoException | null, found: LookupAddress[]): void => {
			if (error !== null) callback(error, "", 4);
			else if (options.all === true) callback(null, found);
			else callback(null, found[0].address, found[0].family);
		};
		const key = `${options.family ?? 0} ${hostname}`;
		const waiting = pending.get(key);
		if (waiting !== undefined) return void waiting.push(answer);
		const all = [answer];
		pending.set(key, all);
		systemLookup(hostname, { ...options, all: true }, (error, found) => {
			pending.delete(key);
			for (const tell of all) tell(error, found);
		});
	};
};

const authorizationOf = (proxy: URL): Record<string, string> => {
	if (proxy.username === "" && proxy.password === "") return {};
	const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
	return { "Proxy-Authorization": `Basic ${Buffer.from(login).toString("base64")}` };
};

const portOf = (url: URL): number => Number(url.port || (url.protocol === "https:" ? 443 : 80));

const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

const named = (proxy: URL | undefined): Pick<Route, "proxy"> =>
	proxy === undefined ? {} : { proxy: { hostname: proxy.hostname, port: portOf(proxy) } };

/** What `node:http` is asked with to reach a URL. */
export interface Route {
	readonly options: ClientRequestArgs;
	/** Whether it is a server of HTTPS that is asked, by its own connection or a proxy's. */
	readonly secure: boolean;
	/** The proxy that is asked, if any: its name and port. */
	readonly proxy?: { readonly hostname: string; readonly port: number };
}

/**
 * Ways to servers: connections that are kept for the next request, through proxies where there are any. TLS is loaded
 * when it is first needed.
 */
export class Routes {
	private plain: Agent | undefined;
	private secure: Agent | undefined;
	private readonly tunnels = new Map<string, Agent>();
	private readonly lookup = sharedLookup();
	private certificates: { readonly ca?: string } | undefined;

	constructor(private readonly settings: ConnectionSettings) {}

	/** Throws where certificates cannot be read, or the proxy is of an unknown kind. */
	to(url: URL): Route {
		const { protocol } = url;
		// An empty query is one, too.
		const search = url.search === "" && url.href.split("#", 1)[0].endsWith("?") ? "?" : url.search;
		const target = { host: bareHost(url), port: portOf(url), path: `${url.pathname}${search}` };
		const proxy = proxyFor(url, this.settings.proxies ?? {});
		if (proxy !== undefined && proxy.protocol !== "http:" && proxy.protocol !== "https:")
			throw socketError("PROXY_SCHEME", `Unsupported proxy scheme for '${proxy.href.replace(/\/$/, "")}'`);
		if (protocol === "https:") {
			const agent = proxy === undefined ? this.secureAgent() : this.tunnel(proxy);
			return { secure: true, options: { ...target, agent }, ...named(proxy) };
		}
		if (proxy === undefined) return { secure: false, options: { ...target, agent: this.plainAgent() } };
		const whole = `${url.protocol}//${url.host}${target.path}`;
		const headers = { Host: url.host, ...authorizationOf(proxy) };
		const secure = proxy.protocol === "https:";
		const agent = secure ? this.secureAgent() : this.plainAgent();
		return {
			secure,
			options: { host: bareHost(proxy), port: portOf(proxy), path: whole, headers, agent },
			...named(proxy),
		};
	}

	private get agentOptions(): AgentOptions {
		const { connections } = this.settings;
		const limits = connections === undefined ? {} : { maxSockets: connections, maxFreeSockets: connections };
		return { keepAlive: true, scheduling: "lifo", lookup: this.lookup, ...limits } as AgentOptions;
	}

	private plainAgent(): Agent {
		this.plain ??= new Agent(this.agentOptions);
		return this.plain;
	}

	private secureOptions(): SecureAgentOptions {
		this.certificates ??= this.readCertificates();
		return { ...this.agentOptions, ...this.certificates };
	}

	private readCertificates(): { readonly ca?: string } {
		const { caFile } = this.settings;
		if (caFile === undefined) return {};
		try {
			return { ca: readFileSync(caFile, "latin1") };
		} catch {
			throw socketError("TRUST_ANCHORS", `certificates cannot be read: ${caFile}`);
		}
	}

	private secureAgent(): Agent {
		if (this.secure === undefined) {
			const https = process.getBuiltinModule("node:https");
			this.secure = new https.Agent(this.secureOptions());
		}
		return this.secure;
	}

	/** Connections through a proxy that passes on what it cannot read. */
	private tunnel(proxy: URL): Agent {
		const known = this.tunnels.get(proxy.href);
		if (known !== undefined) return known;
		const https = process.getBuiltinModule("node:https");
		const options = this.secureOptions();
		const agent = new https.Agent(options);
		const connect = (request: ClientRequestArgs, done: (error: Error | null, socket?: Duplex) => void): undefined => {
			const target = `${String(request.host).includes(":") ? `[${request.host}]` : request.host}:${request.port}`;
			const asked = (proxy.protocol === "https:" ? https.request : plainRequest)({
				method: "CONNECT",
				host: bareHost(proxy),
				port: portOf(proxy),
				path: target,
				headers: { Host: target, ...authorizationOf(proxy) },
				agent: false,
				lookup: this.lookup,
				...(options.ca === undefined ? {} : { ca: options.ca }),
			} as ClientRequestArgs);
			asked.once("error", (error) => {
				const aborted = (error as NodeJS.ErrnoException).code === "ECONNRESET";
				done(aborted ? socketError("PROXY", "Proxy CONNECT aborted") : error);
			});
			asked.once("connect", (answer, socket: Socket) => {
				const { statusCode = 0 } = answer;
				if (statusCode < 200 || statusCode > 299) {
					socket.destroy();
					return done(socketError("PROXY", `CONNECT tunnel failed, response ${statusCode}`));
				}
				const { connect: secure } = process.getBuiltinModule("node:tls");
				const { host = "" } = request;
				const name = /^[\d.]+$|:/.test(host ?? "") ? {} : { servername: host ?? "" };
				done(null, secure({ socket, ...name, ...(options.ca === undefined ? {} : { ca: options.ca }) }));
			});
			asked.end();
			return undefined;
		};
		Object.assign(agent, { createConnection: connect });
		this.tunnels.set(proxy.href, agent);
		return agent;
	}
}
