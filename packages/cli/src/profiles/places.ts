import { mkdirSync, readlinkSync } from "node:fs";
import { canonical, pathExists, replaceLink } from "../core";
import type { Session } from "../session";

/** Where a user's profiles, channels and default expressions lie (manual: "Files"). */
const isRoot = (): boolean => process.getuid?.() === 0;

const home = (session: Session): string => session.env("HOME") ?? "";

/** The folder for what Nix keeps for a user: `~/.local/state/nix`. */
export const userStateDir = (session: Session): string => {
	const { env } = session;
	return env("NIX_STATE_HOME") ?? `${env("XDG_STATE_HOME") || `${home(session)}/.local/state`}/nix`;
};

const stateDir = (session: Session): string => session.commandStore.stateDir ?? "/nix/var/nix";

const rootProfiles = (session: Session): string => `${stateDir(session)}/profiles/per-user/root`;

const usesXdg = (session: Session): boolean => session.settings.boolean("use-xdg-base-directories");

/** The folder of a user's profiles, made where it is not there. */
export const profilesDir = (session: Session): string => {
	const folder = isRoot() ? rootProfiles(session) : `${userStateDir(session)}/profiles`;
	mkdirSync(folder, { recursive: true });
	return folder;
};

/** The link in a user's home that leads to the profile in use. */
export const profileLink = (session: Session): string =>
	usesXdg(session) ? `${userStateDir(session)}/profile` : `${home(session)}/.nix-profile`;

/** The profile in use; links to it are made where there are none. */
export const defaultProfile = (session: Session): string => {
	const link = profileLink(session);
	try {
		const profile = `${profilesDir(session)}/profile`;
		if (!pathExists(link)) replaceLink(link, profile);
		const global = `${stateDir(session)}/profiles/default`;
		if (isRoot() && !pathExists(global)) replaceLink(global, profile);
		const target = readlinkSync(link);
		return target.startsWith("/") ? target : canonical(`${link.slice(0, link.lastIndexOf("/"))}/${target}`);
	} catch {
		return link;
	}
};

/** The profile that holds a user's channels. */
export const channelsProfile = (session: Session): string => `${profilesDir(session)}/channels`;

/** The folder of expressions that `nix-env` works on unless told otherwise. */
export const defaultExpressions = (session: Session): string =>
	usesXdg(session) ? `${userStateDir(session)}/defexpr` : `${home(session)}/.nix-defexpr`;

/** Makes that folder, with links to the user's channels and to those of everybody. */
export const makeDefaultExpressions = (session: Session): void => {
	const folder = defaultExpressions(session);
	if (pathExists(folder)) return;
	try {
		mkdirSync(folder, { recursive: true });
		replaceLink(`${folder}/channels`, channelsProfile(session));
		if (!isRoot()) replaceLink(`${folder}/channels_root`, `${rootProfiles(session)}/channels`);
	} catch {
		// It may be nobody's home.
	}
};
