import type { ByteString } from "@tsnix/store";
import { TOMLDiagnostic } from "./diagnostic";
import type { Region } from "./source";
import { isArrayOfTables, type TOMLTable, type TOMLValue } from "./tree";

/** What adds a value: a header `[a.b]`, a header `[[a.b]]`, or `a.b = …`. */
export type Insertion = "table" | "array-of-tables" | "value";

const conflict = (problem: string, key: Region, keyNote: string, found: Region, foundNote: string): TOMLDiagnostic =>
	new TOMLDiagnostic(`toml::insert_value:${problem}`, [
		{ region: key, note: keyNote },
		{ region: found, note: foundNote },
	]);

/** The table that a key on the way, with more to follow, leads to; it is made when there is none. */
const descend = (how: Insertion, table: TOMLTable, key: ByteString, keyRegion: Region): TOMLTable => {
	const found = table.entries.get(key);
	if (found === undefined) {
		const made: TOMLTable = {
			kind: "table",
			entries: new Map(),
			style: how === "value" ? "dotted" : "implicit",
			region: keyRegion,
		};
		table.entries.set(key, made);
		return made;
	}
	if (found.kind === "table") {
		if (found.style === "inline")
			throw conflict(
				" failed to insert a value: inline table is immutable",
				keyRegion,
				"inserting this",
				found.region,
				"to this table",
			);
		if (how === "value" && found.style !== "dotted")
			throw conflict(
				" reopening a table using dotted keys",
				keyRegion,
				"dotted key cannot reopen a table",
				found.region,
				"this table is already closed",
			);
		return found;
	}
	if (!isArrayOfTables(found))
		throw conflict(
			" failed to insert a value, value already exists",
			keyRegion,
			"while inserting this",
			found.region,
			"non-table value already exists",
		);
	if (!found.ofTables)
		throw conflict(
			"inline array of tables are immutable",
			keyRegion,
			"inserting this",
			found.region,
			"inline array of tables",
		);
	if (how === "value")
		throw conflict(
			"dotted key cannot reopen an array-of-tables",
			keyRegion,
			"inserting this",
			found.region,
			"to this array-of-tables.",
		);
	return found.items[found.items.length - 1] as TOMLTable;
};

/**
 * Adds `value` to a table under a dotted key, by the rules of TOML: every table is defined once, inline tables and
 * arrays are closed. Gives the table that what follows a header goes into (for a value, the value).
 *
 * @throws {TOMLDiagnostic} when the key is taken, or leads through something closed
 */
export const insertValue = <T extends TOMLValue>(
	how: Insertion,
	root: TOMLTable,
	keys: readonly ByteString[],
	keyRegion: Region,
	value: T,
): T => {
	const table = keys.slice(0, -1).reduce((at, key) => descend(how, at, key, keyRegion), root);
	const key = keys[keys.length - 1];
	const found = table.entries.get(key);
	if (how === "array-of-tables") {
		if (found === undefined) {
			table.entries.set(key, { kind: "array", items: [value], ofTables: true, region: keyRegion });
			return value;
		}
		if (!isArrayOfTables(found))
			throw conflict(
				" failed to insert an array of tables, value already exists",
				keyRegion,
				"while inserting this",
				found.region,
				"non-table value already exists",
			);
		if (!found.ofTables)
			throw conflict(
				" failed to insert a table, inline array of tables is immutable",
				keyRegion,
				"while inserting this",
				found.region,
				"this is inline array-of-tables",
			);
		found.items.push(value);
		return value;
	}
	if (found === undefined) {
		table.entries.set(key, value);
		return value;
	}
	if (how === "value")
		throw conflict(
			" failed to insert a value, value already exists",
			keyRegion,
			"inserting this",
			found.region,
			"but value already exists",
		);
	if (found.kind !== "table" || found.style !== "implicit")
		throw conflict(
			" failed to insert a table, table already defined",
			keyRegion,
			"inserting this",
			found.region,
			"this table is explicitly defined",
		);
	// A header `[a.b]` made it as a parent; now it is defined itself.
	found.style = "header";
	found.region = value.region;
	return found as TOMLValue as T;
};
