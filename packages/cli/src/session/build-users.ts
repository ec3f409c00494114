import { type BuildUserSettings, nodeGroupId } from "@tsnix/store/node";
import type { Settings } from "../settings/settings";

/** The group that builders are members of; empty where they are who builds: all who are not root build so. */
export const buildGroup = (settings: Settings): string => {
	if (process.getuid?.() !== 0) return "";
	const group = settings.text("build-users-group");
	// Nobody has asked for the group that is there unless told otherwise: without it builds go on as root.
	const isThere = settings.isOverridden("build-users-group") || group === "" || nodeGroupId(group) !== undefined;
	return isThere ? group : "";
};

/** The users that builders run as; undefined where that is who builds. */
export const buildUsersOf = (
	settings: Settings,
	requireFeature: (feature: string) => void,
): Omit<BuildUserSettings, "stateDir"> | undefined => {
	if (process.getuid?.() !== 0) return undefined;
	const allocates = settings.boolean("auto-allocate-uids");
	const group = buildGroup(settings);
	if (!allocates) return group === "" ? undefined : { group };
	requireFeature("auto-allocate-uids");
	const allocated = { startId: settings.number("start-id"), count: settings.number("id-count") };
	return { group: settings.text("build-users-group"), allocated };
};
