import type { BuildUser } from "./build-users";
import type { Command } from "./process-host";

/** A file or folder of the host that the sandbox has. */
export interface SandboxMount {
	/** On the host. */
	readonly source: string;
	/** In the sandbox. */
	readonly target: string;
	readonly writable: boolean;
	readonly kind: "directory" | "file";
}

/** What a build sees instead of the host. */
export interface SandboxSpecification {
	/** The folder on the host that becomes the root; it has `etc`, `tmp` and the store's folder. Writable. */
	readonly root: string;
	/** The store's folder in the sandbox. */
	readonly storeDir: string;
	/** What the derivation asks for: `x86_64-linux`. */
	readonly platform: string;
	/** A folder on the host that nobody else has, where things can be put down. */
	readonly scratch: string;
	readonly mounts: readonly SandboxMount[];
	/** Does it see the host's network? If not it has a loopback interface of its own. */
	readonly network: boolean;
	/** Who the builder is in it. */
	readonly userId: number;
	readonly groupId: number;
	/** Who that is on the host, where that is not who makes the sandbox. */
	readonly buildUser?: BuildUser;
	/** The folder of the cgroup that it runs in, if any. */
	readonly cgroup?: string;
	/** What is run in it. `cwd` and `program` are paths in the sandbox. */
	readonly command: Command;
}

/** A way to run programs in a sandbox: what to run on the host for that. */
export interface Sandbox {
	readonly name: string;
	command(specification: SandboxSpecification): Command;
	/** Why the sandbox could not be made, once the command has ended; undefined where it could. */
	failure?(specification: SandboxSpecification): string | undefined;
	/** It says itself where a builder cannot be executed. */
	readonly executes?: boolean;
	/** Builders can be other users of the host, and run in cgroups. */
	readonly changesUsers?: boolean;
}

/** The user that builds see themselves as. */
export const sandboxUser = { userId: 1000, groupId: 100 } as const;

/** The files under `/etc` that a sandbox has, by name. */
export const sandboxEtc = (
	buildDirectory: string,
	network: boolean,
	{ userId, groupId }: { readonly userId: number; readonly groupId: number } = sandboxUser,
): Readonly<Record<string, string>> => {
	const user = `Nix build user:${buildDirectory}:/noshell`;
	return {
		passwd: `root:x:0:0:${user}\nnixbld:x:${userId}:${groupId}:${user}\nnobody:x:65534:65534:Nobody:/:/noshell\n`,
		group: `root:x:0:\nnixbld:!:${groupId}:\nnogroup:x:65534:\n`,
		...(network
			? { "nsswitch.conf": "hosts: files dns\nservices: files\n" }
			: { hosts: "127.0.0.1 localhost\n::1 localhost\n" }),
	};
};

/**
 * Bubblewrap: needs the program `bwrap` and user namespaces. `argv0` says that it knows `--argv0` (from 0.9 on);
 * without it builders see their whole path as their name.
 */
export const bubblewrap = (options: { readonly program: string; readonly argv0: boolean }): Sandbox => ({
	name: "bubblewrap",
	command: ({ root, mounts, network, userId, groupId, command }) => ({
		program: options.program,
		cwd: "/",
		env: {},
		args: [
			...["--unshare-user", "--uid", String(userId), "--gid", String(groupId)],
			...["--unshare-pid", "--as-pid-1", "--unshare-ipc", "--unshare-uts", "--hostname", "localhost"],
			...(network ? [] : ["--unshare-net"]),
			...["--die-with-parent", "--cap-drop", "ALL"],
			...["--bind", root, "/", "--dev", "/dev", "--proc", "/proc"],
			...mounts.flatMap(({ source, target, writable }) => [mountOption(target, writable), source, target]),
			...["--chdir", command.cwd, "--clearenv"],
			...Object.entries(command.env).flatMap(([name, value]) => ["--setenv", name, value]),
			...(options.argv0 && command.argv0 !== undefined ? ["--argv0", command.argv0] : []),
			"--",
			command.program,
			...command.args,
		],
	}),
});

const mountOption = (target: string, writable: boolean): string =>
	target.startsWith("/dev/") ? "--dev-bind" : writable ? "--bind" : "--ro-bind";

/** The programs that the plain sandbox runs, by their places on the host. */
export interface NamespaceTools {
	readonly sh: string;
	readonly unshare: string;
	readonly mount: string;
	readonly env: string;
}

/**
 * User namespaces by util-linux's `unshare` (2.38 or later) and `mount`. Its network has a loopback interface that is
 * down; builders see their whole path as their name.
 */
export const namespaces = (tools: NamespaceTools): Sandbox => ({
	name: "unshare",
	command: ({ root, mounts, network, userId, groupId, command }) => ({
		program: tools.unshare,
		cwd: "/",
		env: {},
		args: [
			...["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts"],
			...(network ? [] : ["--net"]),
			...["--", tools.sh, "-c", script(mounts.length), "sh", tools.mount, root],
			...mounts.flatMap(({ source, target, writable }) => [source, `${root}${target}`, writable ? "rw" : "ro"]),
			...[tools.env, "-i", ...Object.entries(command.env).map(([name, value]) => `${name}=${value}`)],
			...[tools.unshare, "--user", `--map-user=${userId}`, `--map-group=${groupId}`],
			...[`--root=${root}`, `--wd=${command.cwd}`, "--", command.program, ...command.args],
		],
	}),
});

/** Mounts what it is told, and becomes the rest of its arguments. The places to mount on exist. */
const script = (mounts: number): string => `set -e
mount=$1 root=$2
shift 2
"$mount" --make-rprivate /
"$mount" --bind "$root" "$root"
"$mount" -t proc proc "$root/proc"
for device in full null random tty urandom zero; do "$mount" --bind "/dev/$device" "$root/dev/$device"; done
"$mount" -t tmpfs tmpfs "$root/dev/shm"
left=${mounts}
while [ "$left" -gt 0 ]; do
	"$mount" --rbind "$1" "$2"
	[ "$3" = rw ] || "$mount" -o remount,bind,ro "$2" 2>/dev/null || :
	shift 3
	left=$((left - 1))
done
exec "$@"`;
