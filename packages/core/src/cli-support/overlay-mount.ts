import { NixError } from "@tsnix/store";

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Throws unless a store's folder is an overlay of that layer on that lower store, as the last mount of it says.
 * `mounts` is the text of `/proc/self/mounts`. Implements the check of the manual's "local overlay store".
 */
export const checkOverlayMount = (
	mounts: string,
	folders: { readonly realStoreDir: string; readonly lowerStoreDir: string; readonly upperLayer: string },
): void => {
	const here = new RegExp(`^overlay ${quoted(folders.realStoreDir)} .*$`);
	const mount =
		mounts
			.split("\n")
			.filter((line) => here.test(line))
			.at(-1) ?? "";
	const has = (option: string, value: string): boolean => new RegExp(`\\b${option}=${quoted(value)}( |,)`).test(mount);
	if (has("lowerdir", folders.lowerStoreDir) && has("upperdir", folders.upperLayer)) return;
	throw new NixError("OVERLAY_MOUNT", `overlay filesystem "${folders.realStoreDir}" mounted incorrectly`);
};
