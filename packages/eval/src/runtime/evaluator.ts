import type { SourceAccessor, StorePath } from "@tsnix/store";
import { Debugger } from "../debug/debugger";
import { type EvalBaseError, UndefinedVarError } from "../errors/errors";
import { limitError } from "../errors/limits";
import { ParseError } from "../errors/parse-error";
import { parseFailure } from "../errors/parse-failure";
import { type Origin, type PosIdx, PosTable } from "../errors/positions";
import { renderWarning } from "../errors/render-warning";
import { showPosition } from "../errors/show-position";
import type { Host } from "../host";
import { applicationCode, elsewhereCode, onceCode } from "../nodes";
import { type Code, codeOf, type Module } from "../nodes/code";
import { ResolverScratch, resolve } from "../resolve/scopes";
import { parse, parseBindings } from "../syntax/parse";
import type { Symbol, SymbolTable } from "../syntax/symbols";
import type { Expr, ParseWarning } from "../syntax/tree";
import { newSymbolTable } from "../syntax/well-known";
import type { CallWatch } from "../watch/call-watch";
import { watchOf } from "../watch/watch-of";
import { copyToStore } from "./copy-to-store";
import { allowLookupPath } from "./lookup-path";
import { RootAccessor } from "./root-accessor";
import { defaultSettings, type EvalSettings } from "./settings";
import { emptyShape } from "./shape";
import { AppThunk, Attrs, type Env, type Lazy, type NixPath, type PathRoot, Thunk, type Value } from "./values";

/**
 * One evaluation's state: its names, positions, files read so far, and how deep its calls are. Nothing of it outlives
 * it, and two of them share nothing. The language itself is in nodes/, the builtins in builtins/.
 */
export class Evaluator {
	readonly symbols: SymbolTable = newSymbolTable();
	readonly positions = new PosTable();
	readonly settings: EvalSettings;
	/** Calls within calls at this moment. */
	depth = 0;
	readonly maxDepth: number;
	/** Where calls leave their fast path: `maxDepth`, or at once where all of them are watched. */
	readonly callLimit: number;
	/** Told of calls; nothing unless the settings say so. */
	readonly callWatch: CallWatch | undefined;
	/** Whether errors gather a line for every function they pass; the REPL turns it on and off. */
	showTrace: boolean;

	/** Halts evaluation for whoever looks into it; nothing unless the settings say so. */
	readonly debug: Debugger | undefined;

	private readonly resolverScratch = new ResolverScratch();

	/** The host's files. */
	readonly rootFS: PathRoot;
	/** Global names: builtins and the constants among them. */
	readonly globals = new Map<Symbol, Lazy>();
	/** The value of `builtins`. */
	builtins: Attrs = new Attrs(emptyShape, []);
	/** The code of an {@link AppThunk}. */
	readonly appCode: Code;
	private readonly onceCode: Code;
	private readonly elsewhereCode: Code;

	constructor(
		readonly host: Host,
		settings: Partial<EvalSettings> = {},
	) {
		this.settings = { ...defaultSettings, ...settings };
		this.maxDepth = this.settings.maxCallDepth;
		this.callWatch = watchOf(this.settings, host);
		this.callLimit = this.callWatch === undefined ? this.maxDepth : -1;
		this.showTrace = this.settings.showTrace;
		this.debug = this.settings.debugger ? new Debugger(this) : undefined;
		this.rootFS = { id: "root", prefix: "", accessor: new RootAccessor(this) };
		this.appCode = applicationCode(this);
		this.onceCode = onceCode(this);
		this.elsewhereCode = elsewhereCode(this);
		allowLookupPath(this);
	}

	/** The value of a global name. */
	global(name: Symbol): Lazy {
		return this.globals.get(name) as Lazy;
	}

