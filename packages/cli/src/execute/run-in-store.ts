import { type ByteString, NixError } from "@tsnix/store";
import type { Session } from "../session";
import { type Personality, type ProgramToRun, ReplaceProcess } from "./program-to-run";
import { inMountedStore } from "./mounted-store";

/** A program that is to be run from a store, and the system that it is for, where that is known. */
export interface StoreProgram extends Omit<ProgramToRun, "personality" | "failure"> {
	readonly system?: ByteString;
}

const personalityFor = (session: Session, system: string): Personality => ({
	bits32:
		(system === "i686-linux" && session.shell.system === "x86_64-linux") ||
		["armv7l-linux", "armv6l-linux", "armv5tel-linux"].includes(system),
	linux26: ["i686-linux", "x86_64-linux"].includes(system) && session.settings.boolean("impersonate-linux-26"),
});

/**
 * Ends the command by having a program take its place, that sees the store's objects where their paths say: where the
 * store lies elsewhere it is mounted there, for the program alone. Throws a NixError for stores that have no files here.
 */
export const runInStore = (session: Session, { system, ...run }: StoreProgram): never => {
	const { commandStore } = session;
	const { realStoreDir, storeDir } = commandStore;
	if (realStoreDir === undefined)
		throw new NixError(
			"NOT_A_LOCAL_STORE",
			`store '${session.stores.shownStoreReference}' is not a local store so it does not support command execution`,
		);
	if (realStoreDir !== storeDir) throw new ReplaceProcess(inMountedStore(session, run, { realStoreDir, storeDir }));
	throw new ReplaceProcess({
		...run,
		...(system === undefined ? {} : { personality: personalityFor(session, system) }),
	});
};
