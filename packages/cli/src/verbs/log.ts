import { isDerivationPath, NixError, parseStorePath, type StorePath } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import type { Session } from "../session";
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
			for await (const { uri, text } of logs(session, storePath)) {
				if (text === undefined) continue;
				session.log.info(`got build log for '${found.what}' from '${uri}'`);
				session.shell.writeOut(text);
				return;
			}
			throw new NixError("NO_LOG", `build log of '${found.what}' is not available`);
		},
	};
};

/** What the command's store, and after it the substituters, have of a log. */
export async function* logs(
	session: Session,
	path: StorePath,
): AsyncGenerator<{ readonly uri: string; readonly text: Uint8Array | undefined }> {
	if (session.commandStore.openWaiting === undefined) yield { uri: session.store.uri, text: buildLog(session, path) };
	for (const store of await session.substitution.logStores()) {
		const drvPath = isDerivationPath(path) ? path : (await store.queryPathInfo(path))?.deriver;
		yield { uri: store.uri, text: drvPath === undefined ? undefined : await store.buildLog?.(drvPath) };
	}
}
