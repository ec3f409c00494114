import { NixError } from "@tsnix/store";
import { isKeyword, printStringLiteral } from "./identifiers";
import { parseWithSpans } from "./parse";
import type { BindingSpan, SetSpan } from "./spans";
import { SymbolTable } from "./symbols";
import { type AttrName, type AttrsExpr, Kind } from "./tree";

/**
 * One change to a flake's inputs. An input is named by its path: `["nixpkgs"]`, or `["home-manager", "nixpkgs"]` for
 * the input of an input.
 */
export type FlakeInputChange =
	/** Adds an input or points one that is there at another URL. */
	| { readonly set: readonly string[]; readonly url: string; readonly flake?: boolean }
	/** Lets an input follow another one; `follows` is a path like `home-manager/nixpkgs`, or empty for none at all. */
	| { readonly set: readonly string[]; readonly follows: string }
	/** Removes what is written about an input. */
	| { readonly remove: readonly string[] };

/** A flake.nix whose inputs are written in a way that cannot be edited as text. */
export class FlakeEditError extends NixError {
	constructor(message: string) {
		super("NIX_FLAKE_EDIT", message);
	}
}

/**
 * Changes the inputs in the text of a `flake.nix`: every byte that is not about them, comments included, stays as it
 * is, and what is added is written where its like already is. The `outputs` function's arguments are left alone.
 *
 * Throws a {@link FlakeEditError} if the flake is not written as a set, or an input not as one; a
 * {@link ParseError} if the text is no expression.
 *
 * @example editFlakeInputs(source, [{ set: ["nixpkgs"], url: "github:NixOS/nixpkgs/nixos-25.05" }])
 */
export const editFlakeInputs = (source: string, changes: readonly FlakeInputChange[]): string =>
	changes.reduce(applyChange, source);

const applyChange = (source: string, change: FlakeInputChange): string => {
	if ("remove" in change) {
		const removed = inputPath(change.remove);
		const editor = new Editor(source);
		editor.checkWritten(removed);
		return editor.remove((path) => startsWith(path, removed));
	}
	const input = inputPath(change.set);
	if ("follows" in change) {
		const edited = new Editor(source).remove((path) => isReference(path, input) && path.at(-1) !== "follows", true);
		return new Editor(edited).put([...input, "follows"], printStringLiteral(change.follows));
	}
	let edited = new Editor(source).remove((path) => isReference(path, input) && path.at(-1) !== "url", true);
	edited = new Editor(edited).put([...input, "url"], printStringLiteral(change.url));
	return change.flake === undefined ? edited : new Editor(edited).put([...input, "flake"], String(change.flake));
};

/** The attribute path of an input: `inputs.a.inputs.b`. */
const inputPath = (input: readonly string[]): string[] => {
	if (input.length === 0) throw new FlakeEditError("an input needs a name");
	return input.flatMap((name) => ["inputs", name]);
};

const startsWith = (path: readonly string[], prefix: readonly string[]): boolean =>
	prefix.every((name, i) => path[i] === name);

/** Whether an attribute says where an input comes from: all do but those below. */
const isReference = (path: readonly string[], input: readonly string[]): boolean =>
	path.length === input.length + 1 && startsWith(path, input) && !["inputs", "flake"].includes(path[input.length]);

/** An attribute with its whole path. */
interface Entry {
	readonly path: readonly string[];
	/** Undefined for one that is inherited, and for one whose name is computed: its path is that of its set. */
	readonly binding: BindingSpan | undefined;
	/** The set that it is written as, if it is. */
	readonly set: SetSpan | undefined;
}

/** Comments, and the strings that may contain what looks like one. */
const tokens = /"(?:[^"\\]|\\.)*"|''(?:[^']|'(?!')|''[$'\\])*''|\/\*.*?\*\/|#[^\n]*/gs;

class Editor {
	private readonly root: SetSpan;
	private readonly entries: Entry[] = [];
	private readonly newline: string;

