import { parseDrvName } from "@tsnix/eval/internal";
import { type ByteString, toBytes } from "@tsnix/store";
import { type AttrCursor, showAttrs } from "../flake/attr-cursor";
import { compileCommandRegex } from "./command-regex";
import { EvalBaseError, type Evaluator } from "./evaluation";

/** A package that a search found. Byte strings; matches are places in them: where each begins and ends. */
export interface FoundPackage {
	readonly attrPath: ByteString;
	readonly name: ByteString;
	readonly version: ByteString;
	readonly description: ByteString;
	readonly attrPathMatches: readonly (readonly [number, number])[];
	readonly descriptionMatches: readonly (readonly [number, number])[];
}

type Search = (text: ByteString) => (readonly [number, number])[];

const lower = (text: ByteString): ByteString => text.replace(/[A-Z]/g, (c) => c.toLowerCase());

/** Upper and lower case are the same to it. */
const searchFor = (pattern: ByteString): Search => {
	const regex = compileCommandRegex(lower(pattern));
	return (text) => [...regex.searchAll(lower(text))].map(({ index, length }) => [index, index + length]);
};

/**
 * The packages below a value whose attribute path, name or description every one of some regular expressions matches,
 * and none of others (manual: "nix search"). What is below `legacyPackages` is searched as its sets say.
 */
export const searchPackages = function* (
	st: Evaluator,
	root: AttrCursor,
	patterns: readonly ByteString[],
	excluded: readonly ByteString[],
	say: (text: string) => void,
): Generator<FoundPackage> {
	const searches = patterns.map(searchFor);
	const excludes = excluded.map(searchFor);

	const found = (cursor: AttrCursor, attrPath: string): FoundPackage | undefined => {
		const { name, version } = parseDrvName(cursor.get("name").string());
		const description = (cursor.find("meta")?.find("description")?.string() ?? "").replace(/\n/g, " ");
		if (excludes.some((search) => [attrPath, name, description].some((text) => search(text).length > 0))) return;
		const attrPathMatches: (readonly [number, number])[] = [];
		const descriptionMatches: (readonly [number, number])[] = [];
		for (const search of searches) {
			const [inPath, inDescription] = [search(attrPath), search(description)];
			if (inPath.length + inDescription.length + search(name).length === 0) return undefined;
			attrPathMatches.push(...inPath);
			descriptionMatches.push(...inDescription);
		}
		return { attrPath, name, version, description, attrPathMatches, descriptionMatches };
	};

	const recurses = (cursor: AttrCursor, first: boolean): boolean => {
		const { path } = cursor;
		if (first || path.length === 0) return true;
		if ((path[0] === "legacyPackages" || path[0] === "packages") && path.length <= 2) return true;
		return path[0] === "legacyPackages" && cursor.find("recurseForDerivations")?.bool() === true;
	};

	const visit = function* (cursor: AttrCursor, first: boolean): Generator<FoundPackage> {
		const attrPath = showAttrs(cursor.path);
		say(`evaluating '${attrPath}'...`);
		const { depth } = st;
		try {
			if (cursor.isDerivation()) {
				const one = found(cursor, attrPath);
				if (one !== undefined) yield one;
			} else if (recurses(cursor, first)) {
				for (const name of cursor.names()) yield* visit(cursor.get(name), false);
			}
		} catch (error) {
			if (!(error instanceof EvalBaseError) || cursor.path[0] !== "legacyPackages") throw error;
			st.depth = depth;
		}
	};

	yield* visit(root, true);
};

/** A text with what was found in it between two others; places that touch are one. */
export const highlight = (
	text: ByteString,
	matches: readonly (readonly [number, number])[],
	before: ByteString,
	after: ByteString,
): ByteString => {
	const sorted = [...matches].sort(([a], [b]) => a - b);
	let out = "";
	let last = 0;
	for (let i = 0; i < sorted.length; ) {
		const [start, firstEnd] = sorted[i++];
		let end = firstEnd;
		for (; i < sorted.length && sorted[i][0] <= end; i++) end = Math.max(end, sorted[i][1]);
		out += text.slice(last, start) + toBytes(before) + text.slice(start, end) + toBytes(after);
		last = end;
	}
	return out + text.slice(last);
};
