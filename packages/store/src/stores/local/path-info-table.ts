import { parseContentAddress } from "../../formats/content-address";
import { Hash, parseHash } from "../../formats/hash";
import { StorePath } from "../../formats/store-path";
import type { PathInfo } from "../store";

/** A hash as the database has it: in base 16, which need not be looked at to be compared. */
export const parseStoredHash = (stored: string): Hash =>
	/^sha256:[0-9a-f]{64}$/.test(stored) ? Hash.ofBase16("sha256", stored.slice(7)) : parseHash(stored);

/** A row of `ValidPaths` without its number and path: all as texts, empty for null. */
export interface StoredInfo {
	readonly hash: string;
	readonly registrationTime: string;
	readonly deriver: string;
	readonly narSize: string;
	readonly ultimate: string;
	readonly sigs: string;
	readonly ca: string;
}

/** What a row says of a path. */
export const infoOf = (
	path: StorePath,
	row: StoredInfo,
	references: readonly StorePath[],
	parse: (path: string) => StorePath,
): PathInfo => ({
	path,
	narHash: parseStoredHash(row.hash),
	narSize: Number(row.narSize),
	references,
	...(row.deriver === "" ? {} : { deriver: parse(row.deriver) }),
	signatures: row.sigs.split(" ").filter((signature) => signature !== ""),
	...(row.ca === "" ? {} : { contentAddress: parseContentAddress(row.ca) }),
	registrationTime: Number(row.registrationTime),
	ultimate: row.ultimate === "1",
});

/** A column that may be null, as text. */
const asText = (column: string): string => `coalesce(${column}, '')`;

const separator = "char(31)";
const columns = ["id", "path", "hash", "registrationTime", "deriver", "narSize", "ultimate", "sigs", "ca"];
const row = columns.map(asText).join(` || ${separator} || `);

/** Reads a text of every row of a table. */
export type ReadLines = (expression: string, table: string) => string[];

/** What the tables say of all paths, by base name. */
export const readAllInfos = (lines: ReadLines, parse: (path: string) => StorePath): Map<string, PathInfo> => {
	const rows = lines(row, "ValidPaths").map((line) => line.split("\x1f"));
	const paths = new Map(rows.map(([id, path]) => [id, parse(path)]));
	const references = new Map<string, StorePath[]>();
	for (const line of lines("referrer || ' ' || reference", "Refs")) {
		const [referrer, reference] = line.split(" ");
		const path = paths.get(reference);
		if (path === undefined) continue;
		const found = references.get(referrer);
		if (found === undefined) references.set(referrer, [path]);
		else found.push(path);
	}
	const infos = new Map<string, PathInfo>();
	for (const [id, , hash, registrationTime, deriver, narSize, ultimate, sigs, ca] of rows) {
		const path = paths.get(id) as StorePath;
		const stored = { hash, registrationTime, deriver, narSize, ultimate, sigs, ca };
		infos.set(path.baseName, infoOf(path, stored, (references.get(id) ?? []).sort(StorePath.compare), parse));
	}
	return infos;
};
