import { type Attrs, countOf, type FetchSettings, type Input, inputFromAttrs, withoutAttrs } from "@tsnix/fetchers";
import { fromBytes, type JsonValue, NixError, printJson, toBytes } from "@tsnix/store";
import { kindOf } from "../flake/decode-problem";
import { FlakeError } from "../flake/errors";
import { type Json, parseJsonTree } from "../flake/json-tree";
import { emptyRegistry, type Registry, type RegistryEntry, type RegistryType } from "./registry";

export interface ParseRegistryOptions {
	/** The file's name in messages. */
	readonly name?: string;
	readonly settings?: FetchSettings;
}

/** What the reference's reader of JSON finds wrong. */
const wrong = (number: number, what: string): FlakeError =>
	new FlakeError("BAD_REGISTRY", `[json.exception.type_error.${number}] ${what}`);

/** The elements that the reference goes through: of a list, of a set, or the value itself. */
const elementsOf = (json: Json): (readonly [name: string, value: Json])[] => {
	if (json === null) return [];
	return typeof json === "object" ? Object.entries(json) : [["", json]];
};

/** A field of an object; null where it is not there. */
const field = (json: Json, name: string): Json => {
	if (json === null) return null;
	if (typeof json !== "object" || Array.isArray(json))
		throw wrong(305, `cannot use operator[] with a string argument with ${kindOf(json)}`);
	return Object.hasOwn(json, name) ? (json as { readonly [name: string]: Json })[name] : null;
};

const attrsOf = (json: Json): Attrs =>
	Object.fromEntries(
		elementsOf(json).map(([name, value]) => {
			if (typeof value === "number" || typeof value === "bigint") return [name, countOf(value)];
			if (typeof value === "string" || typeof value === "boolean") return [name, value];
			throw new FlakeError("BAD_REGISTRY_ENTRY", "unsupported input attribute type in lock file");
		}),
	);

const entryOf = (json: Json, options: ParseRegistryOptions): RegistryEntry => {
	const input = (attrs: Attrs): Input => inputFromAttrs(attrs, { settings: options.settings });
	const to = attrsOf(field(json, "to"));
	const from = input(attrsOf(field(json, "from")));
	const given = (json as { readonly exact?: Json } | null)?.exact;
	const target = input(withoutAttrs(to, "dir"));
	if (given !== undefined && typeof given !== "boolean")
		throw wrong(302, `type must be boolean, but is ${kindOf(given)}`);
	return { from, to: target, extra: to.dir === undefined ? {} : { dir: to.dir }, exact: given ?? false };
};

const versionOf = (json: Json): Json => {
	if (typeof json !== "object" || json === null || Array.isArray(json))
		throw wrong(306, `cannot use value() with ${kindOf(json)}`);
	if (!Object.hasOwn(json, "version")) return 0;
	const { version } = json as { readonly version: Json };
	if (typeof version === "boolean") return Number(version);
	if (typeof version !== "number" && typeof version !== "bigint")
		throw wrong(302, `type must be number, but is ${kindOf(version)}`);
	return typeof version === "number" ? Math.trunc(version) : version;
};

/** Takes the entries of a registry file one by one; throws where one is none. */
const takeEntries = (text: string, options: ParseRegistryOptions, take: (entry: RegistryEntry) => void): void => {
	const json = parseJsonTree(text);
	const version = versionOf(json);
	if (version !== 2)
		throw new FlakeError(
			"REGISTRY_VERSION",
			`flake registry '${options.name ?? "registry.json"}' has unsupported version ${String(version)}`,
		);
	for (const [, entry] of elementsOf(field(json, "flakes"))) take(entryOf(entry, options));
};

/**
 * Read the text of a registry file (`registry.json`, version 2), a byte string.
 *
 * @throws {FlakeError} and errors of the fetchers where it is none
 */
export const parseRegistry = (text: string, type: RegistryType, options: ParseRegistryOptions = {}): Registry => {
	const entries: RegistryEntry[] = [];
	takeEntries(text, options, (entry) => entries.push(entry));
	return { type, entries };
};

/**
 * The same, but where a file cannot be read that is a warning, as the reference has it, and the entries before that place
 * count.
 */
export const readRegistry = (
	text: string | undefined,
	type: RegistryType,
	options: ParseRegistryOptions & { readonly warn?: (message: string) => void } = {},
): Registry => {
	if (text === undefined) return emptyRegistry(type);
	const entries: RegistryEntry[] = [];
	try {
		takeEntries(text, options, (entry) => entries.push(entry));
	} catch (error) {
		if (!(error instanceof NixError)) throw error;
		const isJson = ["JSON_INVALID", "JSON_INTEGER_RANGE", "BAD_REGISTRY"].includes(error.code);
		const what = `cannot ${isJson ? "parse" : "read"} flake registry '${options.name ?? "registry.json"}'`;
		options.warn?.(`${what}: ${isJson ? "" : "error: "}${error.message}`);
	}
	return { type, entries };
};

const text = (attrs: Attrs): Record<string, JsonValue> =>
	Object.fromEntries(
		Object.entries(attrs).map(([name, value]) => [
			fromBytes(name),
			typeof value === "string" ? fromBytes(value) : value,
		]),
	);

/** A registry file's contents, as the reference writes them. A byte string. */
export const writeRegistry = (registry: Registry): string => {
	const flakes = registry.entries.map(({ from, to, extra, exact }) => ({
		from: text(from.attrs),
		to: { ...text(to.attrs), ...text(extra) },
		...(exact ? { exact: true } : {}),
	}));
	return toBytes(printJson({ version: 2, flakes: flakes.length === 0 ? null : flakes }, 2));
};
