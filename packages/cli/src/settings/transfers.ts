import { existsSync } from "node:fs";
import { parseNetrc, proxiesOf, type TransferSettings } from "../core";
import type { Session } from "../session";

const netrcs = new WeakMap<Session, TransferSettings["netrc"]>();

/** The logins of the netrc file, read once; none where it cannot be read. */
const netrcOf = (session: Session): TransferSettings["netrc"] => {
	let entries = netrcs.get(session);
	if (entries === undefined) {
		try {
			entries = parseNetrc(session.readFile(session.settings.text("netrc-file")));
		} catch {
			entries = [];
		}
		netrcs.set(session, entries);
	}
	return entries;
};

/** The certificates to believe: those that the environment or a setting names, else the system's where it has any. */
const caFile = ({ settings, env }: Session): { caFile?: string } => {
	const named = env("NIX_SSL_CERT_FILE") ?? env("SSL_CERT_FILE") ?? "";
	const file = settings.text("ssl-cert-file");
	if (settings.isOverridden("ssl-cert-file")) return file === "" ? {} : { caFile: file };
	if (named !== "") return { caFile: named };
	return file !== "" && existsSync(file) ? { caFile: file } : {};
};

/** What the settings mean for downloads. */
export const transferSettings = (session: Session): TransferSettings => {
	const { settings } = session;
	const suffix = settings.text("user-agent-suffix");
	return {
		tries: session.offline ? 1 : settings.number("download-attempts"),
		stalledTimeout: settings.number("stalled-download-timeout"),
		speed: settings.number("download-speed"),
		connections: settings.number("http-connections"),
		userAgent: `tsnix Nix/2.34.8${suffix === "" ? "" : ` ${suffix}`}`,
		netrc: netrcOf(session),
		reach: {
			connectTimeout: settings.number("connect-timeout"),
			proxies: proxiesOf(session.shell.env),
			...caFile(session),
		},
	};
};
