import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { isDerivationPath, NixError, parseStorePath, type StorePath } from "@tsnix/store";
import { nodeCacheCodecs } from "../core";
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
	return drvPath === undefined ? undefined : localLog(commandStore.logDir, drvPath);
};

/** Where a derivation's log lies in a folder of logs; perhaps with `.bz2` behind it. */
const placeOfLog = (logDir: string, drvPath: StorePath): string =>
	`${logDir}/drvs/${drvPath.baseName.slice(0, 2)}/${drvPath.baseName.slice(2)}`;

/** A log as it was kept, or compressed. */
export const localLog = (logDir: string | undefined, drvPath: StorePath): Uint8Array | undefined => {
	if (logDir === undefined) return undefined;
	const place = placeOfLog(logDir, drvPath);
	if (existsSync(place)) return readFileSync(place);
	if (existsSync(`${place}.bz2`)) return nodeCacheCodecs.decompress("bzip2", readFileSync(`${place}.bz2`));
	return existsSync(`${place}.gz`) ? gunzipSync(readFileSync(`${place}.gz`)) : undefined;
};

/** Keeps a log, compressed where that can be had; one that is there stays. */
export const addLocalLog = (logDir: string, drvPath: StorePath, log: Uint8Array): void => {
	const place = placeOfLog(logDir, drvPath);
	if (existsSync(place) || existsSync(`${place}.bz2`)) return;
	const compressed = nodeCacheCodecs.compress("bzip2", log, -1);
	mkdirSync(place.slice(0, place.lastIndexOf("/")), { recursive: true });
	const beside = `${place}.tmp.${process.pid}`;
	writeFileSync(beside, compressed ?? log);
	renameSync(beside, compressed === undefined ? place : `${place}.bz2`);
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
