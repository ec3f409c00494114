import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { scenarios } from "./testing/flake-scenarios";

// Shell scripts around flakes, run with the reference and with the built command, each in a fresh folder at the same
// place. What every command prints, how it exits, and the files that the scripts show are the same.

const reference = process.env.TSNIX_REFERENCE as string;
const command = fileURLToPath(new URL("../bin/tsnix", import.meta.url));
const top = mkdtempSync(join(tmpdir(), "tsnix-flake-scripts-"));
const removeAll = (path: string): void => {
	spawnSync("chmod", ["-R", "u+w", path]);
	rmSync(path, { recursive: true, force: true });
};
afterAll(() => removeAll(top));

const names = join(top, "names");
mkdirSync(names);
symlinkSync(command, join(names, "nix"));
chmodSync(names, 0o755);

/** What the scripts have: `n` runs and records nix, `show` records files. */
const prelude = `
W=$PWD
export HOME=$W/home XDG_CACHE_HOME=$W/home/.cache NIX_CONF_DIR=$W/etc NIX_REMOTE="local?root=$W/store"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null LC_ALL=C.UTF-8 TZ=UTC
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_AUTHOR_DATE=2024-05-06T07:08:09Z GIT_COMMITTER_DATE=2024-05-06T07:08:09Z
mkdir -p $HOME etc
printf 'experimental-features = nix-command flakes\\nflake-registry =\\nsubstitute = false\\nbuild-users-group =\\n' > etc/nix.conf
n() {
	find . -path ./store -prune -o -path ./home -prune -o -name .git -prune -o -newermt 2025-01-01 -exec touch -h -d @1700000000 {} +
	echo "\\$ nix $*" >> $W/log
	nix "$@" > $W/out 2> $W/err < /dev/null; status=$?
	sed 's/^/1: /' $W/out >> $W/log; grep -v 'have Internet access' $W/err | sed 's/^/2: /' >> $W/log
	echo "= $status" >> $W/log
}
show() { for f in "$@"; do echo "--- $f" >> $W/log; cat $f >> $W/log 2>&1; done; }
flake() { mkdir -p $1; printf '%s\\n' "$2" > $1/flake.nix; }
leaf() { for d in "$@"; do flake $d '{ outputs = _: { }; }'; done; }
repository() { for d in "$@"; do git -C $d init -q -b main; git -C $d add .; git -C $d commit -qm one; done; }
`;

/** The record of a script's commands. */
const recordOf = (script: string, bin: string): string => {
	const folder = join(top, "run");
	mkdirSync(folder);
	const { stderr } = spawnSync("bash", ["--norc", "-c", prelude + script], {
		cwd: folder,
		env: { PATH: `${bin}:${process.env.PATH}`, TMPDIR: tmpdir() },
		encoding: "latin1",
	});
	const record = readFileSync(join(folder, "log"), "latin1");
	const old = join(top, "old");
	renameSync(folder, old);
	removeAll(old);
	return stderr + record;
};

test.each(Object.entries(scenarios))(
	"%s",
	(_, script) => expect(recordOf(script, names)).toBe(recordOf(script, join(reference, "bin"))),
	120_000,
);
