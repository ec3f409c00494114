import { lstatSync, readdirSync, readlinkSync, unlinkSync } from "node:fs";
import { UsageError } from "../usage-error";

/** One version of a profile. */
interface Generation {
	readonly number: number;
	readonly path: string;
	/** Seconds since 1970. */
	readonly created: number;
}

/** The versions of a profile, oldest first, and the number of the one that it is now. */
const generationsOf = (
	profile: string,
): { readonly generations: Generation[]; readonly current: number | undefined } => {
	const at = profile.lastIndexOf("/");
	const [folder, name] = [profile.slice(0, at), profile.slice(at + 1)];
	const numberOf = (entry: string): number | undefined => {
		if (!entry.startsWith(`${name}-`)) return undefined;
		const number = /^([0-9]+)-link$/.exec(entry.slice(name.length + 1))?.[1];
		return number === undefined ? undefined : Number(number);
	};
	const generations = readdirSync(folder).flatMap((entry) => {
		const number = numberOf(entry);
		if (number === undefined) return [];
		const path = `${folder}/${entry}`;
		return [{ number, path, created: Math.floor(lstatSync(path).mtimeMs / 1000) }];
	});
	generations.sort((a, b) => a.number - b.number);
	const target = readlinkSync(profile);
	return { generations, current: numberOf(target.slice(target.lastIndexOf("/") + 1)) };
};

/** The time that is so many days (`14d`) before `now`, in seconds since 1970. */
export const parseOlderThan = (text: string, now: number): number => {
	if (!text.endsWith("d"))
		throw new UsageError(`invalid number of days specifier '${text}', expected something like '14d'`);
	const days = text.slice(0, -1);
	if (!/^\+?[0-9]+$/.test(days) || Number(days) < 1) throw new UsageError(`invalid number of days specifier '${text}'`);
	return Math.floor(now) - Number(days) * 24 * 3600;
};

/**
 * Delete the versions of a profile that it is not at. With `before`, a time, only those that were not current then any
 * more.
 */
export const deleteOldGenerations = (
	profile: string,
	options: {
		readonly before?: number | undefined;
		readonly dryRun: boolean;
		readonly onInfo: (message: string) => void;
	},
): void => {
	const { before, dryRun, onInfo } = options;
	const { generations, current } = generationsOf(profile);
	let old = generations;
	if (before !== undefined) {
		// The newest of those before was still current then.
		const newestOld = generations.map(({ created }) => created < before).lastIndexOf(true);
		old = newestOld < 0 ? [] : generations.slice(0, newestOld).reverse();
	}
	for (const { number, path } of old) {
		if (number === current) continue;
		onInfo(`${dryRun ? "would remove" : "removing"} profile version ${number}`);
		if (!dryRun) unlinkSync(path);
	}
};
