import { bytesToString, hashString, stringToBytes } from "@tsnix/store";
import { askGit, type Fetching } from "../effects";
import { FetchError, GitError } from "../errors";
import type { FetchWorld } from "../world";
import { parseGitConfig } from "./config";
import { headTarget, remoteHead } from "./refs";
import { openRepository } from "./repository";

/** The name of a branch that no repository has: HEAD of a clone whose remote's HEAD is not known yet. */
const noBranch = "__nix_dummy_branch";

/** Where clones are kept; throws where the world has no place for them. */
const placeOf = (world: FetchWorld, url: string) => {
	if (world.clones === undefined)
		throw new FetchError("NO_CLONES", `cannot fetch Git repository '${url}': no folder for clones was given`);
	return world.clones;
};

/** The folder of a repository's clone, as the reference names it. */
export const clonePath = (world: FetchWorld, url: string, shallow: boolean): string =>
	`${placeOf(world, url).dir}/gitv3/${hashString("sha256", url).nix32()}${shallow ? "-shallow" : ""}`;

/** Make an empty bare repository where there is none, and note where it comes from. */
export const ensureClone = (world: FetchWorld, url: string, path: string): void => {
	const { fs } = placeOf(world, url);
	if (!fs.existsSync(`${path}/HEAD`)) {
		for (const folder of ["objects/pack", "objects/info", "refs/heads", "refs/tags"])
			fs.mkdirSync(`${path}/${folder}`, { recursive: true });
		fs.writeFileSync(`${path}/config`, "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n");
		fs.writeFileSync(`${path}/HEAD`, `ref: refs/heads/${noBranch}\n`);
	}
	const config = bytesToString(fs.readFileSync(`${path}/config`));
	if (parseGitConfig(stringToBytes(config)).get("remote.origin.url") === url) return;
	const quoted = url.replace(/["\\]/g, "\\$&");
	fs.writeFileSync(`${path}/config`, stringToBytes(`${config}[remote "origin"]\n\turl = "${quoted}"\n`));
};

/** Note which branch the remote's HEAD names. */
export const storeHead = (world: FetchWorld, url: string, path: string, ref: string): void => {
	const { fs } = placeOf(world, url);
	if (ref.startsWith("refs/")) fs.writeFileSync(`${path}/HEAD`, `ref: ${ref}\n`);
	else world.warn(`could not update cached head '${ref}' for '${url}'`);
};

/** Seconds since a file was written; undefined where there is none. */
const age = (world: FetchWorld, url: string, path: string): number | undefined => {
	try {
		return world.clock() - Number(placeOf(world, url).fs.statSync(path).mtimeMs) / 1000;
	} catch {
		return undefined;
	}
};

/** Whether a file of a clone was written within the last `tarball-ttl` seconds. */
export const isFresh = (world: FetchWorld, url: string, path: string): boolean => {
	const seconds = age(world, url, path);
	return seconds !== undefined && seconds < world.settings.tarballTtl;
};

/** What the remote's HEAD names: from the clone while that is fresh, else the remote is asked. */
export function* readRemoteHead(world: FetchWorld, url: string, shallow: boolean): Fetching<string | undefined> {
	const path = clonePath(world, url, shallow);
	let cached: string | undefined;
	const { fs } = placeOf(world, url);
	if (fs.existsSync(`${path}/HEAD`)) {
		try {
			const clone = openRepository(fs, path, world.codecs);
			cached = remoteHead(clone);
			const named = headTarget(clone);
			if (cached !== undefined && named !== `refs/heads/${noBranch}` && isFresh(world, url, `${path}/HEAD`))
				return cached;
		} catch (error) {
			if (!(error instanceof GitError)) throw error;
		}
	}
	const head = yield* askGit(`asking '${url}' for its HEAD`, (git) => git.readHead(url));
	if (head !== undefined) return head;
	if (cached !== undefined)
		world.warn(`could not get HEAD ref for repository '${url}'; using expired cached ref '${cached}'`);
	return cached;
}
