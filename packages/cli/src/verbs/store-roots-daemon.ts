import { rootsDaemonSocket, serveRoots } from "@tsnix/store/node";
import type { MakeCommand } from "../commands";
import { UsageError } from "../usage-error";

/** `nix store roots-daemon`: tells collectors what processes use that they cannot look at themselves. */
export const storeRootsDaemon: MakeCommand = ({ session }) => ({
	run: () => {
		const { realStoreDir, stateDir, storeDir, builds } = session.commandStore;
		if (realStoreDir === undefined || stateDir === undefined || builds !== undefined)
			throw new UsageError(
				`Roots daemon only functions with a local store, not '${session.stores.shownStoreReference}'`,
			);
		return serveRoots(rootsDaemonSocket(stateDir), storeDir, session.shell.signal);
	},
});
