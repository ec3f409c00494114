import { NixError } from "@tsnix/store";

/** Who a client is, by the names (or else numbers) of user and primary group. */
export interface Peer {
	readonly pid?: number;
	readonly user?: string;
	readonly group?: string;
}

/** Whether a user is among those of a list of names, `@group`s and `*`. `members` gives a group's. */
export const matchesUser = (
	peer: Peer,
	users: readonly string[],
	members: (group: string) => readonly string[],
): boolean => {
	if (users.includes("*")) return true;
	const { user, group } = peer;
	if (user !== undefined && users.includes(user)) return true;
	return users.some((entry) => {
		if (!entry.startsWith("@")) return false;
		const name = entry.slice(1);
		return name === group || (user !== undefined && members(name).includes(user));
	});
};

/** Whether a client is trusted. Throws if it may not connect at all. */
export const authorize = (
	peer: Peer,
	settings: {
		readonly trusted: readonly string[];
		readonly allowed: readonly string[];
		readonly buildGroup?: string;
	},
	members: (group: string) => readonly string[],
): boolean => {
	const trusted = matchesUser(peer, settings.trusted, members);
	const isBuilder = peer.group !== undefined && peer.group === settings.buildGroup;
	if ((!trusted && !matchesUser(peer, settings.allowed, members)) || isBuilder)
		throw new NixError("NOT_ALLOWED", `user '${peer.user ?? "<unknown>"}' is not allowed to connect to the Nix daemon`);
	return trusted;
};
