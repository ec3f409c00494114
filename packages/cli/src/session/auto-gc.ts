import { spawn } from "node:child_process";
import { readFileSync, statfsSync } from "node:fs";
import { fromBytes } from "@tsnix/store";
import { ownProgram } from "../own-program";
import type { Session } from "../session";

/** Bytes that are free where a store lies; tests say it in a file. */
export const freeSpace = (place: string, env: (name: string) => string | undefined): number => {
	const file = env("_NIX_TEST_FREE_SPACE_FILE");
	if (file !== undefined) return Number.parseInt(readFileSync(file, "latin1"), 10);
	const { bavail, bsize } = statfsSync(place);
	return bavail * bsize;
};

/** Collects garbage in another process, until so many bytes are freed. */
export const collectElsewhere = async (session: Session, maxFreed: number, config: string): Promise<void> => {
	const args = ["nix-store", "--gc", "--max-freed", String(maxFreed), "--store", session.stores.ownStoreReference];
	const env = Object.fromEntries(
		Object.entries(session.shell.env).flatMap(([name, value]) =>
			value === undefined ? [] : [[name, fromBytes(value)]],
		),
	);
	const { command, before } = ownProgram();
	const child = spawn(command, [...before, ...args], {
		env: { ...env, TSNIX_ARGV0: undefined, NIX_CONFIG: config },
		stdio: ["ignore", "ignore", "inherit"],
	});
	await new Promise<void>((resolve, reject) => {
		child.on("error", reject);
		child.on("exit", () => resolve());
	});
};
