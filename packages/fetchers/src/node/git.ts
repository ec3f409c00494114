import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FetchError, GitError } from "../errors";
import { parseLsRemoteLine } from "../git/ls-remote";
import type { GitTransport } from "../git/transport";

export interface NodeGitOptions {
	/** The program; `git` on the search path unless told. */
	readonly program?: string;
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Starts programs; Node's own unless told. */
	readonly spawnSync?: typeof spawnSync;
	/** Whether Git may speak to the terminal: progress, and questions for passwords. */
	readonly interactive?: boolean;
}

/** The git program, run and waited for. */
export const nodeGit = (options: NodeGitOptions = {}): GitTransport => {
	const start = options.spawnSync ?? spawnSync;
	const run = (args: readonly string[], inherit = false): { status: number; stdout: string; stderr: string } => {
		const result = start(options.program ?? "git", [...args], {
			encoding: "latin1",
			maxBuffer: 1 << 30,
			env: (options.env ?? process.env) as NodeJS.ProcessEnv,
			stdio: inherit ? ["inherit", "pipe", "inherit"] : ["ignore", "pipe", "pipe"],
		});
		if (result.error !== undefined)
			throw new FetchError("NO_GIT", `executing 'git': ${result.error.message}`, { cause: result.error });
		return { status: result.status ?? 255, stdout: result.stdout, stderr: result.stderr ?? "" };
	};
	const interactive = options.interactive ?? false;
	return {
		synchronous: true,
		fetch({ repository, url, refspec, shallow }) {
			const depth = shallow ? ["--depth", "1"] : [];
			const place = ["-C", repository, "--git-dir", "."];
			const args = [...place, "fetch", ...(interactive ? ["--progress"] : []), "--force", ...depth, "--", url, refspec];
			const { status, stderr } = run(args, interactive);
			if (status !== 0)
				throw new GitError("FETCH_FAILED", `Failed to fetch git repository '${url}'`, {
					...(stderr === "" ? {} : { hint: stderr.trim() }),
				});
		},
		clone({ url, ref, folder }) {
			const branch = ref === undefined ? [] : ["--branch", ref];
			const { status } = start(options.program ?? "git", ["clone", url, ...branch, folder], {
				env: (options.env ?? process.env) as NodeJS.ProcessEnv,
				stdio: "inherit",
			});
			if (status !== 0) throw new GitError("CLONE_FAILED", `program 'git' failed with exit code ${status ?? 255}`);
		},
		readHead(url) {
			const { status, stdout } = run(["ls-remote", "--symref", "--", url], interactive);
			if (status !== 0) return undefined;
			const line = parseLsRemoteLine(stdout.split("\n")[0] as string);
			return line?.reference === "HEAD" ? line.target : undefined;
		},
		countRevisions(repository, rev) {
			const { status, stdout } = run(["--git-dir", repository, "rev-list", "--count", rev]);
			return status === 0 ? Number(stdout) : undefined;
		},
		ssh(args) {
			const given = ((options.env ?? process.env).NIX_SSHOPTS ?? "").split(/\s+/).filter((word) => word !== "");
			const { stdout, error } = start("ssh", [...given, ...args], {
				encoding: "latin1",
				stdio: ["ignore", "pipe", "inherit"],
			});
			if (error !== undefined) throw new FetchError("NO_SSH", `executing 'ssh': ${error.message}`, { cause: error });
			return stdout;
		},
		verifyCommit(repository, rev, signers) {
			const folder = mkdtempSync(join(tmpdir(), "tsnix-signers-"));
			try {
				const file = join(folder, "allowed");
				writeFileSync(file, signers);
				const args = ["-c", `gpg.ssh.allowedSignersFile=${file}`, "--git-dir", repository, "verify-commit", rev];
				const { status, stdout, stderr } = run(args);
				return { status, output: stdout + stderr };
			} finally {
				rmSync(folder, { recursive: true, force: true });
			}
		},
	};
};
