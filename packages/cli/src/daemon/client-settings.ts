import { type ClientSettings, type DaemonOptions, NixError } from "@tsnix/store";

/** What any client may set: how long it waits is its own affair. */
const harmless = new Set([
	"timeout",
	"build-timeout",
	"max-silent-time",
	"build-max-silent-time",
	"build-poll-interval",
	"connect-timeout",
]);
const substituters = new Set(["substituters", "binary-caches"]);
const ignored = new Set(["ssh-auth-sock", "experimental-features", "plugin-files"]);

/**
 * Of a client's settings those that it may set: all of them if it is trusted; else those that do no harm, and of
 * substituters those that are trusted. `warn` is told of the others.
 */
export const clientSettings = (
	options: DaemonOptions,
	trusted: boolean,
	trustedSubstituters: ReadonlySet<string>,
	warn: (message: string) => void,
): ClientSettings => {
	const overrides = new Map<string, string>();
	for (const [name, value] of options.overrides) {
		if (name === "plugin-files")
			warn(
				"Ignoring the client-specified plugin-files.\nThe client specifying plugins to the daemon never made sense, and was removed in Nix >=2.14.",
			);
		if (ignored.has(name)) continue;
		if (trusted || harmless.has(name) || (name === "builders" && value === "")) overrides.set(name, value);
		else if (substituters.has(name)) overrides.set(name, trustedOnes(value, trustedSubstituters, warn).join(" "));
		else
			warn(
				`ignoring the client-specified setting '${name}', because it is a restricted setting and you are not a trusted user`,
			);
	}
	return { ...options, overrides };
};

const trustedOnes = (value: string, trusted: ReadonlySet<string>, warn: (message: string) => void): readonly string[] =>
	value
		.split(/[ \t\n\r]+/)
		.filter((word) => word !== "")
		.flatMap((word) => {
			if (trusted.has(word)) return [word];
			if (!word.endsWith("/") && trusted.has(`${word}/`)) return [`${word}/`];
			warn(
				`ignoring untrusted substituter '${word}', you are not a trusted user.\nRun \`man nix.conf\` for more information on the \`substituters\` configuration option.`,
			);
			return [];
		});

/** Of a client's settings those that have a value which makes sense to `own`, which is set to them. */
export const validSettings = (
	client: ClientSettings,
	own: { set(name: string, text: string): void },
	warn: (message: string) => void,
): ClientSettings => {
	const overrides = new Map<string, string>();
	for (const [name, value] of client.overrides ?? [])
		try {
			own.set(name, value);
			overrides.set(name, value);
		} catch (error) {
			if (!(error instanceof NixError)) throw error;
			warn(error.message);
		}
	return { ...client, overrides };
};
