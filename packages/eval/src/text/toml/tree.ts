import type { ByteString } from "@tsnix/store";
import type { Region } from "./source";

/**
 * How a table came to be, which decides what may still be added to it: written `{ … }`, by a header `[a]`, by a dotted
 * key `a.b = …`, or as the parent in a header `[a.b]`.
 */
export type TableStyle = "inline" | "header" | "dotted" | "implicit";

export interface TOMLTable {
	readonly kind: "table";
	readonly entries: Map<ByteString, TOMLValue>;
	style: TableStyle;
	region: Region;
}

export interface TOMLArray {
	readonly kind: "array";
	readonly items: TOMLValue[];
	/** Whether it was written as `[[a]]`, which can be added to. */
	readonly ofTables: boolean;
	region: Region;
}

export type TOMLDateKind = "offset-datetime" | "local-datetime" | "local-date" | "local-time";

/** A value of a TOML document, and where it was written. */
export type TOMLValue =
	| TOMLTable
	| TOMLArray
	| { readonly kind: "string"; readonly value: ByteString; region: Region }
	/** A number when it is a safe integer, else a bigint within 64 bits. */
	| { readonly kind: "integer"; readonly value: number | bigint; region: Region }
	/** A NaN has a sign too, which is printed. */
	| { readonly kind: "float"; readonly value: number; readonly positiveNaN?: true; region: Region }
	| { readonly kind: "boolean"; readonly value: boolean; region: Region }
	/** `text` is what `builtins.fromTOML` gives for it with the experimental feature `parse-toml-timestamps`. */
	| { readonly kind: TOMLDateKind; readonly text: string; region: Region };

/** Whether a value counts as an array of tables: one that is not empty and holds tables only. */
export const isArrayOfTables = (value: TOMLValue): value is TOMLArray =>
	value.kind === "array" &&
	(value.ofTables || (value.items.length > 0 && value.items.every((item) => item.kind === "table")));
