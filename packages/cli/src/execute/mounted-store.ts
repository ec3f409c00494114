import { existsSync, mkdtempSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ByteString, NixError } from "@tsnix/store";
import type { Session } from "../session";
import { findProgram } from "./find-program";
import type { ProgramToRun } from "./program-to-run";

/** Where a store's files lie, and where its paths say that they do. */
export interface StorePlaces {
	readonly realStoreDir: ByteString;
	readonly storeDir: ByteString;
}

/**
 * In a namespace of its own: puts the store where its paths say, and becomes the program. Arguments: the programs mount
 * and unshare, the user's and the group's number, the store's place and its files, the folder to begin in, a new root or
 * nothing, how many pairs of what is to be mounted below that follow, the pairs, and the program with its arguments.
 */
const script = `mount=$1 unshare=$2 uid=$3 gid=$4 store=$5 real=$6 cwd=$7 root=$8 left=$9
shift 9
"$mount" --make-rprivate / 2>/dev/null
if [ -n "$root" ]; then
	"$mount" --bind "$real" "$root$store" || exit 1
	while [ "$left" -gt 0 ]; do
		"$mount" --rbind "$1" "$2" || exit 1
		shift 2
		left=$((left - 1))
	done
	exec "$unshare" --user "--map-user=$uid" "--map-group=$gid" "--root=$root" "--wd=$cwd" -- "$@"
fi
"$mount" -t overlay -o "lowerdir=$store:$real" overlay "$store" 2>/dev/null || "$mount" --bind "$real" "$store" || exit 1
exec "$unshare" --user "--map-user=$uid" "--map-group=$gid" "--wd=$cwd" -- "$@"`;

/** A new root, with all that the host's has as links to, or places for, the host's. Gives what is to be mounted. */
const newRoot = ({ storeDir }: StorePlaces): { readonly root: string; readonly mounts: readonly string[] } => {
	const { mkdirSync, symlinkSync } = process.getBuiltinModule("node:fs");
	const root = mkdtempSync(join(tmpdir(), "nix-root-"));
	mkdirSync(`${root}${storeDir}`, { recursive: true });
	const mounts: string[] = [];
	for (const entry of readdirSync("/", { withFileTypes: true })) {
		const [from, to] = [`/${entry.name}`, `${root}/${entry.name}`];
		if (existsSync(to)) continue;
		if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
		else if (entry.isDirectory()) {
			mkdirSync(to, { mode: 0o700 });
			mounts.push(from, to);
		}
	}
	return { root, mounts };
};

/** What runs a program where a store's files, which lie elsewhere, are where their paths say. Linux alone. */
export const inMountedStore = (session: Session, run: ProgramToRun, places: StorePlaces): ProgramToRun => {
	const { storeDir, realStoreDir } = places;
	if (process.platform !== "linux")
		throw new NixError("NOT_SUPPORTED", `mounting the Nix store on '${storeDir}' is not supported on this platform`);
	const path = session.env("PATH");
	const [sh, unshare, mount] = ["sh", "unshare", "mount"].map((name) => {
		const found = findProgram(name, path) ?? findProgram(name);
		if (found !== undefined) return found;
		throw new NixError("NO_PROGRAM", `setting up a private mount namespace: the program '${name}' is not there`);
	});
	const there = existsSync(storeDir) && statSync(storeDir).isDirectory();
	const { root, mounts } = there ? { root: "", mounts: [] } : newRoot(places);
	const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
	const [name, ...args] = run.argv;
	// The shell gives a program its own name as it is written; another one cannot be told here.
	const program = run.lookup === true ? (name ?? run.program) : run.program;
	return {
		...run,
		program: unshare,
		lookup: false,
		argv: [
			...["unshare", "--user", "--map-root-user", "--mount", "--", sh, "-c", script, "sh"],
			...[mount, unshare, String(uid), String(gid), storeDir, realStoreDir],
			...[run.cwd ?? session.shell.workingDirectory, root, String(mounts.length / 2), ...mounts],
			...[program, ...args],
		],
	};
};
