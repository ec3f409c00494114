import { type ByteString, NixError } from "@tsnix/store";
import { Attrs, autoCall, type Evaluator, force, type Lazy, parseAttrPath, selectAlongPath } from "./evaluation";

const namesOf = (st: Evaluator, v: Lazy): ByteString[] =>
	v instanceof Attrs ? v.shape.order(st.symbols).map((i) => st.symbols.names[v.shape.ids[i]]) : [];

/** What an attribute path in a file's value may go on with: whole paths. */
export const completeAttribute = (st: Evaluator, args: Attrs, root: Lazy, path: ByteString): ByteString[] => {
	const dot = path.lastIndexOf(".");
	const before = dot < 0 ? "" : path.slice(0, dot);
	const { value } = selectAlongPath(st, before, args, root);
	return namesOf(st, autoCall(st, args, value))
		.filter((name) => name.startsWith(path.slice(dot + 1)))
		.map((name) => (before === "" ? name : `${before}.${name}`));
};

/** What follows `#` in a reference to one of a flake's outputs may go on with; `prefixes` are put before it in turn. */
export const completeOutput = (
	st: Evaluator,
	outputs: Lazy,
	fragment: ByteString,
	prefixes: readonly ByteString[],
	defaults: readonly ByteString[],
): ByteString[] => {
	const found: ByteString[] = [];
	for (const prefix of prefixes) {
		const path = parseAttrPath(prefix + fragment);
		const last = path.length === 0 || `${prefix}${fragment}`.endsWith(".") ? "" : (path.pop() as string);
		const attrs = follow(st, outputs, path);
		if (attrs === undefined) continue;
		const stem = path.slice(parseAttrPath(prefix).length);
		for (const name of namesOf(st, attrs)) if (name.startsWith(last)) found.push([...stem, name].join("."));
	}
	if (fragment === "" && defaults.some((path) => follow(st, outputs, parseAttrPath(path)) !== undefined))
		found.push("");
	return found;
};

/** What a path of attributes leads to; undefined where it leads nowhere, or an evaluation on the way fails. */
const follow = (st: Evaluator, root: Lazy, path: readonly ByteString[]): Lazy | undefined => {
	try {
		let value = force(root, 0);
		for (const step of path) {
			const id = st.symbols.find(step);
			const i = id === undefined || !(value instanceof Attrs) ? -1 : value.shape.index(id);
			if (i < 0) return undefined;
			value = force((value as Attrs).vals[i], 0);
		}
		return value;
	} catch (error) {
		if (error instanceof NixError) return undefined;
		throw error;
	}
};
