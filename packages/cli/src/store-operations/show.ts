import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { isDerivationPath, NixError, parseStorePath, type StorePath } from "@tsnix/store";
import type { Operation } from "../programs/nix-store";
import type { Session } from "../session";
import { UsageError } from "../usage-error";
import { shown, storePathOf } from "./paths";

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** `nix-store --print-env`: a derivation's environment, for a shell. */
export const printEnv: Operation = ({ session, args }) => {
	if (args.length !== 1) throw new UsageError("'--print-env' requires one derivation store path");
	const drv = session.store.readDerivation(parseStorePath(args[0], session.commandStore.storeDir));
	for (const [name, value] of [...drv.env].sort(([a], [b]) => (a < b ? -1 : 1)))
		session.print(`export ${name}; ${name}=${quoted(value)}\n`);
	session.print(`export _args; _args=${quoted(drv.args.join(" "))}`);
};

/** The log of a derivation's build, if it was kept. */
export const buildLog = (session: Session, path: StorePath): Uint8Array | undefined => {
	const { store, commandStore } = session;
	const drvPath = isDerivationPath(path) ? path : store.queryPathInfo(path)?.deriver;
	if (drvPath === undefined || commandStore.logDir === undefined) return undefined;
	const place = `${commandStore.logDir}/drvs/${drvPath.baseName.slice(0, 2)}/${drvPath.baseName.slice(2)}`;
	if (existsSync(place)) return readFileSync(place);
	return existsSync(`${place}.gz`) ? gunzipSync(readFileSync(`${place}.gz`)) : undefined;
};

/** `nix-store --read-log`: the logs of builds. */
export const readLog: Operation = ({ session, args }) => {
	for (const arg of args) {
		const path = storePathOf(session, arg);
		const log = buildLog(session, path);
		if (log === undefined)
			throw new NixError("NO_LOG", `build log of derivation '${shown(session.store, path)}' is not available`);
		session.shell.writeOut(log);
	}
};
