import { type ByteString, fromBytes, toBytes } from "../byte-string";
import { NixError } from "../errors";
import { type Derivation, derivationType, outputPaths } from "../formats/derivation/derivation";
import { hashPlaceholder } from "../formats/derivation/placeholder";
import { hashString } from "../formats/hash";
import { JsonFloat, type JsonValue, printJson } from "../formats/json";
import { renderContentAddress } from "../formats/content-address";
import { isDerivationPath, parseBaseName, type StorePath } from "../formats/store-path";
import type { SyncStore } from "../stores/store";
import { closureOf, requirePathInfo, sortPaths } from "./closure";
import { type DerivationOptions, type JsonObject, structuredAttrsOf } from "./derivation-options";
import { InputRejectedError } from "./errors";
import { rewriteString, type Rewrites } from "./rewriting";

/** The home directory that builders see; it does not exist. */
export const builderHome = "/homeless-shelter";

/** What a derivation's attributes come to: variables, and files in the build's directory. Placeholders are in it. */
export interface DesugaredEnvironment {
	/** With `inBuildDirectory` the value is the name of one of `files`, to be made a path. */
	readonly variables: ReadonlyMap<ByteString, { readonly value: ByteString; readonly inBuildDirectory: boolean }>;
	readonly files: ReadonlyMap<ByteString, ByteString>;
}

/**
 * Turn structured attributes, `passAsFile` and `exportReferencesGraph` into plain variables and files. `inputPaths` is
 * the closure of what the derivation may see. Throws an InputRejectedError for graphs of other paths.
 */
export const desugarEnvironment = (
	store: SyncStore,
	drv: Derivation,
	options: DerivationOptions,
	inputPaths: readonly StorePath[],
): DesugaredEnvironment => {
	const variables = new Map<ByteString, { value: ByteString; inBuildDirectory: boolean }>();
	const files = new Map<ByteString, ByteString>();
	const asFile = (variable: ByteString, name: ByteString, contents: ByteString): void => {
		files.set(name, contents);
		variables.set(variable, { value: name, inBuildDirectory: true });
	};
	const structured = structuredAttrsOf(drv);
	if (structured !== undefined) {
		const attributes = completeAttributes(store, drv, structured, options, inputPaths);
		asFile("NIX_ATTRS_SH_FILE", ".attrs.sh", structuredAttrsShell(attributes));
		asFile("NIX_ATTRS_JSON_FILE", ".attrs.json", toBytes(printJson(attributes)));
		return { variables, files };
	}
	for (const [name, value] of sortedEntries(drv.env)) {
		if (options.passAsFile.has(name)) asFile(`${name}Path`, `.attr-${hashString("sha256", name).nix32()}`, value);
		else variables.set(name, { value, inBuildDirectory: false });
	}
	for (const [name, roots] of sortedEntries(options.exportReferencesGraph))
		files.set(name, validityRegistration(store, exportedPaths(store, roots, inputPaths)));
	return { variables, files };
};

/** What the builder's environment depends on beside the derivation. */
export interface EnvironmentSettings {
	readonly storeDir: string;
	/** The build's directory as the builder sees it. */
	readonly buildDirectory: string;
	/** `NIX_BUILD_CORES`. */
	readonly cores: number;
	/** Where the variables named by `impureEnvVars` come from, for derivations that may see them. */
	readonly impureEnvironment: (name: string) => string | undefined;
}

/**
 * The whole environment that a builder gets, and the files beside it, with placeholders replaced. Section "Builder
 * Execution" of the manual.
 */
export const builderEnvironment = (
	drv: Derivation,
	options: DerivationOptions,
	desugared: DesugaredEnvironment,
	rewrites: Rewrites,
	settings: EnvironmentSettings,
): { env: Map<ByteString, ByteString>; files: Map<ByteString, ByteString> } => {
	const top = settings.buildDirectory;
	const type = derivationType(drv);
	const env = new Map<ByteString, ByteString>([
		["PATH", "/path-not-set"],
		["HOME", builderHome],
		["NIX_STORE", settings.storeDir],
		["NIX_BUILD_CORES", String(settings.cores)],
	]);
	for (const [name, { value, inBuildDirectory }] of desugared.variables)
		env.set(name, inBuildDirectory ? `${top}/${value}` : value);
	for (const name of ["NIX_BUILD_TOP", "TMPDIR", "TEMPDIR", "TMP", "TEMP", "PWD"]) env.set(name, top);
	if (type === "fixed") env.set("NIX_OUTPUT_CHECKED", "1");
	if (!isSandboxed(drv))
		for (const name of options.impureEnvVars) env.set(name, toBytes(settings.impureEnvironment(name) ?? ""));
	env.set("NIX_LOG_FD", "2");
	env.set("TERM", "xterm-256color");
	const rewritten = new Map<ByteString, ByteString>();
	for (const [name, value] of sortedEntries(env)) {
		const text = rewriteString(`${name}=${value}`, rewrites);
		const equals = text.indexOf("=");
		rewritten.set(text.slice(0, equals), text.slice(equals + 1));
	}
	const files = new Map<ByteString, ByteString>();
	for (const [name, contents] of desugared.files) files.set(name, rewriteString(contents, rewrites));
	return { env: rewritten, files };
};

/** May this derivation see nothing but its inputs? Fixed outputs and impure derivations may see the network. */
export const isSandboxed = (drv: Derivation): boolean => {
	const type = derivationType(drv);
	return type !== "fixed" && type !== "impure";
};

