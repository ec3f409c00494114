import {
	type FetchSettings,
	inputLastModified,
	inputRev,
	inputRevCount,
	isLocked,
	maybeGetStrAttr,
} from "@tsnix/fetchers";
import { fromBytes, type JsonValue, toBytes } from "@tsnix/store";
import { flakeFingerprint } from "./fingerprint";
import { printInputPath } from "./input-path";
import type { LockedFlake } from "./lock";
import { flakeRefToJson, lockFileData } from "./lock-file";
import { type LockGraph, nodeOf } from "./lock-graph";
import { flakeRefToAttrs, flakeRefToString } from "./ref";
import { formatTime } from "./time";

/** What is known of a flake without evaluating it (`nix flake metadata`). Strings are byte strings. */
export interface FlakeMetadata {
	readonly locked: LockedFlake;
	readonly description?: string;
	readonly originalUrl: string;
	readonly resolvedUrl: string;
	/** After fetching, whether or not that locks it. */
	readonly url: string;
	readonly isLocked: boolean;
	readonly revision?: string;
	readonly dirtyRevision?: string;
	readonly revCount?: number;
	/** Seconds since 1970. */
	readonly lastModified?: number;
	/** The store path of the flake's tree. */
	readonly path: string;
	readonly fingerprint?: string;
}

/** Gather what is known of a locked flake. `storeDir` is the store's folder, `/nix/store`. */
export const flakeMetadata = (
	locked: LockedFlake,
	storeDir = "/nix/store",
	settings?: FetchSettings,
): FlakeMetadata => {
	const { flake } = locked;
	const { input } = flake.lockedRef;
	const optional = {
		description: flake.description,
		revision: inputRev(input)?.base16(),
		dirtyRevision: maybeGetStrAttr(flakeRefToAttrs(flake.lockedRef), "dirtyRev"),
		revCount: inputRevCount(input),
		lastModified: inputLastModified(input),
		fingerprint: flakeFingerprint(locked, settings),
	};
	const end = flake.path.indexOf("/", storeDir.length + 1);
	return {
		locked,
		originalUrl: flakeRefToString(flake.originalRef),
		resolvedUrl: flakeRefToString(flake.resolvedRef),
		url: flakeRefToString(flake.lockedRef),
		isLocked: isLocked(input, settings),
		path: end < 0 ? flake.path : flake.path.slice(0, end),
		...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
	};
};

/** What `nix flake metadata --json` prints, for `printJson`. */
export const metadataJson = (metadata: FlakeMetadata): JsonValue => {
	const { locked, isLocked: _, ...known } = metadata;
	const { flake, lock } = locked;
	const plain = Object.entries(known).map(([name, value]) => [
		name,
		typeof value === "string" ? fromBytes(value) : value,
	]);
	return {
		...(Object.fromEntries(plain) as Record<string, JsonValue>),
		original: flakeRefToJson(flake.originalRef),
		resolved: flakeRefToJson(flake.resolvedRef),
		locked: flakeRefToJson(flake.lockedRef),
		locks: lockFileData(lock).json,
	};
};

/** The branches of trees that commands print, as bytes. */
export const treeLines = {
	middle: toBytes("├───"),
	last: toBytes("└───"),
	through: toBytes("│   "),
	none: "    ",
} as const;

export interface MetadataTextOptions {
	/** With escape sequences for a terminal. */
	readonly color?: boolean;
	/** Seconds to add to UTC for the time of the flake itself, at that time. */
	readonly zoneOffset?: (seconds: number) => number;
}

const inputLines = (graph: LockGraph, bold: (text: string) => string): string[] => {
	const lines: string[] = [];
	const visited = new Set([graph.root]);
	const visit = (key: string, prefix: string): void => {
		const { inputs } = nodeOf(graph, key);
		let left = inputs.size;
		for (const [name, edge] of inputs) {
			const last = --left === 0;
			const start = prefix + (last ? treeLines.last : treeLines.middle) + bold(name);
			if (edge.kind === "follows") {
				lines.push(`${start} follows input '${printInputPath(edge.path)}'`);
				continue;
			}
			const locked = nodeOf(graph, edge.key).input?.locked;
			if (locked === undefined) continue;
			const time = inputLastModified(locked.input);
			lines.push(`${start}: ${flakeRefToString(locked)}${time === undefined ? "" : ` (${formatTime(time)})`}`);
			if (visited.has(edge.key)) continue;
			visited.add(edge.key);
			visit(edge.key, prefix + (last ? treeLines.none : treeLines.through));
		}
	};
	visit(graph.root, "");
	return lines;
};

/** What `nix flake metadata` prints: lines, each ended. A byte string. */
export const metadataText = (metadata: FlakeMetadata, options: MetadataTextOptions = {}): string => {
	const bold = (text: string): string => (options.color === true ? `\x1b[1m${text}\x1b[0m` : text);
	const lines: string[] = [];
	const line = (label: string, value: string | number | undefined): void => {
		if (value !== undefined) lines.push(`${bold(`${label}:`)}${" ".repeat(14 - label.length)}${value}`);
	};
	const { lastModified } = metadata;
	line("Resolved URL", metadata.resolvedUrl);
	if (metadata.isLocked) line("Locked URL", metadata.url);
	line("Description", metadata.description);
	line("Path", metadata.path);
	line("Revision", metadata.revision);
	line("Revision", metadata.dirtyRevision);
	line("Revisions", metadata.revCount);
	if (lastModified !== undefined)
		line("Last modified", formatTime(lastModified, options.zoneOffset?.(lastModified) ?? 0));
	line("Fingerprint", metadata.fingerprint);
	const { lock } = metadata.locked;
	if (nodeOf(lock, lock.root).inputs.size > 0) lines.push(bold("Inputs:"), ...inputLines(lock, bold));
	return lines.map((text) => `${text}\n`).join("");
};
