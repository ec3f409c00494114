import { spawn } from "node:child_process";
import { fromBytes } from "@tsnix/store";
import type { AutoCollectPlace } from "@tsnix/store/node";
import { ownProgram } from "../own-program";
import type { Session } from "../session";
import { ownConfigText } from "../settings/config-text";

/** How a local store that `reference` names makes space where it runs out; undefined where it is not to. */
export const autoCollectPlace = (
	session: Session,
	reference: string,
	realStoreDir: string,
): AutoCollectPlace | undefined => {
	const { settings } = session;
	const minFree = settings.number("min-free");
	if (minFree === 0) return undefined;
	const freeSpaceFile = session.env("_NIX_TEST_FREE_SPACE_FILE");
	const { command, before } = ownProgram();
	return {
		minFree,
		maxFree: Math.min(settings.number("max-free"), Number.MAX_SAFE_INTEGER),
		interval: settings.number("min-free-check-interval"),
		realStoreDir,
		...(freeSpaceFile === undefined ? {} : { freeSpaceFile }),
		command: [command, ...before, "nix-store", "--store", reference, "--gc", "--max-freed"],
		env: collectorEnvironment(session),
	};
};

/** What a collector of our own is run with: it is not to make space itself. */
const collectorEnvironment = (session: Session): Record<string, string> => {
	const entries = Object.entries(session.shell.env).flatMap(([name, value]): [string, string][] =>
		value === undefined || name === "TSNIX_ARGV0" ? [] : [[name, fromBytes(value)]],
	);
	return Object.fromEntries([...entries, ["NIX_CONFIG", `${ownConfigText(session.settings)}min-free = 0\n`]]);
};

/** Collects garbage in another process, until so many bytes are freed. */
export const collectElsewhere = async (
	{ command: [program = "", ...args], env }: AutoCollectPlace,
	maxFreed: number,
): Promise<void> => {
	const child = spawn(program, [...args, String(maxFreed)], { env, stdio: ["ignore", "ignore", "inherit"] });
	await new Promise<void>((resolve, reject) => {
		child.on("error", reject);
		child.on("exit", () => resolve());
	});
};