const sortedEntries = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
	[...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** Structured attributes with `outputs` and the reference graphs put in. */
const completeAttributes = (
	store: SyncStore,
	drv: Derivation,
	structured: JsonObject,
	options: DerivationOptions,
	inputPaths: readonly StorePath[],
): JsonObject => ({
	...structured,
	outputs: Object.fromEntries([...drv.outputs.keys()].map((name) => [name, hashPlaceholder(name)])),
	...Object.fromEntries(
		[...options.exportReferencesGraph].map(([name, roots]) => [
			name,
			exportedPaths(store, roots, inputPaths).map((path) => describePath(store, path)),
		]),
	),
});

/** One path in the form that `exportReferencesGraph` has with structured attributes; it never changes. */
const describePath = (store: SyncStore, path: StorePath): JsonObject => {
	const info = requirePathInfo(store, path);
	return {
		narHash: info.narHash.toString(),
		narSize: info.narSize,
		references: info.references.map((reference) => reference.toString(store.storeDir)),
		...(info.contentAddress === undefined ? {} : { ca: renderContentAddress(info.contentAddress) }),
		path: path.toString(store.storeDir),
		valid: true,
		closureSize: closureOf(store, [path]).reduce((sum, p) => sum + requirePathInfo(store, p).narSize, 0),
	};
};

/** The older form: path, deriver (left out), number of references and references, each on a line. */
const validityRegistration = (store: SyncStore, paths: readonly StorePath[]): ByteString =>
	paths
		.map((path) => {
			const references = requirePathInfo(store, path).references.map((r) => `${r.toString(store.storeDir)}\n`);
			return `${path.toString(store.storeDir)}\n\n${references.length}\n${references.join("")}`;
		})
		.join("");

/** The closure of the given paths; with derivations among them, of their outputs too. */
const exportedPaths = (
	store: SyncStore,
	roots: Iterable<ByteString>,
	inputPaths: readonly StorePath[],
): StorePath[] => {
	const allowed = new Set(inputPaths.map((path) => path.baseName));
	const paths = [...roots].map((text) => {
		const path = storePathPart(text, store.storeDir);
		if (allowed.has(path.baseName)) return path;
		throw new InputRejectedError(
			`cannot export references of path '${path.toString(store.storeDir)}' because it is not in the input closure of the derivation`,
		);
	});
	const closure = closureOf(store, paths);
	const outputs: StorePath[] = [];
	for (const path of closure.filter(isDerivationPath))
		for (const output of outputPaths(store.readDerivation(path), store.storeDir).values()) {
			if (output === undefined)
				throw new NixError("UNIMPLEMENTED", "exportReferences on CA derivations is not yet implemented");
			outputs.push(output);
		}
	return outputs.length === 0 ? closure : sortPaths([...closure, ...closureOf(store, outputs)]);
};

/** The store path that a path lies in. */
const storePathPart = (text: ByteString, storeDir: string): StorePath => {
	if (!text.startsWith(`${storeDir}/`)) throw new NixError("NOT_IN_STORE", `path '${text}' is not in the Nix store`);
	return parseBaseName(text.slice(storeDir.length + 1).split("/", 1)[0] as string);
};

/** Structured attributes as declarations that bash can source (`.attrs.sh`); what bash cannot hold is left out. */
export const structuredAttrsShell = (attributes: JsonObject): ByteString => {
	let out = "";
	for (const [name, value] of Object.entries(attributes).sort(([a], [b]) => (toBytes(a) < toBytes(b) ? -1 : 1))) {
		if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) continue;
		const simple = shellScalar(value);
		if (simple !== undefined) out += `declare ${name}=${simple}\n`;
		else if (Array.isArray(value)) {
			const items = value.map(shellScalar);
			if (!items.includes(undefined)) out += `declare -a ${name}=(${items.map((item) => `${item} `).join("")})\n`;
		} else if (typeof value === "object" && value !== null && !(value instanceof JsonFloat)) {
			const entries = Object.entries(value as JsonObject)
				.sort(([a], [b]) => (toBytes(a) < toBytes(b) ? -1 : 1))
				.map(([key, item]) => [key, shellScalar(item)] as const);
			if (entries.every(([, item]) => item !== undefined))
				out += `declare -A ${name}=(${entries.map(([key, item]) => `[${shellQuote(key)}]=${item} `).join("")})\n`;
		}
	}
	return toBytes(out);
};

const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const shellScalar = (value: JsonValue): string | undefined => {
	if (typeof value === "string") return shellQuote(value);
	if (value === null) return "''";
	if (typeof value === "boolean") return value ? "1" : "";
	if (typeof value === "bigint") return String(BigInt.asIntN(32, value));
	if (value instanceof JsonFloat) return floatAsInt(value.value);
	if (typeof value !== "number") return undefined;
	if (Number.isInteger(value)) return String(BigInt.asIntN(32, BigInt(value)));
	return Number.isInteger(Math.fround(value)) ? floatAsInt(value) : undefined;
};

/** A float becomes a C int; one that does not fit becomes the smallest, as x86 converts. */
const floatAsInt = (value: number): string =>
	Math.abs(value) < 2 ** 31 ? String(Math.trunc(value)) : String(-(2 ** 31));

/** The text of a byte string, for hosts whose environments hold text. */
export const environmentText = (env: ReadonlyMap<ByteString, ByteString>): Record<string, string> =>
	Object.fromEntries([...env].map(([name, value]) => [fromBytes(name), fromBytes(value)]));
