import { spawnSync } from "node:child_process";
import { chownSync, closeSync, lchownSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { NixError } from "../errors";
import type { FileLocks } from "../stores/local/file-locks";
import { nodeFileLocks } from "../stores/local/node-file-locks";
import { type BuildUser, type BuildUsers, usersOfRange } from "./builders/build-users";

/** Which users builders run as. */
export interface BuildUserSettings {
	/** `/nix/var/nix`: users are locked by files below it. */
	readonly stateDir: string;
	/** `build-users-group` */
	readonly group: string;
	/** `auto-allocate-uids`: the first of the users that belong to nobody, and how many there are. */
	readonly allocated?: { readonly startId: number; readonly count: number };
}

/** The users of this machine; needs a process of root. */
export const nodeBuildUsers = ({ stateDir, group, allocated }: BuildUserSettings): BuildUsers => ({
	acquire: ({ count, sandboxed }) =>
		allocated === undefined
			? memberOf(group, `${stateDir}/userpool`)
			: slotOf(allocated, `${stateDir}/userpool2`, count, sandboxed ? undefined : group),
	hasRanges: allocated !== undefined,
	give: (place, { userId, groupId }) => lchownSync(place, userId, groupId),
	giveToGroup: (place, { groupId }) => chownSync(place, 0, groupId),
	killAll: ({ userId }) => {
		spawnSync("/bin/sh", ["-c", "kill -9 -1"], { uid: userId, stdio: "ignore" });
	},
});

/** A member of a group whom nobody builds as. */
const memberOf = (name: string, pool: string): BuildUser | undefined => {
	mkdirSync(pool, { recursive: true });
	const group = groupNamed(name);
	if (group.members.length === 0)
		throw new NixError("NO_BUILD_USERS", `the build users group '${name}' has no members`);
	for (const member of group.members) {
		const user = entryOf("passwd", member);
		if (user === undefined)
			throw new NixError("NO_BUILD_USER", `the user '${member}' in the group '${name}' does not exist`);
		const userId = Number(user[2]);
		const release = tryLock(`${pool}/${userId}`);
		if (release === undefined) continue;
		if (userId === process.getuid?.() || userId === process.geteuid?.()) {
			release();
			throw new NixError("BAD_BUILD_USER", `the Nix user should not be a member of '${name}'`);
		}
		const groups = spawnSync("id", ["-G", member], { encoding: "latin1" }).stdout ?? "";
		const supplementaryGroups = groups
			.split(/\s+/)
			.filter((id) => id !== "" && Number(id) !== group.id)
			.map(Number);
		return { userId, groupId: group.id, count: 1, supplementaryGroups, release };
	}
	return undefined;
};

/** Users that belong to nobody and whom nobody builds as. Outside of a sandbox they build as that group. */
const slotOf = (
	{ startId, count: all }: { readonly startId: number; readonly count: number },
	pool: string,
	count: number,
	group: string | undefined,
): BuildUser | undefined => {
	mkdirSync(pool, { recursive: true });
	for (let slot = 0; slot < Math.floor(all / usersOfRange); slot++) {
		const release = tryLock(`${pool}/slot-${slot}`);
		if (release === undefined) continue;
		const userId = startId + slot * usersOfRange;
		const clash = entryOf("passwd", String(userId));
		if (clash !== undefined) {
			release();
			throw new NixError(
				"BAD_BUILD_USER",
				`auto-allocated UID ${userId} clashes with existing user account '${clash[0]}'`,
			);
		}
		const groupId = group === undefined ? userId : groupNamed(group).id;
		return { userId, groupId, count, supplementaryGroups: [], release };
	}
	return undefined;
};

/** A group of this machine. Throws where there is none of that name. */
const groupNamed = (name: string): { readonly id: number; readonly members: readonly string[] } => {
	const entry = groupEntry(name);
	if (entry === undefined)
		throw new NixError("NO_BUILD_GROUP", `the group '${name}' specified in 'build-users-group' does not exist`);
	return entry;
};

const groupEntry = (name: string): { readonly id: number; readonly members: readonly string[] } | undefined => {
	const entry = entryOf("group", name);
	if (entry === undefined) return undefined;
	return { id: Number(entry[2]), members: (entry[3] ?? "").split(",").filter((member) => member !== "") };
};

/** The id of a group of this machine; undefined where there is none of that name. */
export const nodeGroupId = (name: string): number | undefined => groupEntry(name)?.id;

/**
 * The fields of an entry of a user or group, by its name or number: in the file, which costs little, else where this
 * machine's services look for it.
 */
const entryOf = (database: "passwd" | "group", key: string): readonly string[] | undefined => {
	const lines = readFileSync(`/etc/${database}`, "latin1").split("\n");
	const entry = lines.map((line) => line.split(":")).find(([name, , id]) => name === key || id === key);
	if (entry !== undefined || onlyFiles(database)) return entry;
	const asked = spawnSync("getent", [database, key], { encoding: "latin1" });
	return asked.status === 0 ? asked.stdout.trimEnd().split(":") : undefined;
};

/** Whether this machine knows of no users and groups but those in its files. */
const onlyFiles = (database: string): boolean => {
	try {
		const line = new RegExp(`^${database}:(.*)$`, "m").exec(readFileSync("/etc/nsswitch.conf", "latin1"))?.[1];
		return /^\s*(files|compat)?\s*$/.test(line ?? "");
	} catch {
		return true;
	}
};

/** Locks a file, made where it is not there; undefined where another has it. Gives what gives it up. */
const tryLock = (place: string): (() => void) | undefined => {
	const locks: FileLocks | undefined = nodeFileLocks();
	const fd = openSync(place, "a+", 0o600);
	if (locks?.lock(fd, "exclusive", false) === false) {
		closeSync(fd);
		return undefined;
	}
	return () => closeSync(fd);
};
