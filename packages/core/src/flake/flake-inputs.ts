import { type Attr, type Attrs, attrNames, type FetchSettings, requireFeature } from "@tsnix/fetchers";
import { FlakeError, traced } from "./errors";
import {
	type AttrsValue,
	ContextGatherer,
	EvalError,
	type Evaluator,
	type Lazy,
	NixPath,
	NixString,
	type PathRoot,
	type PosIdx,
	printValueAsJSON,
	showNixPath,
	showType,
	TypeError,
} from "./evaluation";
import type { FlakeInput, FlakeInputs } from "./flake";
import { type InputPath, parseInputPath } from "./input-path";
import { byName } from "./lock-graph";
import { type FlakeRef, flakeRefFromAttrs, parseFlakeRef } from "./ref";
import { expectTrivial, forceTrivial, settled, shallowType, showTypeName } from "./trivial";

/** What reading a `flake.nix` has to know. */
export interface FlakeFileContext {
	readonly evaluator: Evaluator;
	/** The tree and the folder that the file lies in. */
	readonly root: PathRoot;
	readonly dir: string;
	/** The path of the flake among the inputs: where its `follows` start from. */
	readonly lockRoot: InputPath;
	readonly settings?: FetchSettings;
	readonly warn?: (message: string) => void;
}

/** An attribute of a set, by name, with its position. */
export interface NamedValue {
	readonly name: string;
	readonly value: Lazy;
	readonly pos: PosIdx;
}

/** The attributes of a set in the order the evaluator has them. */
export const attributesOf = (st: Evaluator, set: AttrsValue): NamedValue[] =>
	set.shape.ids.map((id, i) => ({ name: st.symbols.names[id], value: set.vals[i], pos: set.shape.posAt(i) }));

/** One `name = value;` of an input as an attribute for the fetchers. */
const inputAttr = (context: FlakeFileContext, { name, value, pos }: NamedValue): Attr => {
	const st = context.evaluator;
	const known = settled(value);
	if (typeof known === "string" || typeof known === "boolean") return known;
	if (known instanceof NixString) return known.s;
	if (typeof known === "number" || typeof known === "bigint") {
		if (known < 0)
			throw st.fail(new EvalError("FLAKE_FILE", `negative value given for flake input attribute ${name}: ${known}`), 0);
		return known;
	}
	if (name === "publicKeys" && context.settings !== undefined) {
		requireFeature(context.settings, "verified-fetches");
		return printValueAsJSON(st, value, pos, new ContextGatherer());
	}
	throw st.fail(
		new TypeError(
			"FLAKE_FILE",
			`flake input attribute '${name}' is ${showType(value)} while a string, Boolean, or integer is expected`,
		),
		0,
	);
};

/** How to get from one folder to another, both absolute. */
const relativeTo = (from: string, to: string): string => {
	const a = from.split("/").filter((part) => part !== "");
	const b = to.split("/").filter((part) => part !== "");
	let shared = 0;
	while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
	return [...a.slice(shared).map(() => ".."), ...b.slice(shared)].join("/") || ".";
};

/** The folder as messages show it; a tree's root ends in a slash. */
const showDir = ({ dir, root }: FlakeFileContext): string => {
	const shown = showNixPath(new NixPath(dir, root));
	return dir === "/" && !shown.endsWith("/") ? `${shown}/` : shown;
};

const inputUrl = (context: FlakeFileContext, attr: NamedValue, pos: PosIdx): string => {
	const st = context.evaluator;
	const value = forceTrivial(attr.value, pos);
	if (typeof value === "string") return value;
	if (value instanceof NixString) return value.s;
	if (value instanceof NixPath) {
		if (value.accessor !== context.root)
			throw new FlakeError(
				"FLAKE_FILE",
				`input attribute path '${showNixPath(value)}' at ${st.showPosition(attr.pos)} must be in the same source tree as ${showDir(context)}`,
			);
		return `path:${relativeTo(context.dir, value.path)}`;
	}
	throw new FlakeError(
		"FLAKE_FILE",
		`expected a string or a path but got ${showTypeName(shallowType(value))} at ${st.showPosition(attr.pos)}`,
	);
};

