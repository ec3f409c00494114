import { FetchError } from "./errors";

/**
 * The value of an input's attribute. Numbers are whole, not negative, and below 2^64; those that a JavaScript number does
 * not hold exactly are bigints. Strings are byte strings.
 */
export type Attr = string | number | bigint | boolean;

const fits = (n: bigint): number | bigint => (n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n);

/**
 * Any number as the reference keeps it in an attribute, by a conversion of its machine: fractions are cut off, negative
 * numbers count down from 2^64, and what is too large for 64 bits is 0 (where negative, 2^63).
 */
export const countOf = (n: number | bigint): number | bigint => {
	if (typeof n === "bigint") return fits(BigInt.asUintN(64, n));
	const whole = Math.trunc(n);
	if (whole >= 2 ** 64) return 0;
	if (whole < -(2 ** 63)) return 2n ** 63n;
	return fits(BigInt.asUintN(64, BigInt(whole)));
};

/** An input's attributes, as in `flake.lock`. */
export type Attrs = Readonly<Record<string, Attr>>;

/** The names of the attributes, in the order the reference goes through them. */
export const attrNames = (attrs: Attrs): string[] => Object.keys(attrs).sort((a, b) => (a < b ? -1 : 1));

/** Attributes as compact JSON with sorted keys, as they appear in messages and cache keys. */
export const attrsToJSON = (attrs: Attrs): string =>
	attrNames(attrs).length === 0
		? "null"
		: `{${attrNames(attrs)
				.map((name) => {
					const value = attrs[name] as Attr;
					return `${JSON.stringify(name)}:${typeof value === "bigint" ? value : JSON.stringify(value)}`;
				})
				.join()}}`;

const has = (attrs: Attrs, name: string): boolean => Object.hasOwn(attrs, name);

/** A string attribute, or undefined. Throws where it is of another type. */
export const maybeGetStrAttr = (attrs: Attrs, name: string): string | undefined => {
	if (!has(attrs, name)) return undefined;
	const value = attrs[name];
	if (typeof value === "string") return value;
	throw new FetchError("INPUT_ATTR", `input attribute '${name}' is not a string ${attrsToJSON(attrs)}`);
};

/** A whole-number attribute, or undefined. Throws where it is of another type. */
export const maybeGetIntAttr = (attrs: Attrs, name: string): number | bigint | undefined => {
	if (!has(attrs, name)) return undefined;
	const value = attrs[name];
	if (typeof value === "number" || typeof value === "bigint") return value;
	throw new FetchError("INPUT_ATTR", `input attribute '${name}' is not an integer`);
};

/** A Boolean attribute, or undefined. Throws where it is of another type. */
export const maybeGetBoolAttr = (attrs: Attrs, name: string): boolean | undefined => {
	if (!has(attrs, name)) return undefined;
	const value = attrs[name];
	if (typeof value === "boolean") return value;
	throw new FetchError("INPUT_ATTR", `input attribute '${name}' is not a Boolean`);
};

/** A string attribute. Throws where it is missing or of another type. */
export const getStrAttr = (attrs: Attrs, name: string): string => {
	const value = maybeGetStrAttr(attrs, name);
	if (value === undefined) throw new FetchError("INPUT_ATTR", `input attribute '${name}' is missing`);
	return value;
};

/** Attributes as the parameters of a URL's query. */
export const attrsToQuery = (attrs: Attrs): Map<string, string> =>
	new Map(
		attrNames(attrs).map((name) => {
			const value = attrs[name] as Attr;
			return [name, typeof value === "boolean" ? (value ? "1" : "0") : String(value)];
		}),
	);

/** The same attributes without some. */
export const withoutAttrs = (attrs: Attrs, ...names: string[]): Attrs =>
	Object.fromEntries(Object.entries(attrs).filter(([name]) => !names.includes(name)));

/** A decimal number of a URL's query, as the reference accepts it; undefined for anything else. */
export const parseCount = (text: string): number | bigint | undefined => {
	if (!/^\+?\d+$/.test(text)) return undefined;
	const count = BigInt(text.replace("+", ""));
	return count < 2n ** 64n ? fits(count) : undefined;
};
