import { type ByteString, toBytes } from "../byte-string";
import { FormatError, NixError, traced } from "../errors";
import { type Derivation, structuredAttrsVariable } from "../formats/derivation/derivation";
import { parseStructuredAttrs } from "../formats/derivation/structured-attrs";
import { JsonFloat, type JsonValue, printJson } from "../formats/json";
import type { StorePath } from "../formats/store-path";

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** What one output, or each of them, may refer to and how large it may be. */
export interface OutputChecks {
	/** The path itself does not count in `allowedRequisites` and `disallowedRequisites`. */
	readonly ignoreSelfReferences: boolean;
	/** Bytes of the NAR. */
	readonly maxSize?: number;
	readonly maxClosureSize?: number;
	/** Store paths, placeholders or output names; undefined means unrestricted, empty means none. */
	readonly allowedReferences?: ReadonlySet<ByteString>;
	readonly allowedRequisites?: ReadonlySet<ByteString>;
	readonly disallowedReferences: ReadonlySet<ByteString>;
	readonly disallowedRequisites: ReadonlySet<ByteString>;
}

/**
 * The attributes by which a derivation steers how it is built: "Advanced attributes" in the manual. References are
 * kept as they are written, store paths or output names.
 */
export interface DerivationOptions {
	/** The same for all outputs, or (structured attributes) by output. */
	readonly outputChecks: OutputChecks | ReadonlyMap<string, OutputChecks>;
	/** Outputs whose references are not looked for. */
	readonly unsafeDiscardReferences: ReadonlyMap<string, boolean>;
	readonly passAsFile: ReadonlySet<string>;
	/** File name or attribute, and the store paths whose closure it describes. */
	readonly exportReferencesGraph: ReadonlyMap<string, ReadonlySet<ByteString>>;
	readonly noChroot: boolean;
	readonly impureHostDeps: ReadonlySet<string>;
	readonly impureEnvVars: ReadonlySet<string>;
	readonly requiredSystemFeatures: ReadonlySet<string>;
	readonly preferLocalBuild: boolean;
	readonly allowSubstitutes: boolean;
}

/** Words of a string, as the reference splits lists in environment variables. */
export const tokenize = (text: ByteString): ByteString[] => text.split(/[ \t\n\r]+/).filter((word) => word !== "");

const sortedSet = (items: Iterable<ByteString>): Set<ByteString> => new Set([...items].sort());

const isObject = (value: JsonValue): value is JsonObject =>
	typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof JsonFloat);

const typeName = (value: JsonValue): string => {
	if (value === null) return "null";
	if (Array.isArray(value)) return "array";
	if (isObject(value)) return "object";
	return typeof value === "string" || typeof value === "boolean" ? typeof value : "number";
};

const expected = (type: string, value: JsonValue): never => {
	throw new FormatError(
		"JSON_TYPE",
		toBytes(`Expected JSON value to be of type '${type}' but it is of type '${typeName(value)}': ${printJson(value)}`),
	);
};
const getString = (value: JsonValue): ByteString =>
	typeof value === "string" ? toBytes(value) : expected("string", value);
const getBoolean = (value: JsonValue): boolean => (typeof value === "boolean" ? value : expected("boolean", value));
const getObject = (value: JsonValue): JsonObject => (isObject(value) ? value : expected("object", value));
const getStrings = (value: JsonValue): ByteString[] =>
	Array.isArray(value) ? value.map(getString) : expected("array", value);
const getUnsigned = (value: JsonValue): number => {
	if (typeof value === "number" || typeof value === "bigint") return Math.trunc(Number(value));
	if (value instanceof JsonFloat) return value.value;
	throw new JsonTypeError(`[json.exception.type_error.302] type must be number, but is ${typeName(value)}`);
};

/** What the reference's JSON library throws: the error does not say where. */
class JsonTypeError extends FormatError {
	constructor(message: string) {
		super("JSON_TYPE", message);
	}
}

