import { accessSync, constants, readdirSync, readlinkSync } from "node:fs";
import { deleteGenerationsOlderThan, deleteOldGenerations, parseOlderThan } from "../profiles/generations";
import { defaultProfile, profilesDir } from "../profiles/places";
import type { Program } from "../programs";
import type { Session } from "../session";
import { Exit } from "../shell";
import { collect, parseBytes } from "../store-operations/garbage";
import { UsageError } from "../usage-error";
import { printHelp } from "./help";
import { parseLegacy } from "./legacy";
import { printVersion } from "./version";

/** `nix-collect-garbage`: deletes what no root leads to, and before that, if asked, old generations of profiles. */
export const nixCollectGarbage: Program = async (context) => {
	const { session, options } = context;
	let removeOld = false;
	let olderThan: string | undefined;
	let dryRun = false;
	let maxFreed: number | undefined;
	let shows: "help" | "version" | undefined;
	await parseLegacy(context, false, (arg, next) => {
		if (arg === "--help") shows = "help";
		else if (arg === "--version") shows = "version";
		else if (arg === "--delete-old" || arg === "-d") removeOld = true;
		else if (arg === "--delete-older-than") {
			removeOld = true;
			olderThan = next();
		} else if (arg === "--dry-run") dryRun = true;
		else if (arg === "--max-freed") maxFreed = Math.max(0, parseBytes(next()));
		else return false;
		return true;
	});
	if (shows === "version") return printVersion(session, "nix-collect-garbage", options.verbosity > 3);
	if (shows === "help") {
		printHelp(session, "nix-collect-garbage", ["nix-collect-garbage [-d] [--delete-older-than PERIOD]"], "");
		throw new Exit(0);
	}
	if (maxFreed !== undefined && dryRun) throw new UsageError("options --max-freed and --dry-run cannot be combined");
	if (removeOld) {
		const age = olderThan;
		// What is no age is told only where there is something to delete, as by the reference.
		const before = age === undefined ? undefined : () => parseOlderThan(age, Date.now() / 1000);
		for (const folder of profileFolders(session)) await cleanFolder(session, folder, before, dryRun);
	}
	const limit = maxFreed === undefined ? {} : { maxFreed };
	const { paths } = await collect(session, { action: dryRun ? "return-dead" : "delete-dead", ...limit });
	if (dryRun) session.print(`${paths.length} store paths would be deleted`);
};

/** Where profiles lie: the user's own, the store's, and where `~/.nix-profile` leads. */
const profileFolders = (session: Session): string[] => {
	const stateDir = session.commandStore.stateDir ?? "/nix/var/nix";
	const own = profilesDir(session);
	const profile = defaultProfile(session);
	const folder = profile.slice(0, profile.lastIndexOf("/"));
	return [...new Set([own, `${stateDir}/profiles`, folder])].sort();
};

const allowed = (path: string, mode: number): boolean => {
	try {
		accessSync(path, mode);
		return true;
	} catch {
		return false;
	}
};

const cleanFolder = async (
	session: Session,
	folder: string,
	before: (() => number) | undefined,
	dryRun: boolean,
): Promise<void> => {
	if (!allowed(folder, constants.R_OK)) return;
	const canWrite = allowed(folder, constants.W_OK);
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = `${folder}/${entry.name}`;
		if (entry.isDirectory()) await cleanFolder(session, path, before, dryRun);
		else if (entry.isSymbolicLink() && canWrite && allowed(folder, constants.R_OK)) {
			let target: string;
			try {
				target = readlinkSync(path);
			} catch {
				continue;
			}
			if (!target.includes("link")) continue;
			session.log.info(`removing old generations of profile ${path}`);
			if (before === undefined) await deleteOldGenerations(session, path, dryRun);
			else await deleteGenerationsOlderThan(session, path, before(), dryRun);
		}
	}
};
