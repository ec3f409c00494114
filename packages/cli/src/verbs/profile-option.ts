import { existsSync } from "node:fs";
import { dirname, normalize } from "node:path/posix";
import { NixError, type StorePath } from "@tsnix/store";
import type { CommandStore } from "../core";
import { createGeneration, switchLink } from "../profiles/generations";
import type { Session } from "../session";
import { UsageError } from "../usage-error";

/** `--profile`: makes what was built, or copied to `store`, a profile's new version. */
export const updateProfile = (
	session: Session,
	profile: string,
	paths: readonly StorePath[],
	store: CommandStore = session.commandStore,
): void => {
	const [path, ...others] = paths;
	if (path === undefined || others.length > 0)
		throw new UsageError(
			`'--profile' requires that the arguments produce a single store path, but there are ${paths.length}`,
		);
	if (store.realStoreDir === undefined)
		throw new NixError("NOT_A_LOCAL_STORE", "'--profile' is not supported for this Nix store");
	const place = normalize(session.absolute(profile));
	const folder = dirname(place);
	if (!existsSync(Buffer.from(folder, "latin1")))
		throw new NixError("FILE_NOT_FOUND", `cannot read directory "${folder}": No such file or directory`);
	switchLink(place, createGeneration(store, place, path));
};
