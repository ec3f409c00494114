/** What of Node an instance may be handed: files, stores on disk, Git, downloads. */
import { nodeGit } from "@tsnix/fetchers/node";
import { localStore as localStoreOn, type LocalStoreOptions, type SyncStore } from "@tsnix/store";
import { nodeFs, openNodeDatabase } from "@tsnix/store/node";
import { markLocalStore, markNodeFs } from "./instance/portable";

markNodeFs(nodeFs);

const clock = (): number => Math.floor(Date.now() / 1000);

/** A store on Node's file system. `root` puts it below a folder, with store paths that still begin with `/nix/store`. */
export const localStore = (place: Omit<LocalStoreOptions, "fs" | "openDatabase" | "clock"> = {}): SyncStore => {
	const store = localStoreOn({
		fs: nodeFs,
		...(openNodeDatabase === undefined ? {} : { openDatabase: openNodeDatabase }),
		clock,
		...place,
	});
	markLocalStore(store, place);
	return store;
};

export { nodeFs, nodeGit };