	/** Parses a source and resolves its names: its code, ready to run in no frame. */
	compile(source: string, options: CompileOptions): { readonly code: Code; readonly expr: Expr } {
		const { shown = source } = options;
		const base = this.positions.add(options.origin, source.length, () => shown);
		const { settings } = this;
		try {
			const tree = (options.bindings === true ? parseBindings : parse)(source, {
				symbols: this.symbols,
				basePath: options.basePath,
				features: { pipeOperators: settings.experimentalFeatures.has("pipe-operators") },
				lints: {
					url: settings.lintUrlLiterals,
					shortPath: settings.lintShortPathLiterals,
					absolutePath: settings.lintAbsolutePathLiterals,
				},
				pureEval: settings.pureEval,
			});
			this.warn(base, tree.warnings);
			const root = tree.root;
			resolve(root, {
				isGlobal: (name) => this.globals.has(name),
				nameOf: (name) => this.symbols.names[name],
				scope: options.scope,
				record: this.debug?.record,
				scratch: this.resolverScratch,
				undefinedVariable: (message, offset) =>
					this.fail(new UndefinedVarError("NIX_UNDEFINED_VARIABLE", message), offset < 0 ? 0 : base + offset),
			});
			const mod: Module = { st: this, base, root: options.root ?? this.rootFS };
			return { code: codeOf(mod, root), expr: root };
		} catch (error) {
			if (error instanceof ParseError) this.warn(base, error.warnings);
			throw parseFailure(this.positions, base, limitError(error));
		}
	}

	private warn(base: PosIdx, warnings: readonly ParseWarning[]): void {
		for (const warning of warnings)
			this.host.log?.({ kind: "warning", text: renderWarning(this.positions, base, warning) });
	}

	/** An error of this evaluation: with its position, and one line of trace where that is given. */
	fail<E extends EvalBaseError>(error: E, pos: PosIdx, tracePos?: PosIdx, trace?: string): E {
		error.table = this.positions;
		error.pos = pos;
		if (trace !== undefined) error.trace.push({ pos: tracePos ?? 0, message: trace });
		return error;
	}

	/** How messages show a position: `file:line:column`. */
	showPosition(pos: PosIdx): string {
		return showPosition(this.positions.resolve(pos));
	}

	/** Whether a position lies in the evaluator's own definition of `derivation`, which traces leave out. */
	isDerivationInternal(pos: PosIdx): boolean {
		const origin = this.positions.originOf(pos);
		return origin?.kind === "file" && origin.accessor !== undefined && (origin.accessor as PathRoot).id === "internal";
	}

	/** `f x`, for later. */
	apply(f: Lazy, x: Lazy): AppThunk {
		return new AppThunk(this.appCode, f, x);
	}

	/** As {@link apply}, but infinite recursion if it is wanted while it is worked out, as of any other thunk. */
	applyOnce(f: Lazy, x: Lazy): AppThunk {
		return new AppThunk(this.onceCode, f, x);
	}

	/** A value that is worked out when it is first wanted; `run` is told where that is. */
	later(run: (pos: PosIdx) => Value): Thunk {
		return new Thunk(this.elsewhereCode, run);
	}

	/** Copies what a path names into the store, once an evaluation; gives its store path. */
	copyToStore(path: NixPath): StorePath {
		return copyToStore(this, path);
	}

	/** The path that `~/x` stands for. */
	homePath(path: string): string {
		return `${this.host.homeDir ?? "/homeless-shelter"}${path.slice(1)}`;
	}
}

export interface CompileOptions {
	readonly origin: Origin;
	/** The folder that relative path literals start from. */
	readonly basePath: string;
	readonly root?: PathRoot;
	/** Names of an outermost frame (`scopedImport`, the REPL). */
	readonly scope?: readonly Symbol[];
	/** Attribute definitions without braces around them, as the REPL takes them: the code of a set. */
	readonly bindings?: boolean;
	/** What errors show as the source, where that is another text. */
	readonly shown?: string;
}

export type { Env, NixPath, SourceAccessor };
