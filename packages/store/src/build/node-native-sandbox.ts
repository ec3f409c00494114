import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { toBytes } from "../byte-string";
import { nativePackageFile } from "../node-native-package";
import type { Confinement } from "./builders/process-host";
import type { Sandbox, SandboxSpecification } from "./builders/sandbox";
import { syscallFilter } from "./builders/syscall-filter";
import { enterSandbox, type SandboxEntry } from "./enter-sandbox";

/** What of a sandbox is a matter of settings. */
export interface SandboxSettings {
	/** `filter-syscalls`: true unless told. */
	readonly filterSyscalls?: boolean;
	/** `allow-new-privileges` */
	readonly allowNewPrivileges?: boolean;
	/** `sandbox-dev-shm-size`: `50%` unless told. */
	readonly shmSize?: string;
	/** `impersonate-linux-26` */
	readonly impersonateLinux26?: boolean;
}

/** The devices that every sandbox has. */
const devices = ["full", "null", "random", "tty", "urandom", "zero"];

/** A sandbox's own part of a build's folder: what is to be done, and why it could not be. */
const placesIn = (scratch: string) => ({ entry: `${scratch}/sandbox.json`, failures: `${scratch}/sandbox.failed` });

/**
 * A sandbox as the reference makes it: namespaces by util-linux's `unshare` (2.35 or later), and the rest by a process
 * of Node that calls the system's C library, and then becomes the builder. Undefined without the optional package
 * `koffi`.
 */
export const nativeSandbox = (unshare: string, settings: SandboxSettings = {}): Sandbox | undefined => {
	const koffi = nativePackageFile("koffi");
	if (koffi === undefined) return undefined;
	const filter = (settings.filterSyscalls ?? true) ? syscallFilter(process.arch) : undefined;
	return {
		name: "native",
		executes: true,
		changesUsers: true,
		command: (specification) => {
			const { entry, failures } = placesIn(specification.scratch);
			const whole: SandboxEntry = {
				...entryOf(specification),
				...userEntry(specification),
				shmSize: settings.shmSize ?? "50%",
				...(filter === undefined ? {} : { filter: Buffer.from(filter).toString("hex") }),
				allowNewPrivileges: settings.allowNewPrivileges ?? false,
				personality: {
					bits32: needs32Bits(specification.platform),
					linux26: (settings.impersonateLinux26 ?? false) && /^(i686|x86_64)-linux$/.test(specification.platform),
				},
				failures: toBytes(failures),
			};
			writeFileSync(entry, JSON.stringify(whole), { mode: 0o600 });
			const { network, userId, groupId, buildUser, cgroup } = specification;
			const maps =
				buildUser === undefined && cgroup === undefined
					? [`--map-user=${userId}`, `--map-group=${groupId}`]
					: ["--user"];
			return {
				program: unshare,
				cwd: "/",
				env: {},
				opensTerminal: true,
				...(buildUser === undefined && cgroup === undefined ? {} : { confinement: confinementOf(specification) }),
				args: [
					...[...maps, "--keep-caps", "--mount", "--pid", "--kill-child"],
					...["--ipc", "--uts", ...(network ? [] : ["--net"])],
					...["--", process.execPath, "-e", code, koffi, entry],
				],
			};
		},
		failure: ({ scratch }) => {
			const { entry, failures } = placesIn(scratch);
			const failure = existsSync(failures) ? readFileSync(failures, "utf8") : "unable to start build process";
			for (const place of [entry, failures]) rmSync(place, { force: true });
			return failure === "" ? undefined : failure;
		},
	};
};

/** What the process runs that becomes the builder. */
const code = `const fs = require("node:fs"), [koffi, place] = process.argv.slice(1);
const entry = { ...JSON.parse(fs.readFileSync(place, "utf8")), terminal: process.env.TERMINAL };
(${enterSandbox})(entry, { fs, koffi: require(koffi), exit: process.exit });`;

/** Who the builder becomes once it is in. */
const userEntry = ({ buildUser, cgroup, userId, groupId }: SandboxSpecification) => ({
	waitsForMaps: buildUser !== undefined || cgroup !== undefined,
	isRange: buildUser !== undefined && buildUser.count !== 1,
	hasCgroup: cgroup !== undefined,
	...(buildUser === undefined && cgroup === undefined ? {} : { user: { userId, groupId } }),
});

/** Who may be whom in a sandbox. */
const confinementOf = ({ buildUser, cgroup, userId, groupId }: SandboxSpecification): Confinement => {
	const { count, ...outside } = buildUser ?? {
		userId: process.getuid?.() ?? 0,
		groupId: process.getgid?.() ?? 0,
		count: 1,
	};
	return {
		idMaps: {
			users: `${userId} ${outside.userId} ${count}`,
			groups: `${groupId} ${outside.groupId} ${count}`,
			denySetgroups: count === 1,
		},
		...(cgroup === undefined ? {} : { cgroup }),
		...(buildUser === undefined ? {} : { terminalOwner: buildUser.userId }),
	};
};

const entryOf = ({ root, storeDir, mounts, network, command }: SandboxSpecification) => {
	const all = [
		...devices.map((name) => ({ source: `/dev/${name}`, target: `/dev/${name}` })),
		...mounts.map(({ source, target }) => ({ source: toBytes(source), target: toBytes(target) })),
	];
	const byPlace = (a: { target: string }, b: { target: string }): number => (a.target < b.target ? -1 : 1);
	return {
		root: toBytes(root),
		storeDir: toBytes(storeDir),
		mounts: all.sort(byPlace),
		network,
		cwd: toBytes(command.cwd),
		program: command.bytes?.program ?? toBytes(command.program),
		argv: command.bytes?.argv ?? [command.argv0 ?? command.program, ...command.args].map(toBytes),
		env: command.bytes?.env ?? Object.entries(command.env).map(([name, value]) => toBytes(`${name}=${value}`)),
	};
};

/** Programs of such systems are told that this is a machine of 32 bits. */
const needs32Bits = (platform: string): boolean =>
	(platform === "i686-linux" && process.arch === "x64") || /^armv(7l|6l|5tel)-linux$/.test(platform);
