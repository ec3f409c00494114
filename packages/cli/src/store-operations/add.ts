import { makeFixedOutputPath } from "@tsnix/store";
import { parseHashAlgorithm, parseHashReturningFormat } from "../args/values";
import type { Operation } from "../programs/nix-store";
import { UsageError } from "../usage-error";
import { shown } from "./paths";

/** A path's last step. */
export const baseNameOf = (path: string): string => {
	const trimmed = path.replace(/\/+$/, "");
	return trimmed.slice(trimmed.lastIndexOf("/") + 1);
};

/** `nix-store --add`: copies files to the store. */
export const add: Operation = ({ session, args }) => {
	for (const arg of args) {
		const source = session.hackedFilesAt(arg);
		session.print(shown(session.store, session.store.addToStore(baseNameOf(arg), source, "/")));
	}
};

const recursiveFlag = (flags: readonly string[]): boolean => {
	for (const flag of flags) if (flag !== "--recursive") throw new UsageError(`unknown flag '${flag}'`);
	return flags.length > 0;
};

/** `nix-store --add-fixed`: copies files to where a fixed-output derivation would put them. */
export const addFixed: Operation = ({ session, flags, args }) => {
	const method = recursiveFlag(flags) ? "nar" : "flat";
	if (args.length === 0) throw new UsageError("first argument must be hash algorithm");
	const algorithm = parseHashAlgorithm(session, args[0]);
	for (const arg of args.slice(1)) {
		const source = session.hackedFilesAt(arg);
		session.print(shown(session.store, session.store.addToStore(baseNameOf(arg), source, "/", { method, algorithm })));
	}
};

/** `nix-store --print-fixed-path`: where a fixed-output derivation puts its output. */
export const printFixedPath: Operation = ({ session, flags, args }) => {
	const method = recursiveFlag(flags) ? "nar" : "flat";
	if (args.length !== 3) throw new UsageError("'--print-fixed-path' requires three arguments");
	const [algorithm, hash, name] = args;
	const { storeDir } = session.commandStore;
	const parsed = parseHashReturningFormat(session, hash, parseHashAlgorithm(session, algorithm));
	const path = makeFixedOutputPath(name, { method, hash: parsed.hash }, storeDir);
	session.print(path.toString(storeDir));
};
