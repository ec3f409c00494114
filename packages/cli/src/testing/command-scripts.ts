import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { programs } from "../programs";

/**
 * What the scripts have: `n` runs a command and records what it prints and how it exits, `show` records files, `flake`
 * writes a `flake.nix`. Everything lies in `$W`, the store too.
 */
const prelude = `
W=$PWD
export HOME=$W/home XDG_CACHE_HOME=$W/home/.cache NIX_CONF_DIR=$W/etc LC_ALL=C.UTF-8 TZ=UTC
export NIX_STORE_DIR=$W/store NIX_STATE_DIR=$W/state NIX_LOCALSTATE_DIR=$W/state NIX_LOG_DIR=$W/log-dir
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_AUTHOR_DATE=2024-05-06T07:08:09Z GIT_COMMITTER_DATE=2024-05-06T07:08:09Z
mkdir -p $HOME etc
printf 'experimental-features = nix-command flakes fetch-closure\\nflake-registry =\\nsubstituters =\\nbuild-users-group =\\nsandbox = false\\n' > etc/nix.conf
n() {
	find . -path ./store -prune -o -path ./home -prune -o -path ./state -prune -o -name .git -prune -o -newermt 2025-01-01 -exec touch -h -d @1700000000 {} +
	echo "\\$ $*" >> $W/log
	"$@" > $W/out 2> $W/err < /dev/null; status=$?
	sed 's/^/1: /' $W/out >> $W/log; grep -v 'have Internet access' $W/err | sed 's/^/2: /' >> $W/log
	echo "= $status" >> $W/log
}
show() { for f in "$@"; do echo "--- $f" >> $W/log; cat $f >> $W/log 2>&1; done; }
flake() { mkdir -p $1; printf '%s\\n' "$2" > $1/flake.nix; }
repository() { for d in "$@"; do git -C $d init -q -b main; git -C $d add .; git -C $d commit -qm one; done; }
`;

/** Runs shell scripts with the programs of some folder, each in a fresh folder at the same place. */
class CommandScripts {
	private readonly top = mkdtempSync(join(tmpdir(), "tsnix-scripts-"));

	/** The folder of our own programs. */
	readonly own = join(this.top, "names");

	constructor() {
		mkdirSync(this.own);
		const command = fileURLToPath(new URL("../../bin/tsnix", import.meta.url));
		for (const name of Object.keys(programs)) symlinkSync(command, join(this.own, name));
	}

	/** The record of a script's commands. */
	record(script: string, programs: string): string {
		const folder = join(this.top, "run");
		mkdirSync(folder);
		const { stderr } = spawnSync("bash", ["--norc", "-c", prelude + script], {
			cwd: folder,
			env: { PATH: `${programs}:${process.env.PATH}`, TMPDIR: tmpdir() },
			encoding: "latin1",
			stdio: ["ignore", "ignore", "pipe"],
		});
		const record = readFileSync(join(folder, "log"), "latin1");
		const old = join(this.top, "old");
		renameSync(folder, old);
		this.remove(old);
		return stderr + record;
	}

	close(): void {
		this.remove(this.top);
	}

	private remove(path: string): void {
		spawnSync("chmod", ["-R", "u+w", path]);
		rmSync(path, { recursive: true, force: true });
	}
}

/** Tests that what the scripts record is the same with the reference and with the built command. */
export const compareScripts = (scenarios: Readonly<Record<string, string>>): void => {
	const scripts = new CommandScripts();
	afterAll(() => scripts.close());
	test.each(Object.entries(scenarios))(
		"%s",
		(_, script) => {
			const reference = join(process.env.TSNIX_REFERENCE as string, "bin");
			expect(scripts.record(script, scripts.own)).toBe(scripts.record(script, reference));
		},
		180_000,
	);
};
