import { activity, InvalidPathError, NixError, narHash, ServeStore, type StorePath, verifyStore } from "@tsnix/store";
import { requirePathInfo } from "../core";
import { level } from "../output/log";
import type { Operation } from "../programs/nix-store";
import type { Session } from "../session";
import { Exit } from "../shell";
import { UsageError } from "../usage-error";
import { shown, storePathOf } from "./paths";

/** `nix-store --check-validity`: whether paths are valid. */
export const checkValidity: Operation = ({ session, flags, args }) => {
	for (const flag of flags) if (flag !== "--print-invalid") throw new UsageError(`unknown flag '${flag}'`);
	const { store } = session;
	for (const arg of args) {
		const path = storePathOf(session, arg);
		if (store.isValidPath(path)) continue;
		if (flags.length === 0) throw new NixError("INVALID_PATH", `path '${shown(store, path)}' is not valid`);
		session.print(shown(store, path));
	}
};

/** `nix-store --verify-path`: whether paths have the contents that they had. */
export const verifyPath: Operation = ({ session, flags, args }) => {
	if (flags.length > 0) throw new UsageError("no flags expected");
	const { store } = session;
	let status = 0;
	for (const arg of args) {
		const path = storePathOf(session, arg);
		const info = requirePathInfo(store, path);
		const { hash } = narHash(store.accessor(path));
		if (hash.equals(info.narHash)) continue;
		session.log.line(
			level.error,
			`path '${shown(store, path)}' was modified! expected hash '${info.narHash}', got '${hash}'`,
		);
		status = 1;
	}
	throw new Exit(status);
};

/** Has a path's contents fetched again, or made again by the derivation that made it. */
export const repairPath = async (session: Session, path: StorePath): Promise<void> => {
	const { commandStore } = session;
	if (commandStore.openWaiting !== undefined)
		throw new NixError("CANNOT_REPAIR", `cannot repair path '${path.toString(commandStore.storeDir)}'`);
	if (commandStore.builds !== undefined)
		throw new NixError("UNSUPPORTED", `operation 'repairPath' is not supported by store '${session.store.uri}'`);
	const store = session.stores.localStore("Repairing");
	const info = store.queryPathInfo(path);
	for (const substituter of await session.substitution.substituters()) {
		const offered = substituter.storeDir === store.storeDir ? await substituter.queryPathInfo(path) : undefined;
		if (offered === undefined || !session.substitution.isTrusted(offered, substituter)) continue;
		const text = `copying path '${shown(store, path)}' from '${substituter.uri}'`;
		await session.log.during(level.info, activity.copyPath, text, async () =>
			store.addObject(info ?? offered, await substituter.accessor(path), "/", { repair: true }),
		);
		return;
	}
	if (info === undefined) throw new InvalidPathError(path, store.storeDir);
	if (info.deriver === undefined || !store.isValidPath(info.deriver))
		throw new NixError("CANNOT_REPAIR", `cannot repair path '${shown(store, path)}'`);
	await session.builds.realise([{ drvPath: info.deriver, outputs: "all" }], { mode: "repair" });
};

/** `nix-store --verify`: whether the store is what its database says. */
export const verify: Operation = async ({ session, flags, args }) => {
	if (args.length > 0) throw new UsageError("no arguments expected");
	let checkContents = false;
	let repair = false;
	for (const flag of flags)
		if (flag === "--check-contents") checkContents = true;
		else if (flag === "--repair") repair = true;
		else throw new UsageError(`unknown flag '${flag}'`);
	const { log } = session;
	// Stores that have no files of their own here have nothing to look at.
	if (session.commandStore.openWaiting !== undefined || session.store instanceof ServeStore) return;
	const jobs = checkContents ? session.jobs.jobs : undefined;
	const errors =
		session.stores.daemonStore()?.verifyStore(checkContents, repair) ??
		(await verifyStore(session.stores.localStore("Verifying"), {
			checkContents,
			...(repair ? { repair: (path: StorePath) => repairPath(session, path) } : {}),
			onInfo: (message) => log.info(message),
			onDetail: (message) => log.line(level.talkative, message),
			onError: (message) => log.line(level.error, message),
			onWarning: (error) => log.warn(error.message),
			signal: session.shell.signal,
			...(jobs === undefined ? {} : { jobs }),
		}));
	if (!errors) return;
	log.warn("not all store errors were fixed");
	throw new Exit(1);
};

/** `nix-store --repair-path`: has paths fetched or made again. */
export const repairPaths: Operation = async ({ session, flags, args }) => {
	if (flags.length > 0) throw new UsageError("no flags expected");
	for (const arg of args) await repairPath(session, storePathOf(session, arg));
};