/** How options are read. */
export interface ReadOptions {
	/** With it, what is to be a store path has to be one. */
	readonly storeDir?: string;
	/** Told of attributes that have no effect. */
	readonly warn?: (message: ByteString) => void;
}

/** As {@link derivationOptions}; what is wrong is said to be in this derivation. */
export const readDerivationOptions = (
	drvPath: StorePath,
	drv: Derivation,
	storeDir: string,
	warn: ReadOptions["warn"],
) => {
	try {
		return derivationOptions(drv, { storeDir, ...(warn === undefined ? {} : { warn }) });
	} catch (error) {
		if (error instanceof JsonTypeError) throw error;
		return traced(`while parsing derivation '${drvPath.toString(storeDir)}'`, () => {
			throw error;
		});
	}
};

/** Attributes that structured attributes have no use for. */
const withoutEffect = [
	...["allowedReferences", "allowedRequisites", "disallowedRequisites", "disallowedReferences"],
	...["maxSize", "maxClosureSize"],
];

const within = <T>(attribute: string, work: () => T): T => traced(`while parsing attribute ${attribute}`, work);

/** The structured attributes of a derivation as data. Throws a FormatError if they are not a JSON object. */
export const structuredAttrsOf = (drv: Derivation): JsonObject | undefined => {
	if (drv.structuredAttrs === undefined) return undefined;
	const value = parseStructuredAttrs(drv.structuredAttrs);
	if (isObject(value)) return value;
	throw new FormatError(
		"BAD_DERIVATION",
		`cannot process ${structuredAttrsVariable} attribute: it is no JSON object but of type ${typeName(value)}`,
	);
};

/**
 * The options of a derivation, from its environment or its structured attributes (`__json`).
 * Throws a FormatError for attributes of the wrong type.
 */
export const derivationOptions = (drv: Derivation, { storeDir, warn }: ReadOptions = {}): DerivationOptions => {
	const { env } = drv;
	const structuredAttrs = structuredAttrsOf(drv);
	if (structuredAttrs !== undefined && warn !== undefined) {
		for (const name of withoutEffect)
			if (structuredAttrs[name] !== undefined)
				warn(`'structuredAttrs' disables the effect of the top-level attribute '${name}'; use 'outputChecks' instead`);
		if (env.has("passAsFile"))
			warn(
				"'structuredAttrs' disables the effect of the top-level attribute 'passAsFile'; because all JSON is always passed via file",
			);
		const graph = structuredAttrs["exportReferencesGraph"];
		if (graph !== undefined && !isObject(graph))
			warn("'exportReferencesGraph' in structured attrs is not a JSON object, ignoring");
	}
	const flag = (name: string, fallback: boolean): boolean => {
		if (structuredAttrs === undefined) return env.has(name) ? env.get(name) === "1" : fallback;
		const value = structuredAttrs[name];
		return value === undefined ? fallback : within(`"${name}"`, () => getBoolean(value));
	};
	const list = (name: string): Set<ByteString> | undefined => {
		if (structuredAttrs === undefined) {
			const text = env.get(name);
			return text === undefined ? undefined : sortedSet(tokenize(text));
		}
		const value = structuredAttrs[name];
		return value === undefined ? undefined : within(`"${name}"`, () => sortedSet(getStrings(value)));
	};
	const graph = (): Map<string, Set<ByteString>> => {
		const found =
			structuredAttrs === undefined
				? legacyGraph(env.get("exportReferencesGraph") ?? "")
				: structuredGraph(structuredAttrs["exportReferencesGraph"]);
		if (storeDir !== undefined)
			for (const path of [...found.values()].flatMap((paths) => [...paths]))
				if (!path.startsWith(`${storeDir}/`) && !placeholder.test(path))
					throw new NixError("NOT_IN_STORE", `path '${path}' is not in the Nix store`);
		return found;
	};
	return {
		outputChecks:
			structuredAttrs === undefined
				? checksOf(true, (name) => list(name))
				: checksByOutput(structuredAttrs["outputChecks"]),
		unsafeDiscardReferences: within("'unsafeDiscardReferences'", () => {
			const outputs = Object.entries(getObject(structuredAttrs?.["unsafeDiscardReferences"] ?? {}));
			return new Map(outputs.map(([output, value]) => [output, getBoolean(value)]));
		}),
		passAsFile: structuredAttrs === undefined ? sortedSet(tokenize(env.get("passAsFile") ?? "")) : new Set(),
		exportReferencesGraph: graph(),
		noChroot: flag("__noChroot", false),
		impureHostDeps: list("__impureHostDeps") ?? new Set(),
		impureEnvVars: list("impureEnvVars") ?? new Set(),
		requiredSystemFeatures: list("requiredSystemFeatures") ?? new Set(),
		preferLocalBuild: flag("preferLocalBuild", false),
		allowSubstitutes: flag("allowSubstitutes", true),
	};
};

