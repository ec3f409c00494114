import { fetchTarballTree, runSync, WouldBlock } from "@tsnix/fetchers";
import type { StorePath } from "@tsnix/store";
import type { OpenWorld } from "../engine/world";

/** `channel:NAME` is the archive of expressions of a channel. */
const archiveUrl = (url: string): string =>
	url.startsWith("channel:") ? `https://channels.nixos.org/${url.slice(8)}/nixexprs.tar.xz` : url;

/** Downloads and unpacks an archive that a search path or a command line names, into the store. */
export const downloadTarballSync = (text: string, open: OpenWorld): StorePath => {
	const url = archiveUrl(text);
	const { accessor } = runSync(
		fetchTarballTree({ url, headers: {}, cacheKey: { domain: "tarball", attrs: { url } } }, open.fetch),
		open.fetch,
		(effect) => new WouldBlock(effect, async () => {}),
	);
	return open.host.store.addToStore("source", accessor, "/");
};