	constructor(private readonly source: string) {
		const symbols = new SymbolTable();
		const { root, spans } = parseWithSpans(source, { symbols, basePath: "/", features: { pipeOperators: true } });
		const set = spans.get(root as AttrsExpr);
		if (set === undefined) throw new FlakeEditError("file 'flake.nix' must be an attribute set");
		this.root = set;
		this.newline = source.includes("\r\n") ? "\r\n" : "\n";
		const visit = (within: SetSpan, prefix: readonly string[]) => {
			for (const name of within.inherited)
				this.entries.push({ path: [...prefix, symbols.names[name]], binding: undefined, set: undefined });
			for (const binding of within.bindings) {
				const names = staticPath(binding.path, symbols);
				const path = [...prefix, ...names];
				if (names.length < binding.path.length) {
					if (path.length > 0) this.entries.push({ path, binding: undefined, set: undefined });
					continue;
				}
				const inner = binding.value.kind === Kind.Attrs ? spans.get(binding.value) : undefined;
				const written = inner !== undefined && this.isBare(binding, inner) ? inner : undefined;
				this.entries.push({ path, binding, set: written });
				if (written !== undefined && path[0] === "inputs") visit(written, path);
			}
		};
		visit(set, []);
	}

	/** Throws if an attribute may lie within one that is not written as a set. */
	checkWritten(path: readonly string[]): void {
		for (const entry of this.entries)
			if (entry.set === undefined && entry.path.length < path.length && startsWith(path, entry.path))
				throw notWritten(entry.path);
	}

	/** Whether a value is a set as it stands, `rec` or not, and not one in parentheses. */
	private isBare(binding: BindingSpan, set: SetSpan): boolean {
		return set.open === binding.valueStart || this.source.startsWith("rec", binding.valueStart);
	}

	/**
	 * The source without the attributes whose paths are meant, with their lines where they are alone on them. Comments
	 * within them go, too, unless they are to be kept: something else takes the attributes' place.
	 */
	remove(meant: (path: readonly string[]) => boolean, keepsComments = false): string {
		let out = this.source;
		let removedFrom = Number.POSITIVE_INFINITY;
		const found: BindingSpan[] = [];
		for (const entry of this.entries) {
			if (!meant(entry.path)) continue;
			if (entry.binding !== undefined) found.push(entry.binding);
			else if (!this.entries.some(({ path, binding }) => binding && meant(path) && startsWith(entry.path, path)))
				throw notWritten(entry.path);
		}
		const outermost = found.filter((one) => !found.some((other) => other.start < one.start && other.end > one.end));
		for (const binding of outermost.sort((a, b) => b.start - a.start)) {
			const kept = keepsComments ? this.comments(binding) : "";
			const [start, end] = kept === "" ? this.lines(binding) : [binding.start, binding.end];
			out = out.slice(0, start) + kept + out.slice(Math.min(end, removedFrom));
			removedFrom = start;
		}
		return out;
	}

