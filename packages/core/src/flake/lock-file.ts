import {
	type Attrs,
	attrsToJSON,
	countOf,
	type FetchSettings,
	inputNarHash,
	isConsideredLocked,
	isFinal,
	isLocked,
	isRelative,
	withAttr,
	withoutAttrs,
} from "@tsnix/fetchers";
import { fromBytes, type JsonValue, NixError, printJson, toBytes } from "@tsnix/store";
import { kindOf } from "./decode-problem";
import { LockFileError, LockFileTypeError } from "./errors";
import { JSONParseError } from "./evaluation";
import { type Json, parseJsonTree } from "./json-tree";
import { decodeLockFile, type LockFileJson, type LockNodeJson, wrongType } from "./lock-file-codec";
import { byName, type LockEdge, type LockedInput, type LockGraph, type LockNode, nodeOf } from "./lock-graph";
import { type FlakeRef, flakeRefFromAttrs, flakeRefToAttrs, flakeRefToString } from "./ref";

export interface ParseLockFileOptions {
	/** The file's name in messages. */
	readonly name?: string;
	readonly settings?: FetchSettings;
	readonly warn?: (message: string) => void;
}

/** More nested inputs than any real lock file has; deeper ones are refused. */
export const maxInputDepth = 500;

const countedAttrs = (attrs: Attrs): Attrs =>
	Object.fromEntries(
		Object.entries(attrs).map(([name, value]) => [
			name,
			typeof value === "number" || typeof value === "bigint" ? countOf(value) : value,
		]),
	);

const refOf = (
	node: LockNodeJson,
	field: "locked" | "original",
	place: string,
	options: ParseLockFileOptions,
): FlakeRef => {
	const attrs = node[field];
	if (attrs === undefined) throw new LockFileError("BAD_LOCK_FILE", `attribute '${field}' missing in lock file`, place);
	const info = field === "locked" ? node.info : undefined;
	return flakeRefFromAttrs(countedAttrs({ ...attrs, ...info }), options);
};

const lockedInput = (node: LockNodeJson, place: string, options: ParseLockFileOptions): LockedInput => {
	const locked = refOf(node, "locked", place, options);
	const original = refOf(node, "original", place, options);
	if (!isLocked(locked.input, options.settings) && !isRelative(locked.input)) {
		if (inputNarHash(locked.input) === undefined)
			throw new LockFileError(
				"UNLOCKED_INPUT",
				`Lock file contains unlocked input '${attrsToJSON(locked.input.attrs)}'. ` +
					"Use '--allow-dirty-locks' to accept this lock file.",
				place,
			);
		options.warn?.(
			`Lock file entry '${flakeRefToString(locked)}' is unlocked (e.g. lacks a Git revision) but is checked by NAR hash. ` +
				"This is not reproducible and will break after garbage collection or when shared.",
		);
	}
	return {
		// Whatever a lock file holds is final.
		locked: { ...locked, input: withAttr(locked.input, "__final", true) },
		original,
		isFlake: node.flake ?? true,
		...(node.parent === undefined ? {} : { parent: node.parent }),
	};
};

/** Reads the nodes that the root leads to, each once. */
class GraphReader {
	readonly nodes = new Map<string, LockNode>();
	/** From the root to the node being read. */
	private readonly open = new Set<string>();

	constructor(
		private readonly json: LockFileJson,
		private readonly options: ParseLockFileOptions,
	) {}

	read(key: string, input: LockedInput | undefined): void {
		const inputs = new Map<string, LockEdge>();
		this.nodes.set(key, input === undefined ? { inputs } : { inputs, input });
		this.open.add(key);
		const node = Object.hasOwn(this.json.nodes, key) ? this.json.nodes[key] : {};
		for (const [name, target] of byName(Object.entries(node.inputs ?? {}))) inputs.set(name, this.edge(target));
		this.open.delete(key);
	}

	private edge(target: string | string[]): LockEdge {
		if (typeof target !== "string") return { kind: "follows", path: target };
		if (target === this.json.root) throw new LockFileError("LOCK_FILE_CYCLE", "lock file contains cycle to root node");
		if (this.open.has(target) || this.open.size >= maxInputDepth)
			throw new LockFileError(
				"LOCK_FILE_CYCLE",
				`lock file contains a cycle through node '${target}'`,
				`nodes.${target}`,
			);
		if (!this.nodes.has(target)) {
			if (!Object.hasOwn(this.json.nodes, target))
				throw new LockFileError("BAD_LOCK_FILE", `lock file references missing node '${target}'`, "nodes");
			this.read(target, lockedInput(this.json.nodes[target], `nodes.${target}`, this.options));
		}
		return { kind: "node", key: target };
	}
}

const versionOf = (json: Json): unknown => {
	if (typeof json !== "object" || json === null || Array.isArray(json)) return 0;
	return Object.hasOwn(json, "version") ? (json as { version: Json }).version : 0;
};

/**
 * Read the text of a `flake.lock` of version 5, 6 or 7, given as a byte string. Nodes that the root does not lead to
 * are left out.
 *
 * @throws {LockFileError} where it is malformed, of another version, circular, or has unlocked inputs
 */
