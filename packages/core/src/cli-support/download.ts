import { BadURL, type HttpTransport, successfulBody, TransferError } from "@tsnix/fetchers";
import { nodeFs } from "@tsnix/store/node";

/** The file that a `file:` URL names; undefined for other URLs. */
const localPath = (url: string): string | undefined => {
	if (!url.startsWith("file:")) return undefined;
	const rest = /^file:(?:\/\/(?:localhost)?(?=\/))?(\/[^?#]*)/.exec(url)?.[1];
	if (rest === undefined) throw new BadURL(`unable to download '${url}': URL using bad/illegal format or missing URL`);
	return decodeURIComponent(rest);
};

/**
 * Downloads for builders: what a URL gives, as it is served. Rejects with TransferErrors, worded as the reference words
 * them, also where the server answers but does not have the file.
 */
export const downloader =
	(http: HttpTransport): ((url: string) => Promise<Uint8Array>) =>
	async (url) => {
		const path = localPath(url);
		if (path !== undefined)
			try {
				return nodeFs.readFileSync(path);
			} catch {
				const reason = `Could not read a file:// file (37) Could not open file ${path}`;
				throw new TransferError("NOT_FOUND", `unable to download '${url}': ${reason}`);
			}
		return successfulBody(url, await http.request({ url, headers: {} }));
	};
