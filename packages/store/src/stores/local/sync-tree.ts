import { fromHostName, hostPath } from "../../accessors/fs";
import type { ByteString } from "../../byte-string";
import type { StoreFs } from "./write-tree";

/**
 * Waits until the disk has a tree: the files, and the folders that name them. Nothing is done on file systems without
 * such a call. Implements the settings `fsync-store-paths` and `sync-before-registering` of the manual.
 */
export const syncTree = (fs: StoreFs, path: ByteString): void => {
	if (fs.fsyncSync === undefined) return;
	const place = hostPath(fs, path);
	const stat = fs.lstatSync(place);
	if (stat.isDirectory()) for (const name of fs.readdirSync(place)) syncTree(fs, `${path}/${fromHostName(fs, name)}`);
	else if (!stat.isFile()) return;
	const file = fs.openSync(place, "r");
	try {
		fs.fsyncSync(file);
	} finally {
		fs.closeSync(file);
	}
};
