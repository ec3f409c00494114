import { type Attrs, type FetchSettings, type Input, inputFromAttrs, withoutAttrs } from "@tsnix/fetchers";
import { fromBytes, type JsonValue, NixError, printJson, toBytes } from "@tsnix/store";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { firstProblem } from "../flake/decode-problem";
import { FlakeError } from "../flake/errors";
import { type Json, parseJsonTree } from "../flake/json-tree";
import { emptyRegistry, type Registry, type RegistryEntry, type RegistryType } from "./registry";

const InputAttrs = t.record(t.string, t.union([t.string, t.number, t.boolean]));
const Entry = t.intersection([t.type({ from: InputAttrs, to: InputAttrs }), t.partial({ exact: t.boolean })]);
const File = t.type({ version: t.literal(2), flakes: t.union([t.array(Entry), t.null]) });

export interface ParseRegistryOptions {
	/** The file's name in messages. */
	readonly name?: string;
	readonly settings?: FetchSettings;
}

const entryOf = (json: t.TypeOf<typeof Entry>, options: ParseRegistryOptions): RegistryEntry => {
	const input = (attrs: Attrs): Input => inputFromAttrs(attrs, { settings: options.settings });
	return {
		from: input(json.from),
		to: input(withoutAttrs(json.to, "dir")),
		extra: json.to.dir === undefined ? {} : { dir: json.to.dir },
		exact: json.exact ?? false,
	};
};

const versionOf = (json: Json): unknown =>
	typeof json === "object" && json !== null && Object.hasOwn(json, "version")
		? (json as { readonly version: Json }).version
		: 0;

/**
 * Read the text of a registry file (`registry.json`, version 2), a byte string.
 *
 * @throws {FlakeError} and errors of the fetchers where it is none
 */
export const parseRegistry = (text: string, type: RegistryType, options: ParseRegistryOptions = {}): Registry => {
	const json = parseJsonTree(text);
	const version = versionOf(json);
	if (version !== 2)
		throw new FlakeError(
			"REGISTRY_VERSION",
			`flake registry '${options.name ?? "registry.json"}' has unsupported version ${String(version)}`,
		);
	const decoded = File.decode(json);
	if (isLeft(decoded)) {
		const { place, found } = firstProblem(decoded.left);
		throw new FlakeError("BAD_REGISTRY", `unexpected ${found} at '${place}'`);
	}
	return { type, entries: (decoded.right.flakes ?? []).map((entry) => entryOf(entry, options)) };
};

/** The same, but a file that cannot be read is an empty registry and a warning, as the reference has it. */
export const readRegistry = (
	text: string | undefined,
	type: RegistryType,
	options: ParseRegistryOptions & { readonly warn?: (message: string) => void } = {},
): Registry => {
	if (text === undefined) return emptyRegistry(type);
	try {
		return parseRegistry(text, type, options);
	} catch (error) {
		if (!(error instanceof NixError)) throw error;
		const isJson = ["JSON_INVALID", "JSON_INTEGER_RANGE", "BAD_REGISTRY"].includes(error.code);
		const what = `cannot ${isJson ? "parse" : "read"} flake registry '${options.name ?? "registry.json"}'`;
		options.warn?.(`${what}: ${isJson ? "" : "error: "}${error.message}`);
		return emptyRegistry(type);
	}
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
