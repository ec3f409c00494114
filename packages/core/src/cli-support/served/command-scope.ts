import { parseStorePath } from "@tsnix/store";
import type { OpenWorld } from "../../engine/world";
import type { CachedCursor } from "../../eval-cache/cached-cursor";
import { type AttrCursor, cursorAt } from "../../flake/attr-cursor";
import type { CommandSource, PlainDerivedPath } from "../command-source";
import {
	type Attrs,
	AttrsBuilder,
	type Code,
	compileFile,
	type Evaluator,
	findFile,
	isPseudoUrl,
	type Lazy,
	lookupPathOf,
	NixPath,
	type PackageInfo,
	type PosIdx,
	printExpression,
	resolveExprPath,
} from "../evaluation";

/** What a command's calls to its evaluation share. Values and derivations stay here; callers have numbers for them. */
export class CommandScope {
	private readonly values: Lazy[] = [];
	/** Where values are in a flake's outputs: they are evaluated when they have to be. */
	private readonly cursors = new Map<number, CachedCursor>();
	private readonly packages: PackageInfo[] = [];
	/** Where values that attribute paths led to were written. */
	readonly positions = new Map<number, PosIdx>();
	/** The arguments for functions that are met on the way. */
	args: Attrs = new AttrsBuilder().finish();

	constructor(
		readonly st: Evaluator,
		readonly open: OpenWorld,
		readonly workingDirectory: string,
		/** Gives the folder that the URL of an archive stands for. */
		private readonly fetchArchive: (url: string) => string,
	) {}

	/** Keeps a value; gives its number. */
	keep(value: Lazy): number {
		return this.values.push(value) - 1;
	}

	value(kept: number): Lazy {
		return this.cursors.get(kept)?.force() ?? this.values[kept];
	}

	/** Keeps what is at a place in a flake's outputs; gives its number. */
	keepCursor(cursor: CachedCursor): number {
		const kept = this.keep(null);
		this.cursors.set(kept, cursor);
		return kept;
	}

	/** A place in a flake's outputs. */
	outputsCursor(kept: number): CachedCursor {
		const cursor = this.cursors.get(kept);
		if (cursor === undefined) throw new Error(`not in a flake's outputs: ${kept}`);
		return cursor;
	}

	/** The same, or a value of its own. */
	cursor(kept: number): AttrCursor {
		return this.cursors.get(kept) ?? cursorAt(this.st, [], this.value(kept));
	}

	/** Keeps a package; gives its number. */
	keepPackage(info: PackageInfo): number {
		return this.packages.push(info) - 1;
	}

	package(kept: number): PackageInfo {
		return this.packages[kept];
	}

	/** Compiles a source without running it. */
	compile(source: CommandSource): { readonly code: Code; readonly show: () => string } {
		const { st } = this;
		const compiled =
			"text" in source
				? st.compile(source.text, { origin: { kind: source.kind }, basePath: source.basePath })
				: compileFile(st, resolveExprPath(st, this.lookup(source.path)));
		const { homeDir } = st.host;
		const home = homeDir === undefined ? {} : { home: homeDir };
		return { code: compiled.code, show: () => printExpression(compiled.expr, st.symbols, home) };
	}

	/** A file as command lines name them. */
	lookup(text: string): NixPath {
		const { st } = this;
		if (isPseudoUrl(text) || text.startsWith("flake:")) return new NixPath(this.fetchArchive(text), st.rootFS);
		if (text.length > 2 && text.startsWith("<") && text.endsWith(">"))
			return findFile(st, lookupPathOf(st), text.slice(1, -1), 0);
		return new NixPath(this.absolute(text), st.rootFS);
	}

	private absolute(path: string): string {
		const out: string[] = [];
		for (const part of (path.startsWith("/") ? path : `${this.workingDirectory}/${path}`).split("/"))
			if (part === "..") out.pop();
			else if (part !== "" && part !== ".") out.push(part);
		return `/${out.join("/")}`;
	}

	/** Sees to it that a fetched tree lies in the store, where somebody else is to read a path in it. */
	keepTree(path: string): void {
		const { store } = this.st.host;
		if (!path.startsWith(`${store.storeDir}/`) || this.st.settings.readOnly) return;
		const [base] = path.slice(store.storeDir.length + 1).split("/");
		store.queryPathInfo(parseStorePath(`${store.storeDir}/${base}`, store.storeDir));
	}

	/** The same for what is to be built. */
	kept<T extends readonly PlainDerivedPath[]>(paths: T): T {
		for (const path of paths) if (path.kind === "opaque") this.keepTree(path.path);
		return paths;
	}
}
