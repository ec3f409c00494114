import { NixError, parseStorePath } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { buildLog } from "../store-operations/show";
import { InstallableOptions } from "./installables";

/** `nix log`: the log of an installable's build. */
export const log: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	let installable = ".";
	return {
		flags: options.flags(),
		expected: [{ optional: true, arity: 1, handle: ([text]) => void (installable = text) }],
		run: async () => {
			session.readOnly = true;
			const [found] = await options.installables([installable]);
			const [path] = await found.derivedPaths();
			const { storeDir } = session.commandStore;
			const storePath = parseStorePath(path.kind === "opaque" ? path.path : path.drvPath, storeDir);
			const text = buildLog(session, storePath);
			if (text === undefined) throw new NixError("NO_LOG", `build log of '${found.what}' is not available`);
			session.log.info(`got build log for '${found.what}' from 'local'`);
			session.shell.writeOut(text);
		},
	};
};
