import { FetchError } from "./errors";

/** The value of an input's attribute. Numbers are whole and not negative. Strings are byte strings. */
export type Attr = string | number | boolean;

/** An input's attributes, as in `flake.lock`. */
export type Attrs = Readonly<Record<string, Attr>>;

/** The names of the attributes, in the order the reference goes through them. */
export const attrNames = (attrs: Attrs): string[] => Object.keys(attrs).sort((a, b) => (a < b ? -1 : 1));

/** Attributes as compact JSON with sorted keys, as they appear in messages and cache keys. */
export const attrsToJSON = (attrs: Attrs): string =>
	attrNames(attrs).length === 0
		? "null"
		: JSON.stringify(Object.fromEntries(attrNames(attrs).map((name) => [name, attrs[name]])));

const has = (attrs: Attrs, name: string): boolean => Object.hasOwn(attrs, name);

/** A string attribute, or undefined. Throws where it is of another type. */
export const maybeGetStrAttr = (attrs: Attrs, name: string): string | undefined => {
	if (!has(attrs, name)) return undefined;
	const value = attrs[name];
	if (typeof value === "string") return value;
	throw new FetchError("INPUT_ATTR", `input attribute '${name}' is not a string ${attrsToJSON(attrs)}`);
};

/** A whole-number attribute, or undefined. Throws where it is of another type. */
export const maybeGetIntAttr = (attrs: Attrs, name: string): number | undefined => {
	if (!has(attrs, name)) return undefined;
	const value = attrs[name];
	if (typeof value === "number") return value;
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
export const parseCount = (text: string): number | undefined =>
	/^\+?\d+$/.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER ? Number(text) : undefined;
