import { parseDrvName } from "@tsnix/eval/internal";
import { type ByteString, toBytes } from "@tsnix/store";
import { compileCommandRegex } from "./command-regex";
import {
	Attrs,
	EvalBaseError,
	type Evaluator,
	force,
	forceBool,
	forceStringNoContext,
	isDerivation,
	type Lazy,
	wellKnown,
} from "./evaluation";

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
 * and none of others (manual: "nix search").
 *
 * @param path the attribute path of the value: what is below `legacyPackages` is searched as its sets say
 */
export const searchPackages = function* (
	st: Evaluator,
	root: Lazy,
	path: readonly string[],
	patterns: readonly ByteString[],
	excluded: readonly ByteString[],
	say: (text: string) => void,
): Generator<FoundPackage> {
	const searches = patterns.map(searchFor);
	const excludes = excluded.map(searchFor);

	const textOf = (attrs: Attrs, name: string): ByteString | undefined => {
		const i = attrs.shape.index(st.symbols.create(name));
		return i < 0 ? undefined : forceStringNoContext(st, attrs.vals[i], attrs.shape.posAt(i), "");
	};

	const described = (attrs: Attrs): ByteString => {
		const i = attrs.shape.index(st.symbols.create("meta"));
		const meta = i < 0 ? undefined : force(attrs.vals[i], attrs.shape.posAt(i));
		return meta instanceof Attrs ? (textOf(meta, "description") ?? "").replace(/\n/g, " ") : "";
	};

	const found = (attrs: Attrs, attrPath: string): FoundPackage | undefined => {
		const { name, version } = parseDrvName(textOf(attrs, "name") ?? "");
		const description = described(attrs);
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

	const recurses = (value: Lazy, at: readonly string[], first: boolean): boolean => {
		if (first || at.length === 0) return true;
		if ((at[0] === "legacyPackages" || at[0] === "packages") && at.length <= 2) return true;
		if (at[0] !== "legacyPackages" || !(value instanceof Attrs)) return false;
		const i = value.shape.index(wellKnown.recurseForDerivations);
		return i >= 0 && forceBool(st, value.vals[i], value.shape.posAt(i), "");
	};

	const visit = function* (lazy: Lazy, at: readonly string[], first: boolean): Generator<FoundPackage> {
		const attrPath = at.join(".");
		say(`evaluating '${attrPath}'...`);
		const { depth } = st;
		try {
			const value = force(lazy, 0);
			if (value instanceof Attrs && isDerivation(st, value)) {
				const one = found(value, attrPath);
				if (one !== undefined) yield one;
			} else if (recurses(value, at, first)) {
				if (!(value instanceof Attrs)) throw notASet(st, attrPath);
				const { names } = st.symbols;
				for (const i of value.shape.order(st.symbols))
					yield* visit(value.vals[i], [...at, names[value.shape.ids[i]]], false);
			}
		} catch (error) {
			if (!(error instanceof EvalBaseError) || at[0] !== "legacyPackages") throw error;
			st.depth = depth;
		}
	};

	yield* visit(root, path, true);
};

const notASet = (st: Evaluator, attrPath: string): unknown =>
	st.fail(new EvalBaseError("NIX_TYPE", `'${attrPath}' is not an attribute set`), 0);

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