const withTrace = <T>(context: FlakeFileContext, pos: PosIdx, message: string, run: () => T): T => {
	try {
		return run();
	} catch (error) {
		throw traced(error, message, { evaluator: context.evaluator, pos });
	}
};

/** `inputs.x = { … };` */
const parseInput = (context: FlakeFileContext, { value, pos }: NamedValue): FlakeInput => {
	const st = context.evaluator;
	const set = expectTrivial(st, "set", value, pos) as AttrsValue;
	const attrs: Record<string, Attr> = {};
	let url: string | undefined;
	let isFlake = true;
	let follows: InputPath | undefined;
	let overrides: FlakeInputs = new Map();
	for (const attr of attributesOf(st, set))
		withTrace(context, attr.pos, `while evaluating flake attribute '${attr.name}'`, () => {
			if (attr.name === "url") attrs.url = url = inputUrl(context, attr, pos);
			else if (attr.name === "flake") isFlake = expectTrivial(st, "bool", attr.value, attr.pos) as boolean;
			else if (attr.name === "inputs") overrides = parseInputs(context, attr, false).inputs;
			else if (attr.name === "follows") {
				const text = expectTrivial(st, "string", attr.value, attr.pos);
				const path = parseInputPath(text instanceof NixString ? text.s : (text as string));
				follows = [...context.lockRoot, ...path];
			} else attrs[attr.name] = inputAttr(context, attr);
		});
	const ref = inputRef(context, attrs, url, isFlake, pos);
	if (ref !== undefined && follows !== undefined)
		throw new FlakeError(
			"FLAKE_FILE",
			`flake input has both a flake reference and a follows attribute, at ${st.showPosition(pos)}`,
		);
	return { isFlake, overrides, ...(ref === undefined ? {} : { ref }), ...(follows === undefined ? {} : { follows }) };
};

const inputRef = (
	context: FlakeFileContext,
	attrs: Attrs,
	url: string | undefined,
	isFlake: boolean,
	pos: PosIdx,
): FlakeRef | undefined => {
	const { settings, warn } = context;
	if (Object.hasOwn(attrs, "type"))
		return withTrace(context, pos, "while evaluating flake input", () => flakeRefFromAttrs(attrs, { settings, warn }));
	const unexpected = attrNames(attrs).find((name) => name !== "url");
	if (unexpected !== undefined)
		throw new FlakeError(
			"FLAKE_FILE",
			`unexpected flake input attribute '${unexpected}', at ${context.evaluator.showPosition(pos)}`,
		);
	if (url === undefined) return undefined;
	return parseFlakeRef(url, { allowMissing: true, isFlake, preserveRelativePaths: true, settings, warn });
};

/**
 * The `inputs` of a `flake.nix`, and what they say of `self`. Throws {@link FlakeError} and kin, worded as the
 * reference words them.
 */
export const parseInputs = (
	context: FlakeFileContext,
	{ value, pos }: NamedValue,
	allowSelf: boolean,
): { readonly inputs: FlakeInputs; readonly selfAttrs: Attrs } => {
	const st = context.evaluator;
	const inputs: [string, FlakeInput][] = [];
	const selfAttrs: Record<string, Attr> = {};
	const set = expectTrivial(st, "set", value, pos) as AttrsValue;
	for (const attr of attributesOf(st, set)) {
		if (attr.name !== "self") {
			inputs.push([attr.name, parseInput(context, attr)]);
			continue;
		}
		if (!allowSelf)
			throw new FlakeError("FLAKE_FILE", `'self' input attribute not allowed at ${st.showPosition(attr.pos)}`);
		const self = expectTrivial(st, "set", attr.value, attr.pos) as AttrsValue;
		for (const inner of attributesOf(st, self)) selfAttrs[inner.name] = inputAttr(context, inner);
	}
	return { inputs: byName(inputs), selfAttrs };
};
