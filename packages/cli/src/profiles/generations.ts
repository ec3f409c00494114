import { lstatSync, readdirSync, readlinkSync, unlinkSync } from "node:fs";
import { NixError, type StorePath } from "@tsnix/store";
import { lockPath, nodeFileLocks, nodeFs, tryLockPath } from "@tsnix/store/node";
import { addPermanentRoot, type CommandStore, pathExists, replaceLink } from "../core";
import { level } from "../output/log";
import type { Session } from "../session";
import { UsageError } from "../usage-error";

/** One version of a profile (manual: "Profiles"). */
export interface Generation {
	readonly number: number;
	/** The link that keeps it: `PROFILE-NUMBER-link`. */
	readonly path: string;
	/** Seconds since 1970. */
	readonly created: number;
}

/** The versions of a profile, oldest first, and the number of the one that it is now. */
export interface Generations {
	readonly generations: readonly Generation[];
	readonly current: number | undefined;
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export const findGenerations = (profile: string): Generations => {
	const folder = folderOf(profile);
	const name = nameOf(profile);
	const numberOf = (entry: string): number | undefined => {
		if (!entry.startsWith(`${name}-`)) return undefined;
		const number = /^([0-9]+)-link/.exec(entry.slice(name.length + 1))?.[1];
		return number === undefined ? undefined : Number(number);
	};
	if (!pathExists(folder))
		throw new NixError("FILE_NOT_FOUND", `cannot read directory "${folder}": No such file or directory`);
	const generations = readdirSync(folder).flatMap((entry) => {
		const number = numberOf(entry);
		if (number === undefined) return [];
		const path = `${folder}/${entry}`;
		return [{ number, path, created: Math.floor(lstatSync(path).mtimeMs / 1000) }];
	});
	generations.sort((a, b) => a.number - b.number);
	return { generations, current: pathExists(profile) ? numberOf(nameOf(readlinkSync(profile))) : undefined };
};

/** Does something while no other process changes a profile. */
export const withLockedProfile = async <A>(
	session: Session,
	profile: string,
	work: () => A | Promise<A>,
): Promise<A> => {
	const locks = nodeFileLocks();
	if (locks === undefined) return work();
	if (!pathExists(folderOf(profile)))
		throw new NixError("FILE_NOT_FOUND", `opening lock file "${profile}.lock": No such file or directory`);
	let release = tryLockPath(nodeFs, locks, profile);
	if (release === undefined) {
		session.log.line(level.error, `waiting for lock on profile "${profile}"`);
		release = lockPath(nodeFs, locks, profile);
	}
	try {
		return await work();
	} finally {
		release(true);
	}
};

/** What a profile is now, so that a change to it can tell whether another came before. */
export const profileState = (profile: string): string => (pathExists(profile) ? readlinkSync(profile) : "");

/** Makes a store path a profile's next version, unless it is the newest already. Gives the version's link. */
export const createGeneration = (store: CommandStore, profile: string, path: StorePath): string => {
	const { generations } = findGenerations(profile);
	const last = generations.at(-1);
	if (last !== undefined && readlinkSync(last.path) === path.toString(store.storeDir)) return last.path;
	return addPermanentRoot(store, path, `${profile}-${(last?.number ?? 0) + 1}-link`);
};

/** Lets a link lead somewhere else, in one step; by name only, where it is in the same folder. */
export const switchLink = (link: string, target: string): void =>
	replaceLink(link, folderOf(link) === folderOf(target) ? nameOf(target) : target);

/** Makes a profile what it was at a version; without a number, at the one before this. */
export const switchGeneration = (
	session: Session,
	profile: string,
	wanted: number | undefined,
	dryRun: boolean,
): Promise<void> =>
	withLockedProfile(session, profile, () => {
		const { generations, current } = findGenerations(profile);
		const found = [...generations]
			.reverse()
			.find(({ number }) => (wanted === undefined ? current !== undefined && number < current : number === wanted));
		if (found === undefined)
			throw new NixError(
				"NO_GENERATION",
				wanted === undefined
					? `no profile version older than the current (${current ?? 0}) exists`
					: `profile version ${wanted} does not exist`,
			);
		session.log.notice(`switching profile from version ${current ?? 0} to ${found.number}`);
		if (!dryRun) switchLink(profile, found.path);
	});

const remove = (session: Session, { number, path }: Generation, dryRun: boolean): void => {
	session.log.notice(`${dryRun ? "would remove" : "removing"} profile version ${number}`);
	if (!dryRun) unlinkSync(path);
};

/** Deletes versions by their numbers. */
export const deleteGenerations = (
	session: Session,
	profile: string,
	numbers: ReadonlySet<number>,
	dryRun: boolean,
): Promise<void> =>
	withLockedProfile(session, profile, () => {
		const { generations, current } = findGenerations(profile);
		if (current !== undefined && numbers.has(current))
			throw new NixError("GENERATION_IN_USE", `cannot delete current version of profile "${profile}"`);
		for (const generation of generations) if (numbers.has(generation.number)) remove(session, generation, dryRun);
	});

/** Deletes all versions but the newest so many, counted from the one that the profile is now. */
export const deleteGenerationsGreaterThan = (
	session: Session,
	profile: string,
	keep: number,
	dryRun: boolean,
): Promise<void> => {
	if (keep === 0)
		throw new NixError("NOTHING_KEPT", "Must keep at least one generation, otherwise the current one would be deleted");
	return withLockedProfile(session, profile, () => {
		const { generations, current } = findGenerations(profile);
		const newestFirst = [...generations].reverse();
		const at = newestFirst.findIndex(({ number }) => number === current);
		if (at >= 0) for (const generation of newestFirst.slice(at + keep)) remove(session, generation, dryRun);
	});
};

/** Deletes all versions but the one that the profile is now. */
export const deleteOldGenerations = (session: Session, profile: string, dryRun: boolean): Promise<void> =>
	withLockedProfile(session, profile, () => {
		const { generations, current } = findGenerations(profile);
		for (const generation of generations) if (generation.number !== current) remove(session, generation, dryRun);
	});

/** Deletes those versions that were not the profile's any more at a time, in seconds since 1970. */
export const deleteGenerationsOlderThan = (
	session: Session,
	profile: string,
	time: number,
	dryRun: boolean,
): Promise<void> =>
	withLockedProfile(session, profile, () => {
		const { generations, current } = findGenerations(profile);
		// The newest of those before was still current then.
		const newestOld = generations.map(({ created }) => created < time).lastIndexOf(true);
		for (const generation of generations.slice(0, Math.max(0, newestOld)).reverse())
			if (generation.number !== current) remove(session, generation, dryRun);
	});

/** The time that is so many days (`14d`) before `now`, in seconds since 1970. */
export const parseOlderThan = (text: string, now: number): number => {
	if (!text.endsWith("d"))
		throw new UsageError(`invalid number of days specifier '${text}', expected something like '14d'`);
	const days = text.slice(0, -1);
	if (!/^\+?[0-9]+$/.test(days) || Number(days) < 1) throw new UsageError(`invalid number of days specifier '${text}'`);
	return Math.floor(now) - Number(days) * 24 * 3600;
};
