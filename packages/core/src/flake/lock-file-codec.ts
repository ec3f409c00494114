import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { firstProblem } from "./decode-problem";
import { LockFileError, LockFileTypeError } from "./errors";
import type { Json } from "./json-tree";

/** A value of an input's attributes. */
const AttrValue = t.union([t.string, t.number, t.bigint, t.boolean]);
const InputAttrs = t.record(t.string, AttrValue);

const Edge = t.union([t.string, t.array(t.string)]);

const Node = t.intersection([
	t.type({}),
	t.partial({
		inputs: t.record(t.string, Edge),
		locked: InputAttrs,
		original: InputAttrs,
		/** Version 5 only: more attributes of `locked`. */
		info: InputAttrs,
		flake: t.boolean,
		parent: t.array(t.string),
	}),
]);

const File = t.type({ root: t.string, nodes: t.record(t.string, Node) });

/** A lock file of version 5, 6 or 7, as JSON. */
export type LockFileJson = t.TypeOf<typeof File>;
export type LockNodeJson = t.TypeOf<typeof Node>;

/** What has to be at a place that other files have something else at. */
const expectedAt = (place: readonly string[]): string | undefined => {
	if (place.length === 1 && place[0] === "root") return "string";
	if (place[0] !== "nodes") return undefined;
	if (place.length === 3 && place[2] === "flake") return "boolean";
	if ((place.length === 4 || place.length === 5) && place[2] === "inputs") return "string";
	return (place.length === 3 || place.length === 4) && place[2] === "parent" ? "string" : undefined;
};

/** A value of the wrong type, as the reference's reader of JSON words it. */
export const wrongType = (expected: string, found: string, place: string): LockFileTypeError =>
	new LockFileTypeError(
		"BAD_LOCK_FILE",
		`[json.exception.type_error.302] type must be ${expected}, but is ${found}`,
		place,
	);

/**
 * Check the shape of a lock file. Throws {@link LockFileError} that names the place.
 */
export const decodeLockFile = (json: Json, name: string): LockFileJson => {
	// Without nodes there are no inputs.
	const nodes = (json as { readonly nodes?: Json }).nodes ?? {};
	if (Array.isArray(nodes))
		throw new LockFileTypeError(
			"BAD_LOCK_FILE",
			"[json.exception.type_error.305] cannot use operator[] with a string argument with array",
			"nodes",
		);
	const decoded = File.decode({ ...(json as object), nodes });
	if (!isLeft(decoded)) return decoded.right;
	const { place, found } = firstProblem(decoded.left);
	const field = place.split(".");
	if (["locked", "original", "info"].includes(field[2]) && field.length === 4)
		throw new LockFileError("BAD_LOCK_FILE", "unsupported input attribute type in lock file", place);
	const expected = expectedAt(field);
	if (expected !== undefined) throw wrongType(expected, found, place);
	throw new LockFileError(
		"BAD_LOCK_FILE",
		`lock file '${name}' is invalid: unexpected ${found} at '${place === "" ? "." : place}'`,
		place,
	);
};