	/** The comments within an attribute, one after the other; what ends its line is followed by the next. */
	private comments({ start, end }: BindingSpan): string {
		const text = this.source.slice(start, end);
		const found = [...text.matchAll(tokens)].map(([whole]) => whole).filter((whole) => /^(#|\/\*)/.test(whole));
		const indentation = /[ \t]*$/.exec(this.source.slice(0, start))?.[0] ?? "";
		return found
			.map((comment, i) => {
				if (comment.startsWith("#")) return `${comment.trimEnd()}${this.newline}${indentation}`;
				return i + 1 < found.length ? `${comment} ` : comment;
			})
			.join("");
	}

	/** From where to where an attribute is to be removed. */
	private lines({ start, end }: BindingSpan): [number, number] {
		const source = this.source;
		let from = start;
		while (source[from - 1] === " " || source[from - 1] === "\t") from--;
		let to = end;
		while (source[to] === " " || source[to] === "\t" || source[to] === "\r") to++;
		const first = from === 0 || source[from - 1] === "\n";
		if (first && source[to] === "\n") return [from, to + 1];
		// Others share the line: the space before it goes, unless a comment hangs on what follows.
		return first ? [start, end] : [from, end];
	}

	/** The source with an attribute given a value, which is replaced or added. */
	put(path: readonly string[], value: string): string {
		const known = this.entries.find((entry) => startsWith(entry.path, path) && entry.path.length === path.length);
		if (known !== undefined) {
			if (known.binding === undefined) throw notWritten(path);
			const { valueStart, valueEnd } = known.binding;
			return this.source.slice(0, valueStart) + value + this.source.slice(valueEnd);
		}
		let within: { readonly path: readonly string[]; readonly set: SetSpan } = { path: [], set: this.root };
		for (const entry of this.entries) {
			if (!startsWith(path, entry.path)) continue;
			if (entry.set === undefined) throw notWritten(entry.path);
			if (entry.path.length > within.path.length) within = { path: entry.path, set: entry.set };
		}
		const text = `${path.slice(within.path.length).map(printName).join(".")} = ${value};`;
		const sibling = this.sibling(within.set, path);
		return sibling === undefined ? this.append(within.set, text) : this.insertAfter(sibling, text);
	}

	/** The attribute in a set that has the most in common with a path; the last of such. */
	private sibling(set: SetSpan, path: readonly string[]): BindingSpan | undefined {
		let best: BindingSpan | undefined;
		let most = 0;
		for (const { path: other, binding } of this.entries) {
			if (binding === undefined || !set.bindings.includes(binding)) continue;
			let common = 0;
			while (common < path.length && path[common] === other[common]) common++;
			const isDescription = set === this.root && other[0] === "description";
			if (common < (isDescription ? 0 : 1) || common < most) continue;
			most = common;
			best = binding;
		}
		return best;
	}

	private insertAfter(sibling: BindingSpan, text: string): string {
		const source = this.source;
		const indentation = this.indentation(sibling.start);
		if (indentation === undefined) return insert(source, sibling.end, ` ${text}`);
		const lineEnd = /^[ \t]*(?:#[^\r\n]*)?(?=\r?\n|$)/.exec(source.slice(sibling.end));
		const at = sibling.end + (lineEnd?.[0].length ?? 0);
		return insert(source, at, this.newline + indentation + text);
	}

	/** Adds to a set where nothing is like it: at its end, but before everything else in the flake itself. */
	private append(set: SetSpan, text: string): string {
		const source = this.source;
		const first = set.bindings[0];
		if (set === this.root && first !== undefined) {
			const indentation = this.indentation(first.start) ?? "";
			return insert(source, first.start, indentation === "" ? `${text} ` : text + this.newline + indentation);
		}
		const last = set.bindings.at(-1);
		if (last !== undefined) return this.insertAfter(last, text);
		if (!source.slice(set.open, set.close).includes("\n")) {
			const gap = /\s$/.test(source.slice(set.open, set.close)) ? "" : " ";
			return insert(source, set.close, `${gap}${text} `);
		}
		const outer = this.indentation(set.close) ?? "";
		return insert(source, set.close - outer.length, `${outer}  ${text}${this.newline}`);
	}

	/** The whitespace before something, if it is the first on its line. */
	private indentation(at: number): string | undefined {
		const line = this.source.slice(this.source.lastIndexOf("\n", at - 1) + 1, at);
		return /^[ \t]*$/.test(line) ? line : undefined;
	}
}

const notWritten = (path: readonly string[]): FlakeEditError =>
	new FlakeEditError(`'${path.join(".")}' is not written as an attribute set`);

const insert = (source: string, at: number, text: string): string => source.slice(0, at) + text + source.slice(at);

/** The names of a path up to one that is computed. */
const staticPath = (path: readonly AttrName[], symbols: SymbolTable): string[] => {
	const names: string[] = [];
	for (const name of path) {
		if (typeof name !== "number") break;
		names.push(symbols.names[name]);
	}
	return names;
};

const printName = (name: string): string =>
	/^[a-zA-Z_][a-zA-Z0-9_'-]*$/.test(name) && !isKeyword(name) ? name : printStringLiteral(name);