/** Of an output of another derivation that is not known yet. */
const placeholder = /^\/[0-9a-z]{52}$/;

const checksOf = (
	ignoreSelfReferences: boolean,
	list: (name: string) => Set<ByteString> | undefined,
	sizes: { maxSize?: number; maxClosureSize?: number } = {},
): OutputChecks => {
	const allowedReferences = list("allowedReferences");
	const allowedRequisites = list("allowedRequisites");
	return {
		ignoreSelfReferences,
		...sizes,
		...(allowedReferences === undefined ? {} : { allowedReferences }),
		...(allowedRequisites === undefined ? {} : { allowedRequisites }),
		disallowedReferences: list("disallowedReferences") ?? new Set(),
		disallowedRequisites: list("disallowedRequisites") ?? new Set(),
	};
};

const checksByOutput = (value: JsonValue | undefined): Map<string, OutputChecks> => {
	const out = new Map<string, OutputChecks>();
	if (value === undefined) return out;
	for (const [output, checks] of Object.entries(getObject(value))) {
		const given = getObject(checks);
		const sizes: { maxSize?: number; maxClosureSize?: number } = {};
		for (const name of ["maxSize", "maxClosureSize"] as const) {
			const size = given[name];
			if (size !== undefined) sizes[name] = getUnsigned(size);
		}
		const list = (name: string): Set<ByteString> | undefined => {
			const item = given[name];
			if (item === undefined) return undefined;
			return within(`'outputChecks."${output}".${name}'`, () => sortedSet(getStrings(item)));
		};
		out.set(output, checksOf(false, list, sizes));
	}
	return out;
};

const legacyGraph = (text: ByteString): Map<string, Set<ByteString>> => {
	const words = tokenize(text);
	if (words.length % 2 !== 0)
		throw new NixError("DERIVATION_OPTIONS", `odd number of tokens in 'exportReferencesGraph': '${text}'`);
	const graph = new Map<string, Set<ByteString>>();
	for (let i = 0; i < words.length; i += 2) {
		const name = words[i] as string;
		if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name))
			throw new NixError("DERIVATION_OPTIONS", `invalid file name '${name}' in 'exportReferencesGraph'`);
		graph.set(name, new Set([words[i + 1] as string]));
	}
	return graph;
};

const structuredGraph = (value: JsonValue | undefined): Map<string, Set<ByteString>> => {
	const graph = new Map<string, Set<ByteString>>();
	if (value === undefined || !isObject(value)) return graph;
	const flatten = (item: JsonValue): ByteString[] => {
		if (typeof item === "string") return [item];
		if (Array.isArray(item)) return item.flatMap(flatten);
		throw new NixError("DERIVATION_OPTIONS", "'exportReferencesGraph' value is not an array or a string");
	};
	for (const [name, item] of Object.entries(value)) graph.set(name, sortedSet(flatten(item)));
	return graph;
};
