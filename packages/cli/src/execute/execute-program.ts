import { getSystemErrorMap } from "node:util";
import { fromBytes, NixError } from "@tsnix/store";
import { findProgram, isThere } from "./find-program";
import { nativeExecute } from "./native-execute";
import type { ProgramToRun } from "./program-to-run";
import { spawnInPlace } from "./spawn-in-place";

/** What the system says of errors in running programs, as the reference tells of them. */
const reasons: Readonly<Record<string, string>> = {
	ENOENT: "No such file or directory",
	EACCES: "Permission denied",
	ENOEXEC: "Exec format error",
	ENOTDIR: "Not a directory",
	E2BIG: "Argument list too long",
	ELOOP: "Too many levels of symbolic links",
};

const reason = (code: string): string =>
	reasons[code] ?? [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1] ?? code;

/**
 * Has a program take this one's place: for good where the system lets it, else by running it and waiting for its end.
 * Gives its status; throws a NixError where it cannot be run.
 */
export const executeProgram = async (run: ProgramToRun): Promise<number> => {
	const { argv, env } = run;
	const fail = (code: string): NixError =>
		new NixError("CANNOT_EXECUTE", `${run.failure ?? `unable to execute '${run.program}'`}: ${reason(code)}`);
	if (run.cwd !== undefined) process.chdir(fromBytes(run.cwd));
	const program = run.lookup === true ? findProgram(run.program, env.PATH) : run.program;
	if (program === undefined) throw fail(isThere(run.program, env.PATH) ? "EACCES" : "ENOENT");
	// A script without a first line that says what runs it is the shell's, as a shell has it.
	const attempts = [
		{ program, argv },
		...(run.lookup === true ? [{ program: "/bin/sh", argv: ["/bin/sh", program, ...argv.slice(1)] }] : []),
	];
	const native = nativeExecute();
	let code = "ENOEXEC";
	for (const attempt of attempts) {
		if (code !== "ENOEXEC") break;
		if (native !== undefined) {
			// This process ends here: what is to be done at its end is done.
			process.emit("exit", 0);
			code = native(attempt.program, attempt.argv, env, run.personality);
		} else
			try {
				return await spawnInPlace(attempt.program, attempt.argv, env);
			} catch (error) {
				code = (error as { code?: string }).code ?? "ENOENT";
			}
	}
	throw fail(code);
};
