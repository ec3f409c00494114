import type { NamedFs } from "../../accessors/fs";
import { NixError, TracedError } from "../../errors";
import type { WritableSyncFs } from "../../fs";
import { isDerivationPath, maybeParseStorePath, type StorePath } from "../../formats/store-path";
import type { BuildJob } from "../builder";
import { closureOf } from "../closure";
import { isSandboxed } from "../environment";
import type { BuildUsers } from "./build-users";
import type { Command } from "./process-host";
import { type SandboxMount, sandboxEtc, sandboxUser, type SandboxSpecification } from "./sandbox";

/** An entry of the setting `sandbox-paths`: `target=source?`. */
export interface SandboxPath {
	readonly target: string;
	readonly source: string;
	/** Left out where the host does not have it. */
	readonly optional?: boolean;
}

/** Parse an entry of the setting `sandbox-paths`: `/bin/sh=/path/to/bash`, `/dev/kvm?`. */
export const parseSandboxPath = (text: string): SandboxPath => {
	const optional = text.endsWith("?");
	const rest = optional ? text.slice(0, -1) : text;
	const equals = rest.indexOf("=");
	const target = equals < 0 ? rest : rest.slice(0, equals);
	return { target, source: equals < 0 ? rest : rest.slice(equals + 1), ...(optional ? { optional } : {}) };
};

interface Places {
	readonly fs: WritableSyncFs & NamedFs;
	readonly storeDir: string;
	readonly realStoreDir: string;
	readonly sandboxPaths?: readonly SandboxPath[];
	readonly devices?: readonly string[];
	readonly caFile?: string;
	readonly preBuildHook?: (drvPath: string, root: string) => readonly SandboxPath[];
	readonly users?: BuildUsers;
}

/**
 * Make the folder that becomes a sandbox's root, with what every sandbox has, places to mount on, and links where
 * inputs are links; and say what is to be mounted. `top` is the build's folder on the host,
 * `scratch` one that the builder does not see.
 */
