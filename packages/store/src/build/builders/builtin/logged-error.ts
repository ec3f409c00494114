import { NixError, TracedError } from "../../../errors";
import { Unexplained } from "./unexplained";

const shown = (text: string): string => `\x1b[35;1m${text}\x1b[0m`;

/** Messages with values in them, which the reference writes to logs in a colour of their own. */
const messages: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
	[/^attribute '(.*)' missing$/, (name) => `attribute '${shown(name)}' missing`],
	[/^unsupported builtin builder '(.*)'$/, (name) => `unsupported builtin builder '${shown(name)}'`],
	[
		/^unable to download '(.*?)': HTTP error (\d+)(?:(\n\nresponse body:\n\n)([\s\S]*))?$/,
		(url, status, label, body) =>
			`unable to download '${shown(url)}': HTTP error ${shown(status)}${shown("")}${label === undefined ? "" : `${label}${shown(body)}`}`,
	],
	[
		/^unable to download '(.*?)': (.*?) \((\d+)\) (.*)$/,
		(url, name, number, detail) =>
			`unable to download '${shown(url)}': ${shown(name)} (${shown(number)}) ${shown(detail)}`,
	],
	[
		/^channelName is not allowed to contain filesystem separators, got (.*)$/,
		(name) => `channelName is not allowed to contain filesystem separators, got ${shown(name)}`,
	],
	[/^failed to open archive: (.*)$/, (why) => `failed to open archive: ${shown(why)}`],
];

const coloured = (message: string): string => {
	for (const [pattern, print] of messages) {
		const found = pattern.exec(message);
		if (found !== null) return print(...found.slice(1));
	}
	return message;
};

const colouredTrace = (trace: string): string =>
	trace.replace(/^writing file (".*")$/, (_, path: string) => `writing file ${shown(path)}`);

/** An error of a builtin builder, as the reference writes it to the build's log. */
export const loggedError = (error: unknown): string => {
	if (error instanceof Unexplained) return error.message;
	if (!(error instanceof NixError)) return `error: ${error instanceof Error ? error.message : String(error)}`;
	const options = error.hint === undefined ? undefined : { hint: error.hint };
	const plain = new NixError(error.code, coloured(error.message), options);
	const traced = error instanceof TracedError ? new TracedError(plain, error.traces.map(colouredTrace)) : plain;
	return traced.render({ color: true });
};
