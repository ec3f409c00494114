import { spawnSync } from "node:child_process";
import { type ByteString, fromBytes, NixError } from "@tsnix/store";
import { ownProgram } from "../own-program";
import type { Session } from "../session";

/**
 * Runs another of the programs, whose errors are seen and whose output is given. Throws where it fails.
 *
 *     runNixProgram(session, "nix-env", ["--profile", profile, "--list-generations"])
 */
export const runNixProgram = (session: Session, name: string, args: readonly ByteString[]): ByteString => {
	const { command, before } = ownProgram();
	const { env, workingDirectory } = session.shell;
	const { status, signal, stdout, error } = spawnSync(command, [...before, name, ...args.map(fromBytes)], {
		cwd: fromBytes(workingDirectory),
		env: Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, fromBytes(value)])),
		stdio: ["inherit", "pipe", "inherit"],
		encoding: "latin1",
		maxBuffer: 2 ** 30,
	});
	if (error !== undefined && status === null && signal === null) throw error;
	if (status !== 0) {
		const how = signal === null ? `failed with exit code ${status}` : `failed due to signal ${signal}`;
		throw new NixError("PROGRAM_FAILED", `program '${name}' ${how}`);
	}
	return stdout;
};
