import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";

/** Reads which groups of processes there are, and ends those that are left when nobody writes to it any more. */
const script = `
groups=
while read -r what id; do
	case $what in
		+) groups="$groups $id" ;;
		-)
			rest=
			for group in $groups; do [ "$group" = "$id" ] || rest="$rest $group"; done
			groups=$rest
			;;
	esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
`;

/** Ends what this process has started, should it be killed itself. */
interface Watchdog {
	/** A group of processes is there. */
	add(group: number): void;
	/** It is gone. */
	remove(group: number): void;
}

const none: Watchdog = { add: () => {}, remove: () => {} };

const start = (): Watchdog => {
	if (process.platform === "win32") return none;
	let dog: ChildProcess;
	try {
		// In a group of its own: what ends this process at the terminal is not to end it, too.
		dog = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], detached: true, env: {}, cwd: "/" });
	} catch {
		return none;
	}
	const input = dog.stdin as Socket;
	const ignore = (): void => {};
	dog.on("error", ignore);
	input.on("error", ignore);
	dog.unref();
	input.unref();
	const tell = (what: string, group: number): void => void input.write(`${what} ${group}\n`);
	return { add: (group) => tell("+", group), remove: (group) => tell("-", group) };
};

let started: Watchdog | undefined;

/**
 * The watchdog of this process, which outlives it by a moment. A builder that goes on when its store's process was
 * killed would write to a path that the next process makes anew. Where there is no `/bin/sh` it does nothing.
 */
export const watchdog = (): Watchdog => (started ??= start());
