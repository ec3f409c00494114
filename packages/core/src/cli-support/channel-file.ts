import {
	type Download,
	downloadFile,
	type FetchWorld,
	memoryCache,
	parseURL,
	runSync,
	TransferError,
	urlPathToPath,
	WouldBlock,
} from "@tsnix/fetchers";
import { type ByteString, bytesToString, hostPath, memoryAccessor } from "@tsnix/store";
import type { OpenWorld } from "../engine/world";

/** A file that was downloaded into the store. */
export interface ChannelFile {
	/** After redirects. */
	readonly effectiveUrl: string;
	/** Absent for a folder of this machine, which is no file. */
	readonly storePath: string | undefined;
}

const blocked = (): never => {
	throw new Error("downloads of a command block");
};

const download = (world: FetchWorld, url: string): Download =>
	runSync(downloadFile(url, {}, world), world, (effect) => new WouldBlock(effect, async () => blocked()));

/** What a URL leads to now, whatever is remembered of it. A byte string. */
export const downloadNow = ({ fetch }: OpenWorld, url: string): ByteString =>
	bytesToString(download({ ...fetch, cache: memoryCache() }, url).contents);

/** Downloads a file into the store under a name, so that what it is can be seen (manual: "nix-channel"). */
export const channelFile = (open: OpenWorld, url: string, name: string): ChannelFile => {
	const { fs } = open.world;
	if (url.startsWith("file:") && fs !== undefined) {
		const place = hostPath(fs, urlPathToPath(parseURL(url).path));
		if (fs.existsSync(place) && fs.statSync(place).isDirectory()) return { effectiveUrl: url, storePath: undefined };
	}
	const { contents, effectiveUrl } = download(open.fetch, url);
	const { store } = open.host;
	const path = store.addToStore(name, memoryAccessor(contents), "/", { method: "flat" });
	return { effectiveUrl, storePath: path.toString(store.storeDir) };
};

/** Downloads the archive of a channel's expressions, in the form that there is. Gives its path in the store. */
export const channelExpressions = (open: OpenWorld, url: string): string | undefined => {
	const archive = (name: string): string | undefined => channelFile(open, `${url}/${name}`, name).storePath;
	try {
		return archive("nixexprs.tar.xz");
	} catch (error) {
		if (!(error instanceof TransferError)) throw error;
		return archive("nixexprs.tar.bz2");
	}
};
