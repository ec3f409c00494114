import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { NixError } from "../errors";
import type { BuildCgroups } from "./builders/build-users";

/** When builders have cgroups of their own. */
export interface CgroupSettings {
	/** `use-cgroups`: not only those that are many users. */
	readonly always: boolean;
	/** Throws where there are to be none. */
	readonly require: () => void;
	/** Told of processes that builders have left. */
	readonly warn: (message: string) => void;
}

/** Cgroups of this machine, below that of this process. What builders of a user ran in last stands in `<stateDir>/cgroups`. */
export const nodeCgroups = (stateDir: string, { always, require, warn }: CgroupSettings): BuildCgroups => {
	let count = 0;
	return {
		open: (user) => {
			if (!always && (user === undefined || user.count === 1)) return undefined;
			require();
			const name = user === undefined ? `nix-build-pid-${process.pid}-${count++}` : `nix-build-uid-${user.userId}`;
			const place = `${ownCgroup()}/${name}`;
			if (user !== undefined) {
				const note = `${stateDir}/cgroups/${user.userId}`;
				mkdirSync(`${stateDir}/cgroups`, { recursive: true });
				if (existsSync(note)) destroyCgroup(readFileSync(note, "latin1"), warn);
				writeFileSync(note, place);
			}
			mkdirSync(place, { mode: 0o755 });
			if (user !== undefined)
				for (const file of ["", "/cgroup.procs", "/cgroup.threads"])
					chownSync(`${place}${file}`, user.userId, user.groupId);
			return { place, end: () => destroyCgroup(place, warn) };
		},
	};
};

/** The folder of the cgroup that this process is in. */
const ownCgroup = (): string => {
	const mounts = readFileSync("/proc/mounts", "latin1").split("\n");
	const top = mounts.map((line) => line.split(" ")).find(([, , type]) => type === "cgroup2")?.[1];
	if (top === undefined) throw new NixError("NO_CGROUPS", "cannot determine the cgroups file system");
	const own = readFileSync("/proc/self/cgroup", "latin1").split("\n");
	const path = own.find((line) => line.startsWith("0::"))?.slice(3);
	if (path === undefined || path === "")
		throw new NixError("NO_CGROUPS", "cannot determine cgroup name from /proc/self/cgroup");
	const place = path === "/" ? `${top}/` : `${top}${path}`;
	if (!existsSync(place)) throw new NixError("NO_CGROUPS", `expected cgroup directory "${place}"`);
	return place.replace(/\/$/, "");
};

/** Kills what is in a cgroup, and removes it with those below it. */
const destroyCgroup = (place: string, warn: (message: string) => void): void => {
	if (!existsSync(place)) return;
	if (!existsSync(`${place}/cgroup.procs`)) throw new NixError("NOT_A_CGROUP", `"${place}" is not a cgroup`);
	if (existsSync(`${place}/cgroup.kill`)) writeFileSync(`${place}/cgroup.kill`, "1");
	for (const entry of readdirSync(place, { withFileTypes: true }))
		if (entry.isDirectory()) destroyCgroup(`${place}/${entry.name}`, warn);
	const shown = new Set<string>();
	for (let round = 1; ; round++) {
		const ids = readFileSync(`${place}/cgroup.procs`, "latin1")
			.split("\n")
			.filter((id) => id !== "");
		if (ids.length === 0) break;
		if (round > 20) throw new NixError("CGROUP_LIVES", `cannot kill cgroup "${place}"`);
		for (const id of ids) {
			if (!shown.has(id)) {
				shown.add(id);
				const command = commandLine(id);
				if (command !== undefined) warn(`killing stray builder process ${id} (${command})...`);
			}
			kill(Number(id));
		}
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 ** Math.min(round, 10));
	}
	rmdirSync(place);
};

const commandLine = (id: string): string | undefined => {
	try {
		return readFileSync(`/proc/${id}/cmdline`, "latin1").replaceAll("\0", " ").trim();
	} catch {
		return undefined;
	}
};

const kill = (id: number): void => {
	try {
		process.kill(id, "SIGKILL");
	} catch {
		// It is gone.
	}
};
