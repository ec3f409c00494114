import { type Download, downloadFile } from "./download";
import { runAsync, runSync, WouldBlock } from "./effects";
import type { FetchWorld } from "./world";

const keyOf = (url: string): string => `url:${url}`;

/** Download the file at a URL as it is, once per world (`builtins.fetchurl`). Throws TransferError and its kin. */
export const fetchURL = async (url: string, world: FetchWorld): Promise<Download> => {
	const known = world.inputs.downloads.get(url);
	if (known !== undefined) return known;
	const file = await runAsync(downloadFile(url, {}, world), world);
	world.inputs.downloads.set(url, file);
	return file;
};

/**
 * The same without waiting. Throws {@link WouldBlock} where the download has to be waited for; after its `resume` the
 * same call gives the file, or throws what went wrong.
 */
export const fetchURLSync = (url: string, world: FetchWorld): Download => {
	const { downloads, failed } = world.inputs;
	const known = downloads.get(url);
	if (known !== undefined) return known;
	if (failed.has(keyOf(url))) {
		const error = failed.get(keyOf(url));
		failed.delete(keyOf(url));
		throw error;
	}
	const file = runSync(downloadFile(url, {}, world), world, (effect) => {
		const resume = async () => {
			try {
				await fetchURL(url, world);
			} catch (error) {
				failed.set(keyOf(url), error);
			}
		};
		return new WouldBlock(effect, resume);
	});
	downloads.set(url, file);
	return file;
};
