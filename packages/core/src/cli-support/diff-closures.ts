import { parseDrvName } from "@tsnix/eval/internal";
import { type ByteString, closureIn, type Store, type StorePath, toBytes } from "@tsnix/store";

/** Bytes of NARs by name and version. */
type Versions = Map<string, Map<string, number>>;

const outputName = /^(.*)-([a-z]+|lib32|lib64)$/s;

const versionsIn = async (store: Store, path: StorePath): Promise<Versions> => {
	const versions: Versions = new Map();
	for (const info of (await closureIn(store, [path])).values()) {
		const whole = outputName.exec(info.path.name)?.[1] ?? info.path.name;
		const { name, version } = parseDrvName(whole);
		const known = versions.get(name) ?? new Map<string, number>();
		known.set(version, (known.get(version) ?? 0) + info.narSize);
		versions.set(name, known);
	}
	return versions;
};

const shown = (versions: readonly string[]): ByteString =>
	versions.length === 0
		? toBytes("∅")
		: [...new Set(versions.map((version) => (version === "" ? toBytes("ε") : version)))].sort().join(", ");

const total = (versions: ReadonlyMap<string, number> | undefined): number =>
	[...(versions?.values() ?? [])].reduce((sum, size) => sum + size, 0);

/**
 * Which packages and versions came and went between two closures, line by line; sizes where they changed by 8 KiB or
 * more. Implements `nix store diff-closures`.
 */
export const diffClosures = async (
	store: Store,
	before: StorePath,
	after: StorePath,
	renderSize: (bytes: number) => string,
): Promise<ByteString[]> => {
	const old = await versionsIn(store, before);
	const now = await versionsIn(store, after);
	const lines: ByteString[] = [];
	for (const name of [...new Set([...old.keys(), ...now.keys()])].sort()) {
		const [oldVersions, newVersions] = [old.get(name), now.get(name)];
		const change = total(newVersions) - total(oldVersions);
		const removed = [...(oldVersions?.keys() ?? [])].filter((version) => newVersions?.has(version) !== true);
		const added = [...(newVersions?.keys() ?? [])].filter((version) => oldVersions?.has(version) !== true);
		const items: ByteString[] = [];
		if (removed.length > 0 || added.length > 0) items.push(`${shown(removed)} ${toBytes("→")} ${shown(added)}`);
		if (Math.abs(change) >= 8 * 1024)
			items.push(`${change > 0 ? "\x1b[31;1m" : "\x1b[32;1m"}${renderSize(change)}\x1b[0m`);
		if (items.length > 0) lines.push(`${name}: ${items.join(", ")}`);
	}
	return lines;
};