export const parseLockFile = (text: string, options: ParseLockFileOptions = {}): LockGraph => {
	const name = options.name ?? "flake.lock";
	let json: Json;
	try {
		json = parseJsonTree(text);
	} catch (error) {
		if (!(error instanceof NixError)) throw error;
		const code = error instanceof JSONParseError ? "LOCK_FILE_SYNTAX" : "BAD_LOCK_FILE";
		throw new LockFileError(code, `Could not parse '${name}': ${error.message}`, "", { cause: error });
	}
	if (typeof json !== "object" || json === null || Array.isArray(json))
		throw new LockFileTypeError(
			"BAD_LOCK_FILE",
			`[json.exception.type_error.306] cannot use value() with ${kindOf(json)}`,
			"",
		);
	const version = versionOf(json);
	if (typeof version !== "number" && typeof version !== "bigint") throw wrongType("number", kindOf(version), "version");
	if (typeof version !== "number" || version < 5 || version > 7)
		throw new LockFileError(
			"LOCK_FILE_VERSION",
			`lock file '${name}' has unsupported version ${String(version)}`,
			"version",
		);
	const decoded = decodeLockFile(json, name);
	const reader = new GraphReader(decoded, options);
	reader.read(decoded.root, undefined);
	return { root: decoded.root, nodes: reader.nodes };
};

/** Strings of a graph are byte strings; those of JSON to be printed are text. */
const text = (value: Attrs[string]): JsonValue => (typeof value === "string" ? fromBytes(value) : value);
const attrsJson = (attrs: Attrs): JsonValue =>
	Object.fromEntries(Object.entries(attrs).map(([name, value]) => [fromBytes(name), text(value)]));

/** A reference's attributes as JSON to be printed. */
export const flakeRefToJson = (ref: FlakeRef): JsonValue => attrsJson(flakeRefToAttrs(ref));

/** A lock file as JSON, and the key that each node of the graph has in it. */
export interface LockFileData {
	/** Strings are text, not bytes, ready for `printJson`. */
	readonly json: JsonValue;
	/** From the graph's keys to the file's. */
	readonly keys: ReadonlyMap<string, string>;
}

/**
 * A lock file of version 7 as JSON. A node's key is the name of the input that it is first met as, with `_2`, `_3`,
 * … where that is taken.
 */
export const lockFileData = (graph: LockGraph): LockFileData => {
	const nodes: [string, JsonValue][] = [];
	const keys = new Map<string, string>();
	const taken = new Set<string>();
	/** The last number tried for a name. */
	const tried = new Map<string, number>();
	const claim = (name: string): string => {
		let key = name;
		for (let n = tried.get(name) ?? 2; taken.has(key); n++) {
			key = `${name}_${n}`;
			tried.set(name, n);
		}
		taken.add(key);
		return key;
	};
	const dump = (name: string, at: string): string => {
		const known = keys.get(at);
		if (known !== undefined) return known;
		const key = claim(name);
		keys.set(at, key);
		const { inputs, input } = nodeOf(graph, at);
		const fields: [string, JsonValue][] = [];
		if (inputs.size > 0) {
			const edges = [...inputs].map(([id, edge]): [string, JsonValue] => [
				fromBytes(id),
				edge.kind === "node" ? fromBytes(dump(id, edge.key)) : edge.path.map(fromBytes),
			]);
			fields.push(["inputs", Object.fromEntries(edges)]);
		}
		if (input !== undefined) {
			fields.push(["original", flakeRefToJson(input.original)]);
			fields.push(["locked", attrsJson(withoutAttrs(flakeRefToAttrs(input.locked), "__final"))]);
			if (!input.isFlake) fields.push(["flake", false]);
			if (input.parent !== undefined) fields.push(["parent", input.parent.map(fromBytes)]);
		}
		nodes.push([fromBytes(key), Object.fromEntries(fields)]);
		return key;
	};
	const root = dump("root", graph.root);
	return { json: { version: 7, root, nodes: Object.fromEntries(nodes) }, keys };
};

/** A lock file's text without its line end: what fingerprints are made from. A byte string. */
export const printLockFile = (graph: LockGraph): string => toBytes(printJson(lockFileData(graph).json, 2));

/**
 * The contents of `flake.lock`, as the reference writes it. A byte string.
 *
 *     writeLockFile(parseLockFile(text)) === text  // for files that Nix wrote
 */
export const writeLockFile = (graph: LockGraph): string => `${printLockFile(graph)}\n`;

/** Whether two lock files would be written the same. */
export const lockFilesEqual = (a: LockGraph, b: LockGraph): boolean => printLockFile(a) === printLockFile(b);

/**
 * An input that may not stand in a lock file, because it does not say which tree it is; undefined where there is
 * none.
 */
export const findUnlocked = (graph: LockGraph, settings?: FetchSettings): FlakeRef | undefined => {
	const seen = new Set<string>();
	const visit = (key: string): FlakeRef | undefined => {
		if (seen.has(key)) return undefined;
		seen.add(key);
		const { input, inputs } = nodeOf(graph, key);
		if (input !== undefined) {
			const { input: locked } = input.locked;
			if ((!isConsideredLocked(locked, settings) || !isFinal(locked)) && !isRelative(locked)) return input.locked;
		}
		for (const edge of inputs.values())
			if (edge.kind === "node") {
				const found = visit(edge.key);
				if (found !== undefined) return found;
			}
		return undefined;
	};
	return visit(graph.root);
};
