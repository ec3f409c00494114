import { spawnSync } from "node:child_process";
import { type DiffHook, describeExit } from "@tsnix/store";
import { constants } from "node:os";

/** Runs the program of the setting `diff-hook`, and gives what it prints, or why it failed. */
export const diffHook =
	(program: string, env: Readonly<Record<string, string>>): DiffHook =>
	(valid, made, drvPath, folder) => {
		const { status, signal, stdout, error } = spawnSync(program, [valid, made, drvPath, folder], {
			cwd: "/",
			env: { ...env },
			encoding: "latin1",
			stdio: ["ignore", "pipe", "inherit"],
		});
		const failed = (reason: string): string => `error: diff hook execution failed: ${reason}`;
		if (error !== undefined) return failed(`executing '${program}': ${error.message}`);
		if (status !== 0) {
			const exit = signal === null ? { code: status ?? 1 } : { signal: { number: constants.signals[signal] } };
			return failed(`diff-hook program "${program}" ${describeExit(exit)}`);
		}
		return stdout === "" ? undefined : stdout.replace(/[ \n\r\t]+$/, "");
	};
