import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type ByteString, NixError } from "@tsnix/store";

/** The channels that a user subscribed to: their URLs by name (manual: "Files", "channels"). */
export type Channels = Map<ByteString, ByteString>;

/** A path's last part; slashes at the end do not count. */
export const lastPart = (path: ByteString): ByteString => {
	const trimmed = path.replace(/\/+$/, "");
	return trimmed.slice(trimmed.lastIndexOf("/") + 1);
};

/** The channels of a file's text: lines of a URL and, unless it is the URL's last part, a name. */
export const parseChannels = (text: ByteString): Channels => {
	const channels: Channels = new Map();
	for (const line of text.split("\n")) {
		const trimmed = line.replace(/[ \t\r\n]+$/, "");
		if (trimmed === "" || /^\s*#/.test(trimmed)) continue;
		const [first, name] = trimmed.split(" ").filter((word) => word !== "");
		const url = first.replace(/\/*$/, "");
		channels.set(name ?? lastPart(url), url);
	}
	return sorted(channels);
};

/** The text that {@link parseChannels} reads. */
export const printChannels = (channels: Channels): ByteString =>
	[...sorted(channels)].map(([name, url]) => `${url} ${name}\n`).join("");

const sorted = (channels: Channels): Channels => new Map([...channels].sort(([a], [b]) => (a < b ? -1 : 1)));

const bytes = (path: ByteString): Buffer => Buffer.from(path, "latin1");

/** The channels of a file; none where there is no file. */
export const readChannels = (file: ByteString): Channels =>
	existsSync(bytes(file)) ? parseChannels(readFileSync(bytes(file), "latin1")) : new Map();

export const writeChannels = (file: ByteString, channels: Channels): void =>
	writeFileSync(bytes(file), printChannels(channels), "latin1");

/** Throws where a channel cannot have that URL or that name. */
export const checkChannel = (url: ByteString, name: ByteString): void => {
	if (!/^(file|http|https):\/\//.test(url)) throw new NixError("BAD_CHANNEL_URL", `invalid channel URL '${url}'`);
	if (!/^[a-zA-Z0-9_][a-zA-Z0-9_.-]*$/.test(name))
		throw new NixError("BAD_CHANNEL_NAME", `invalid channel identifier '${name}'`);
};

/** What a channel is called whose URL is all that was told. */
export const channelName = (url: ByteString): ByteString =>
	lastPart(url)
		.replace(/-unstable$/, "")
		.replace(/-stable$/, "");
