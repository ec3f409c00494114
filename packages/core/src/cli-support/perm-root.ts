import { hashString, NixError, type StorePath } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import type { CommandStore } from "./open-store";

/** A path without `.`, `..` and empty parts. */
export const canonical = (path: string): string => {
	const out: string[] = [];
	for (const part of path.split("/"))
		if (part === "..") out.pop();
		else if (part !== "" && part !== ".") out.push(part);
	return `/${out.join("/")}`;
};

const linkTarget = (path: string): string | undefined => {
	try {
		return nodeFs.lstatSync(path).isSymbolicLink() ? nodeFs.readlinkSync(path) : undefined;
	} catch {
		return undefined;
	}
};

/** Whether there is something at a path of bytes, if only a link that leads nowhere. */
export const pathExists = (path: string): boolean => {
	try {
		nodeFs.lstatSync(path);
		return true;
	} catch {
		return false;
	}
};

/** Makes a link, in the place of one that may be there, in one step. */
export const replaceLink = (link: string, target: string): void => {
	nodeFs.mkdirSync(link.slice(0, link.lastIndexOf("/")) || "/", { recursive: true });
	const scratch = `${link}.tmp-${process.pid}`;
	nodeFs.rmSync(scratch, { force: true });
	nodeFs.symlinkSync(target, scratch);
	nodeFs.renameSync(scratch, link);
};

/**
 * Makes a link to a store path that keeps it from being collected: the link itself, and one to it among the store's
 * roots. Gives the link's path. `link` is absolute.
 */
export const addPermanentRoot = (store: CommandStore, path: StorePath, link: string): string => {
	const root = canonical(link);
	const inStore = (place: string): boolean => place.startsWith(`${store.storeDir}/`);
	if (inStore(root))
		throw new NixError(
			"ROOT_IN_STORE",
			`creating a garbage collector root ("${root}") in the Nix store is forbidden (are you running nix-build inside the store?)`,
		);
	if (pathExists(root) && !inStore(linkTarget(root) ?? ""))
		throw new NixError("LINK_EXISTS", `cannot create symlink "${root}"; already exists`);
	if (store.addPermanentRoot !== undefined) return store.addPermanentRoot(path, root);
	replaceLink(root, path.toString(store.storeDir));
	if (store.addIndirectRoot !== undefined) store.addIndirectRoot(root);
	else if (store.stateDir !== undefined)
		replaceLink(`${store.stateDir}/gcroots/auto/${hashString("sha1", root).nix32()}`, root);
	return root;
};

/** The store path that a path of the host leads to through links, as it stands; throws where it leads elsewhere. */
export const followLinksToStore = (storeDir: string, given: string, workingDirectory: string): string => {
	const inStore = (place: string): boolean => place.startsWith(`${storeDir}/`);
	let path = canonical(given.startsWith("/") ? given : `${workingDirectory}/${given}`);
	for (let followed = 0; !inStore(path); followed++) {
		const target = linkTarget(path);
		if (target === undefined) break;
		if (followed >= 1024)
			throw new NixError("LINK_CYCLE", `too many symbolic links encountered while resolving '${given}'`);
		path = canonical(target.startsWith("/") ? target : `${path.slice(0, path.lastIndexOf("/"))}/${target}`);
	}
	if (!inStore(path)) throw new NixError("NOT_IN_STORE", `path "${path}" is not in the Nix store`);
	return path;
};
