/** What of Node an instance may be handed: files, stores on disk, Git, downloads. */
import { nodeGit, nodeMercurial } from "@tsnix/fetchers/node";
import type { LocalStore } from "@tsnix/store";
import { type LocalStoreListeners, type LocalStorePlace, nodeFs, nodeLocalStore } from "@tsnix/store/node";
import { nodeFetchCache } from "./engine/node-fetch-cache";
import { markLocalStore, markNodeFs } from "./instance/portable";
import { type HostRegistriesOptions, hostRegistries } from "./registry/host-registries";
import type { Registries } from "./registry/registry";

markNodeFs(nodeFs);

const clock = (): number => Math.floor(Date.now() / 1000);

/** A store on Node's file system. `root` puts it below a folder, with store paths that still begin with `/nix/store`. */
export const localStore = (place: LocalStorePlace = {}, listeners: LocalStoreListeners = {}): LocalStore => {
	const store = nodeLocalStore(place, listeners);
	markLocalStore(store, place);
	return store;
};

/**
 * The flake registries of this machine, for an instance: the user's, the system's and the global one, found by the
 * environment that is handed in, and read when a flake is first asked for by name. `cacheDir` keeps the global one.
 *
 *     createNix({ fs: nodeFs, fetch, registries: nodeRegistries({ env: process.env, fetch }) })
 */
export const nodeRegistries = ({
	cacheDir,
	...options
}: Partial<HostRegistriesOptions> & { readonly cacheDir?: string } = {}): (() => Promise<Registries>) =>
	hostRegistries({
		fs: nodeFs,
		clock,
		...(cacheDir === undefined ? {} : { cache: nodeFetchCache(cacheDir) }),
		...options,
	});

export { type OpenStoreOptions, openStore } from "./open-store";
export type { HostRegistriesOptions, Registries };
export { nodeFs, nodeGit, nodeMercurial };
