import { execFileSync } from "node:child_process";
import { NixError, type SandboxPath } from "@tsnix/store";

/**
 * The program of the setting `pre-build-hook`: it is given a derivation and the folder that becomes the root of its
 * sandbox, and writes which more paths the sandbox has. Throws where it writes anything else.
 */
export const hookPaths =
	(program: string, env: Readonly<Record<string, string>>) =>
	(drvPath: string, root: string): SandboxPath[] => {
		const text = execFileSync(program, [drvPath, root], {
			env: { ...env },
			encoding: "utf8",
			stdio: ["ignore", "pipe", "inherit"],
		});
		const paths: SandboxPath[] = [];
		let listing = false;
		for (const line of text.split("\n").slice(0, -1)) {
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
