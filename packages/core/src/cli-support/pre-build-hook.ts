import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { describeExit, NixError, quotePath, type SandboxPath } from "@tsnix/store";

/**
 * The program of the setting `pre-build-hook`: it is given a derivation and the folder that becomes the root of its
 * sandbox, and writes which more paths the sandbox has. Throws where it writes anything else.
 */
export const hookPaths =
	(program: string, env: Readonly<Record<string, string>>) =>
	(drvPath: string, root: string): SandboxPath[] => {
		const { status, signal, stdout, error } = spawnSync(program, [drvPath, root], {
			env: { ...env },
			encoding: "utf8",
			stdio: ["ignore", "pipe", "inherit"],
		});
		if (error !== undefined)
			throw new NixError("BAD_HOOK", `executing ${quotePath(program)}: No such file or directory`);
		if (status !== 0) {
			const number = signal === null ? undefined : constants.signals[signal];
			const exit = number === undefined ? { code: status ?? 1 } : { signal: { number } };
			throw new NixError("BAD_HOOK", `program ${quotePath(program)} ${describeExit(exit)}`);
		}
		const paths: SandboxPath[] = [];
		let listing = false;
		for (const line of stdout.split("\n").slice(0, -1)) {
			if (!listing) {
				if (line !== "extra-sandbox-paths" && line !== "extra-chroot-dirs")
					throw new NixError("BAD_HOOK", `unknown pre-build hook command '${line}'`);
				listing = true;
			} else if (line === "") listing = false;
			else {
				const equals = line.indexOf("=");
				const target = equals < 0 ? line : line.slice(0, equals);
				paths.push({ target, source: equals < 0 ? line : line.slice(equals + 1) });
			}
		}
		return paths;
	};
