import { cloneSource, type Input } from "@tsnix/fetchers";
import { hostPath, NixError, narBytes } from "@tsnix/store";
import type { OpenWorld } from "../engine/world";
import { restoreNar } from "./restore";

/**
 * Makes a clone of an input's repository in a folder that is not there yet; of inputs that are not of Git, a copy of
 * their trees. `shown` is the folder as messages name it.
 */
export const cloneInput = (input: Input, folder: string, shown: string, open: OpenWorld): void => {
	const source = cloneSource(input, open.fetch);
	const { fs, git } = open.world;
	if (source !== undefined) {
		if (git?.clone === undefined) throw new NixError("NO_GIT", "cloning is not possible with this Git transport");
		git.clone({ ...source, folder: shown });
		return;
	}
	if (fs?.existsSync(hostPath(fs, folder)) === true)
		throw new NixError("CLONE_TARGET", `cannot clone into existing path "${shown}"`);
	const { accessor } = open.fetchTree(input);
	restoreNar(narBytes(accessor), folder);
};
