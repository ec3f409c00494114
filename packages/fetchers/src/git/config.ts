import { bytesToString } from "@tsnix/store";

/** A Git configuration: the last value of each key. Keys are `section.name` or `section.subsection.name`. */
export type GitConfig = ReadonlyMap<string, string>;

const unquote = (raw: string): string => {
	let out = "";
	let quoted = false;
	let kept = 0;
	for (let i = 0; i < raw.length; i++) {
		const char = raw[i] as string;
		if (char === '"') quoted = !quoted;
		else if (char === "\\") {
			const next = raw[++i];
			out += next === "n" ? "\n" : next === "t" ? "\t" : next === "b" ? "\b" : (next ?? "");
		} else if ((char === "#" || char === ";") && !quoted) break;
		else {
			out += char;
			if (!quoted && (char === " " || char === "\t")) continue;
		}
		kept = out.length;
	}
	return out.slice(0, kept);
};

/**
 * Parse a Git configuration file (`.git/config`, `.gitmodules`). Section and key names are lowered, subsections are
 * kept. What is not understood is passed over; includes are not followed.
 */
export const parseGitConfig = (contents: Uint8Array): GitConfig => {
	const found = new Map<string, string>();
	const text = bytesToString(contents).replace(/\r\n/g, "\n").replace(/\\\n/g, "");
	let section = "";
	for (const line of text.split("\n")) {
		let rest = line.trimStart();
		const header = /^\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*/.exec(rest);
		if (header !== null) {
			const sub = header[2]?.replace(/\\(.)/g, "$1");
			section = (header[1] as string).toLowerCase() + (sub === undefined ? "" : `.${sub}`);
			rest = rest.slice(header[0].length);
		}
		const entry = /^([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*))?$/s.exec(rest);
		if (entry === null) continue;
		found.set(`${section}.${(entry[1] as string).toLowerCase()}`, entry[2] === undefined ? "true" : unquote(entry[2]));
	}
	return found;
};

/** Whether a value of a configuration means yes. */
export const isTrue = (value: string | undefined): boolean =>
	value !== undefined && /^(true|yes|on|[1-9]\d*)$/i.test(value);
