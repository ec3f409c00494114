import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Files by path; a link is `{ link: target }`. `@/` in a text stands for the folder of the scenario. */
export type Files = Readonly<Record<string, string | { readonly link: string }>>;

/** A folder that is made anew, the same each time, for the reference and for us. */
export class Scratch {
	readonly dir = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), "tsnix-flakes-"));
	readonly env: NodeJS.ProcessEnv = {
		PATH: process.env.PATH,
		HOME: join(this.dir, "home"),
		GIT_CONFIG_GLOBAL: "/dev/null",
		GIT_CONFIG_SYSTEM: "/dev/null",
		GIT_AUTHOR_NAME: "a",
		GIT_AUTHOR_EMAIL: "a@example.org",
		GIT_COMMITTER_NAME: "a",
		GIT_COMMITTER_EMAIL: "a@example.org",
		GIT_AUTHOR_DATE: "2024-05-06T07:08:09Z",
		GIT_COMMITTER_DATE: "2024-05-06T07:08:09Z",
		LC_ALL: "C",
		NIX_CONFIG: "experimental-features = nix-command flakes\nflake-registry =\nsubstituters =\n",
	};
	private caches = 0;

	/** A path in the folder. */
	path(...parts: string[]): string {
		return join(this.dir, "files", ...parts);
	}

	/** Make the files, with fixed times, and commit the folders named. */
	make(files: Files, repositories: readonly string[] = []): void {
		fs.rmSync(this.path(), { recursive: true, force: true });
		this.write(files);
		for (const repository of repositories) {
			const git = (...args: string[]) => this.git(repository, ...args);
			git("init", "--quiet", "--initial-branch=main");
			git("add", ".");
			git("commit", "--quiet", "--message=one");
		}
		this.touch(this.path());
	}

	/** Write files over those that are there. */
	change(files: Files): void {
		this.write(files);
		this.touch(this.path());
	}

	private write(files: Files): void {
		for (const [path, contents] of Object.entries(files)) {
			const at = this.path(path);
			fs.mkdirSync(dirname(at), { recursive: true });
			if (typeof contents === "string") fs.writeFileSync(at, contents.replaceAll("@/", `${this.path()}/`));
			else fs.symlinkSync(contents.link, at);
		}
	}

	git(repository: string, ...args: string[]): void {
		const { status, stderr } = spawnSync("git", ["-C", this.path(repository), ...args], {
			env: this.env,
			encoding: "utf8",
		});
		if (status !== 0) throw new Error(stderr);
	}

	/** The last commit, with its message. */
	lastCommit(repository: string): string {
		const { stdout } = spawnSync("git", ["-C", this.path(repository), "log", "-1", "--format=%H%n%B"], {
			env: this.env,
			encoding: "latin1",
		});
		return stdout;
	}

	/** Pack a folder, the same each time. */
	pack(folder: string, archive: string): void {
		const fixed = ["--sort=name", "--mtime=@1600000000", "--owner=0", "--group=0", "--numeric-owner"];
		const args = [...fixed, "-C", this.path(), "-czf", this.path(archive), folder];
		const { status } = spawnSync("tar", args, { env: { ...this.env, GZIP: "-n" } });
		if (status !== 0) throw new Error(`cannot pack '${folder}'`);
	}

	private touch(path: string): void {
		const stat = fs.lstatSync(path);
		if (stat.isDirectory() && !path.endsWith("/.git"))
			for (const name of fs.readdirSync(path)) this.touch(join(path, name));
		fs.lutimesSync(path, 1_700_000_000, 1_700_000_000);
	}

	/** Run the reference, with a cache of its own. */
	nix(...args: string[]): { readonly status: number; readonly stdout: string; readonly stderr: string } {
		const cache = join(this.dir, `cache-${this.caches++}`);
		const result = spawnSync(
			join(process.env.TSNIX_REFERENCE as string, "bin/nix"),
			["--store", join(this.dir, "store"), ...args],
			{ env: { ...this.env, XDG_CACHE_HOME: cache }, encoding: "latin1", cwd: this.dir },
		);
		return { status: result.status ?? 255, stdout: result.stdout, stderr: plain(result.stderr) };
	}

	read(path: string): string | undefined {
		return fs.existsSync(this.path(path)) ? fs.readFileSync(this.path(path), "latin1") : undefined;
	}

	remove(): void {
		spawnSync("chmod", ["-R", "u+w", this.dir]);
		fs.rmSync(this.dir, { recursive: true, force: true });
	}
}

/** Text without the escape sequences of terminals. */
export const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, "");
