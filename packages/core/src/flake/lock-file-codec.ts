import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { firstProblem } from "./decode-problem";
import { LockFileError } from "./errors";
import type { Json } from "./json-tree";

/** A value of an input's attributes. */
const AttrValue = t.union([t.string, t.number, t.boolean]);
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

/**
 * Check the shape of a lock file. Throws {@link LockFileError} that names the place.
 */
export const decodeLockFile = (json: Json, name: string): LockFileJson => {
	const decoded = File.decode(json);
	if (!isLeft(decoded)) return decoded.right;
	const { place, found } = firstProblem(decoded.left);
	throw new LockFileError(
		"BAD_LOCK_FILE",
		`lock file '${name}' is invalid: unexpected ${found} at '${place === "" ? "." : place}'`,
		place,
	);
};