export const prepareSandbox = (
	places: Places,
	job: BuildJob,
	root: string,
	top: string,
	scratch: string,
	command: Command,
	confinement: Pick<SandboxSpecification, "buildUser" | "cgroup"> = {},
): SandboxSpecification => {
	const { fs, storeDir, realStoreDir } = places;
	const { buildUser } = confinement;
	const isRange = buildUser !== undefined && buildUser.count !== 1;
	const user = isRange ? { userId: 0, groupId: 0 } : sandboxUser;
	const network = !isSandboxed(job.derivation);
	const folder = (path: string, mode = 0o755): void => {
		fs.mkdirSync(`${root}${path}`, { recursive: true });
		fs.chmodSync(`${root}${path}`, mode);
	};
	folder("", isRange ? 0o755 : 0o750);
	folder("/tmp", 0o1777);
	for (const path of ["/etc", "/dev", "/dev/shm", "/dev/pts", "/proc"]) folder(path);
	if (isRange) folder("/sys");
	folder(storeDir, 0o1775);
	if (buildUser !== undefined) {
		if (isRange) for (const place of [root, `${root}/etc`]) places.users?.give(place, buildUser);
		else places.users?.giveToGroup(root, buildUser);
		places.users?.giveToGroup(`${root}${storeDir}`, buildUser);
	}
	for (const device of ["full", "null", "random", "tty", "urandom", "zero"])
		fs.writeFileSync(`${root}/dev/${device}`, "");
	for (const [name, target] of [
		["fd", ""],
		["stdin", "/0"],
		["stdout", "/1"],
		["stderr", "/2"],
	] as const)
		fs.symlinkSync(`/proc/self/fd${target}`, `${root}/dev/${name}`);
	for (const [name, contents] of Object.entries(sandboxEtc(command.cwd, network, user)))
		fs.writeFileSync(`${root}/etc/${name}`, contents);
	const mounts: SandboxMount[] = [];
	const show = (source: string, target: string, writable: boolean): void => {
		const stat = fs.lstatSync(source);
		const parent = target.slice(0, target.lastIndexOf("/"));
		if (parent !== "") fs.mkdirSync(`${root}${parent}`, { recursive: true });
		if (stat.isSymbolicLink()) return fs.symlinkSync(fs.readlinkSync(source), `${root}${target}`);
		if (stat.isDirectory()) fs.mkdirSync(`${root}${target}`, { recursive: true });
		else fs.writeFileSync(`${root}${target}`, "");
		mounts.push({ source, target, writable, kind: stat.isDirectory() ? "directory" : "file" });
	};
	const outputs = new Set([...job.scratchOutputs.values()].map((path) => path.baseName));
	for (const path of visiblePaths(places, job))
		if (!outputs.has(path.baseName)) show(`${realStoreDir}/${path.baseName}`, `${storeDir}/${path.baseName}`, false);
	show(top, command.cwd, true);
	const asked = [...job.options.impureHostDeps].map((path) => ({ source: path, target: path, optional: true }));
	const more = places.preBuildHook?.(job.drvPath.toString(storeDir), root) ?? [];
	for (const { source, target, optional } of [...hostPaths(places, network), ...asked, ...more]) {
		const inStore = storePathOf(source, storeDir);
		const real = inStore === undefined ? source : `${realStoreDir}${source.slice(storeDir.length)}`;
		if (!isThere(fs, real)) {
			if (optional === true) continue;
			const error = new NixError("NO_SANDBOX_PATH", `getting attributes of path "${real}": No such file or directory`);
			throw new TracedError(error, ["while setting up the build environment"]);
		}
		if (inStore === undefined || target !== source) show(real, target, inStore === undefined);
	}
	if (!isRange) fs.chmodSync(`${root}/etc`, 0o555);
	const { platform } = job.derivation;
	return { root, storeDir, platform, scratch, mounts, network, ...user, ...confinement, command };
};

const isThere = (fs: WritableSyncFs, path: string): boolean => {
	try {
		fs.lstatSync(path);
		return true;
	} catch {
		return false;
	}
};

/** The inputs, and the closures of sandbox paths that lie in the store. */
const visiblePaths = ({ sandboxPaths = [], storeDir }: Places, job: BuildJob): StorePath[] => {
	const extra = sandboxPaths.flatMap(({ source }) => storePathOf(source, storeDir) ?? []);
	const valid = extra.filter((path) => !isDerivationPath(path) && job.store.isValidPath(path));
	const known = new Set(job.inputPaths.map((path) => path.baseName));
	return [...job.inputPaths, ...closureOf(job.store, valid).filter((path) => !known.has(path.baseName))];
};

const storePathOf = (path: string, storeDir: string): StorePath | undefined =>
	path.startsWith(`${storeDir}/`)
		? maybeParseStorePath(`${storeDir}/${path.slice(storeDir.length + 1).split("/", 1)[0]}`, storeDir)
		: undefined;

/** What a build has of the host: sandbox paths, and for those that see the network, how names are looked up. */
const hostPaths = ({ fs, sandboxPaths = [], devices = [], caFile }: Places, network: boolean): SandboxPath[] => [
	...sandboxPaths,
	...devices.map((path) => ({ source: path, target: path, optional: true })),
	...(network
		? ["/etc/resolv.conf", "/etc/services", "/etc/hosts"].map((path) => ({
				source: fs.existsSync(path) ? fs.realpathSync(path) : path,
				target: path,
				optional: true,
			}))
		: []),
	...(network && caFile !== undefined && !sandboxPaths.some(({ target }) => target === certificates)
		? [{ source: fs.existsSync(caFile) ? fs.realpathSync(caFile) : caFile, target: certificates, optional: true }]
		: []),
];

/** Where programs look for certificates. */
const certificates = "/etc/ssl/certs/ca-certificates.crt";
