import { execFileSync } from "node:child_process";
import { NixError, stringToBytes } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import type { WriteLockRequest } from "../flake/world";

/** Writes a lock file to its place; in a Git repository it is added to the index, and committed where asked. */
export const writeLockFile = ({ path, contents, flake, relativePath, commitMessage }: WriteLockRequest): void => {
	nodeFs.writeFileSync(path, stringToBytes(contents));
	if (flake?.input.attrs.type !== "git" || relativePath === undefined) return;
	const root = path.slice(0, path.length - relativePath.length).replace(/\/+$/, "") || "/";
	const git = (...args: string[]): void => {
		try {
			execFileSync("git", ["-C", root, ...args], { stdio: ["ignore", "ignore", "pipe"] });
		} catch (error) {
			const { stderr } = error as { stderr?: Uint8Array };
			throw new NixError("GIT", `program 'git' failed: ${stderr === undefined ? String(error) : Buffer.from(stderr).toString("latin1").trim()}`);
		}
	};
	const file = relativePath.replace(/^\/+/, "");
	git("add", "--intent-to-add", "--force", "--", file);
	if (commitMessage !== undefined) git("commit", "-m", commitMessage, "--", file);
};
