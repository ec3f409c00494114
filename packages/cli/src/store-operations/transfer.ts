import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import {
	exportPaths,
	importPaths,
	narHash,
	optimiseStore,
	type PathInfo,
	parseValidity,
	SecretKey,
	ServeStore,
	writeValidity,
} from "@tsnix/store";
import { nodeSpill } from "@tsnix/store/node";
import { referencesFirst, requirePathInfo } from "../core";
import { level } from "../output/log";
import { renderSize } from "../output/size";
import type { Operation } from "../programs/nix-store";
import type { Session } from "../session";
import { UsageError } from "../usage-error";
import { sortedPaths } from "./garbage";
import { shown, storePathOf } from "./paths";

const noFlags = (flags: readonly string[]): void => {
	for (const flag of flags) throw new UsageError(`unknown flag '${flag}'`);
};

/** `nix-store --export`: paths with their contents, to be imported elsewhere. */
export const exportOperation: Operation = ({ session, flags, args }) => {
	noFlags(flags);
	const { store } = session;
	const paths = sortedPaths(args.map((arg) => storePathOf(session, arg)));
	exportPaths(store, referencesFirst(store, paths), (chunk) => session.shell.writeOut(chunk));
};

/** `nix-store --import`: adds what was exported. */
export const importOperation: Operation = ({ session, flags, args }) => {
	noFlags(flags);
	if (args.length > 0) throw new UsageError("no arguments expected");
	for (const path of importPaths(session.store, session.shell.inputPieces(), nodeSpill))
		session.print(shown(session.store, path));
};

/** `nix-store --dump-db`: what is valid, as text. */
export const dumpDb: Operation = ({ session, flags, args }) => {
	if (flags.length > 0) throw new UsageError("unknown flag");
	const { store } = session;
	const paths = args.length > 0 ? args.map((arg) => storePathOf(session, arg)) : store.queryAllValidPaths();
	for (const path of paths) session.shell.writeOut(writeValidity(requirePathInfo(store, path), store.storeDir));
};

const register = (session: Session, options: { readonly again: boolean; readonly hashGiven: boolean }): void => {
	const store = session.stores.localStore("Registering paths");
	const infos: PathInfo[] = [];
	for (const { hashed, ...item } of parseValidity(session.input(), store.storeDir, options.hashGiven)) {
		if (store.isValidPath(item.path) && !options.again) continue;
		if (!hashed) session.canonicalise(store.realPath(item.path));
		const nar = hashed
			? { hash: item.narHash, size: item.narSize }
			: narHash(session.filesOf(store.realPath(item.path)));
		infos.push({
			...item,
			narHash: nar.hash,
			narSize: nar.size,
			signatures: [],
			registrationTime: Math.floor(Date.now() / 1000),
			ultimate: false,
		});
	}
	store.registerValidPaths(infos);
};

/** `nix-store --load-db`: makes valid what `--dump-db` wrote of; the files are there. */
export const loadDb: Operation = ({ session, flags, args }) => {
	if (flags.length > 0) throw new UsageError("unknown flag");
	if (args.length > 0) throw new UsageError("no arguments expected");
	register(session, { again: true, hashGiven: true });
};

/** `nix-store --register-validity`: makes paths valid whose files are there. */
export const registerValidity: Operation = ({ session, flags, args }) => {
	let again = false;
	let hashGiven = false;
	for (const flag of flags)
		if (flag === "--reregister") again = true;
		else if (flag === "--hash-given") hashGiven = true;
		else throw new UsageError(`unknown flag '${flag}'`);
	if (args.length > 0) throw new UsageError("no arguments expected");
	register(session, { again, hashGiven });
};

/** Makes equal files of the command's store one, and tells what was saved. */
export const optimise = (session: Session): void => {
	const { log } = session;
	const elsewhere = session.stores.daemonStore();
	if (elsewhere !== undefined) return elsewhere.optimiseStore();
	// Stores that have no files of their own here have nothing to make one.
	if (session.commandStore.openWaiting !== undefined || session.store instanceof ServeStore) return;
	const stats = optimiseStore(session.stores.localStore("Optimising"), {
		onWarning: (message) => log.warn(message),
		onInfo: (message) => log.info(message),
		onDetail: (message) => log.line(level.talkative, message),
	});
	log.info(`${renderSize(stats.bytesFreed)} freed by hard-linking ${stats.filesLinked} files`);
};

/** `nix-store --optimise`. */
export const optimiseOperation: Operation = ({ session, flags, args }) => {
	if (args.length > 0 || flags.length > 0) throw new UsageError("no arguments expected");
	optimise(session);
};

/** `nix-store --generate-binary-cache-key NAME SECRET-FILE PUBLIC-FILE`. */
export const generateKey: Operation = ({ session, flags, args }) => {
	noFlags(flags);
	if (args.length !== 3) throw new UsageError("three arguments expected");
	const [name, secretFile, publicFile] = args;
	const key = SecretKey.fromSeed(name, randomBytes(32));
	writeFileSync(session.absolute(publicFile), key.publicKey().toString());
	writeFileSync(session.absolute(secretFile), key.toString(), { mode: 0o600 });
};
