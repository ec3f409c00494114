import { databaseCache, type FetchCache, folderCache } from "@tsnix/fetchers";
import { nodeFs, openNodeDatabase } from "@tsnix/store/node";

/** What fetching found out before, in a folder of Node's: facts in a database where there is SQLite, else in files. */
export const nodeFetchCache = (dir: string): FetchCache => {
	const blobs = `${dir}/tsnix`;
	const open = openNodeDatabase;
	if (open === undefined) return folderCache(nodeFs, blobs);
	return databaseCache({ fs: nodeFs, path: `${dir}/fetcher-cache-tsnix-v1.sqlite`, blobs, open: (path) => open(path) });
};
