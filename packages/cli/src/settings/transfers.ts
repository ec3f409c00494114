import { parseNetrc, type TransferSettings } from "../core";
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
	};
};
