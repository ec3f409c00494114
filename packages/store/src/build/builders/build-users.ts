/** A user of the host, or a range of them, that one builder runs as. */
export interface BuildUser {
	/** The first user, and the group. */
	readonly userId: number;
	readonly groupId: number;
	/** How many users and groups, beginning there: 1, or 65536 for builders that require `uid-range`. */
	readonly count: number;
	/** Other groups that the user is in. */
	readonly supplementaryGroups: readonly number[];
	/** Others may have it. */
	release(): void;
}

/** The users that builders run as: the settings `build-users-group` and `auto-allocate-uids`. */
export interface BuildUsers {
	/** A user that nobody else builds as; undefined where all are taken. Throws where there are none at all. */
	acquire(request: { readonly count: number; readonly sandboxed: boolean }): BuildUser | undefined;
	/** Whether there are ranges of users, too. */
	readonly hasRanges: boolean;
	/** Hand a file or folder of the host over to a builder. */
	give(place: string, user: BuildUser): void;
	/** … or only to its group. */
	giveToGroup(place: string, user: BuildUser): void;
	/** End every process of the first user. */
	killAll(user: BuildUser): void;
}

/** How many users a builder gets that requires `uid-range`. */
export const usersOfRange = 65536;

/** Groups of processes that builders in sandboxes run in: the setting `use-cgroups`. */
export interface BuildCgroups {
	/** A fresh one, that belongs to the user. `end` kills what is in it and removes it. */
	open(user: BuildUser | undefined): { readonly place: string; end(): void } | undefined;
}
