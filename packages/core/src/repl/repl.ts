import { type ByteString, NixError, type StorePath, toBytes } from "@tsnix/store";
import type { DebugSession } from "./debug-session";
import { attributeDoc, valueDoc } from "./docs";
import {
	Attrs,
	autoCall,
	call1,
	codeOf,
	ContextGatherer,
	coerceToPath,
	determinePos,
	type Evaluator,
	emptyAttrs,
	EvalBaseError,
	evalFile,
	forceAttrs,
	forceStringNoContext,
	isDerivation,
	Kind,
	lambdaExprOf,
	type Lazy,
	NixPath,
	NixString,
	PackageInfo,
	type PosIdx,
	printIdentifier,
	printValue,
	renderErrorBytes,
	resetFileCache,
	SelectExpr,
	selectAlongPath,
	showNixPath,
	showType,
	type Value,
} from "./evaluation";
import { renderMarkdown } from "./markdown";
import { replHelp } from "./repl-help";
import type { ReplHost } from "./repl-host";
import { IncompleteInput, ReplScope } from "./repl-scope";

/** What a REPL is made with beside its evaluation. */
export interface ReplOptions {
	readonly st: Evaluator;
	readonly host: ReplHost;
	readonly workingDirectory: ByteString;
	/** Arguments for functions that files are. */
	readonly args: Attrs;
	/** A file as command lines name them. */
	readonly lookup: (path: ByteString) => NixPath;
	/** Locks and calls a flake: its attributes. */
	readonly callFlake: (ref: ByteString) => Lazy;
	/** Markdown is shown as it is. */
	readonly rawMarkdown?: boolean;
	/** The halted evaluation that this REPL looks into. */
	readonly debug?: DebugSession;
}

/**
 * What a line of input leads to: another line is wanted; more of this one; the end of the REPL, or of it all; or all
 * that was loaded is to be loaded again by the caller, files first, then what the command line named, then flakes.
 */
export type ReplOutcome = "again" | "incomplete" | "quit" | "continue" | "reload";

const maxNamesShown = 20;
const trim = (text: ByteString): ByteString => text.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, "");

/** The reading, evaluating and printing of `nix repl`, and of the debugger; the loop is its caller's. */
export class Repl {
	private readonly scope: ReplScope;
	private readonly st: Evaluator;
	private readonly host: ReplHost;
	private files: ByteString[] = [];
	private flakes: ByteString[] = [];
	private lastLoaded: Attrs | undefined;
	private traceIndex = 0;

	constructor(private readonly options: ReplOptions) {
		this.st = options.st;
		this.host = options.host;
		this.scope = new ReplScope(options.st, options.workingDirectory);
	}

	/** Gives a variable a value. */
	define(name: number, value: Lazy): void {
		this.scope.add(name, value);
	}

	/** Takes what has been read since the last line was done: errors are shown. */
	read(input: ByteString): ReplOutcome {
		const { st } = this;
		try {
			st.depth = 0;
			return this.process(trim(input));
		} catch (error) {
			if (error instanceof IncompleteInput) return "incomplete";
			if (!(error instanceof NixError)) throw error;
			this.host.error(this.shown(error));
			return "again";
		}
	}

	/** An error for people: as it was shown before, if it was. */
	private shown(error: NixError): ByteString {
		const render = (): ByteString => renderErrorBytes(error, { color: true, showTrace: this.st.showTrace });
		if (!(error instanceof EvalBaseError)) return render();
		error.shown ??= render();
		return error.shown;
	}

	private process(line: ByteString): ReplOutcome {
		if (line === "") return "again";
		if (line[0] !== ":") {
			if (!this.scope.define(line)) this.print(this.scope.evaluate(line), 1);
			return "again";
		}
		const command = /^[^ \n\r\t]*/.exec(line)?.[0] ?? "";
		return this.command(command, trim(line.slice(command.length)));
	}

	private command(name: string, arg: ByteString): ReplOutcome {
		const { host, st, scope } = this;
		const debugged = this.debugCommand(name, arg);
		if (debugged !== undefined) return debugged;
		switch (name) {
			case ":?":
			case ":help":
				host.out(toBytes(replHelp(this.options.debug !== undefined)));
				return "again";
			case ":a":
			case ":add":
				this.take(scope.evaluate(arg));
				return "again";
			case ":l":
			case ":load":
				resetFileCache(st);
				this.loadFile(arg);
				return "again";
			case ":lf":
			case ":load-flake":
				this.loadFlake(arg);
				return "again";
			case ":ll":
			case ":last-loaded":
				this.showLastLoaded();
				return "again";
			case ":r":
			case ":reload":
				return this.reload();
			case ":e":
			case ":edit":
				this.edit(arg);
				return this.reload();
			case ":t":
				host.out(`${showType(scope.evaluate(arg))}\n`);
				return "again";
			case ":u":
				host.run("nix-shell", [this.printed(this.derivationPath(this.shellOf(scope.evaluate(arg))))]);
				return "again";
			case ":b":
			case ":bl":
				this.build(this.derivationPath(scope.evaluate(arg)), name === ":bl");
				return "again";
			case ":i":
				host.run("nix-env", ["-i", this.printed(this.derivationPath(scope.evaluate(arg)))]);
				return "again";
			case ":sh":
				host.run("nix-shell", [this.printed(this.derivationPath(scope.evaluate(arg)))]);
				return "again";
			case ":log":
				host.log(this.printed(this.derivationPath(scope.evaluate(arg))));
				return "again";
			case ":p":
			case ":print":
				this.printWhole(scope.evaluate(arg));
				return "again";
			case ":q":
			case ":quit":
				if (this.options.debug !== undefined) this.options.debug.stop = false;
				return "quit";
			case ":doc":
				this.doc(arg);
				return "again";
			case ":te":
			case ":trace-enable":
				this.traceEnable(name, arg);
				return "again";
			default:
				throw new NixError("NO_SUCH_COMMAND", `unknown command '${name}'`);
		}
	}

	private debugCommand(name: string, arg: ByteString): ReplOutcome | undefined {
		const { debug } = this.options;
		if (debug === undefined) return undefined;
		const { host } = this;
		const title = (index: number): string => `\n\x1b[34;1m${index}\x1b[0m: ${debug.show(index)}`;
		switch (name) {
			case ":bt":
			case ":backtrace":
				for (let i = 0; i < debug.size; i++) host.out(title(i));
				return "again";
			case ":env":
				if (this.traceIndex < debug.size) host.out(debug.showVariables(this.traceIndex));
				return "again";
			case ":st": {
				const index = /^\s*([+-]?[0-9]+)/.exec(arg);
				if (index !== null) this.traceIndex = Number(index[1]);
				if (this.traceIndex >= 0 && this.traceIndex < debug.size) {
					host.out(`${title(this.traceIndex)}\n${debug.showVariables(this.traceIndex)}`);
					this.scope.clear();
					for (const [variable, value] of debug.variables(this.traceIndex)) this.scope.add(variable, value);
				}
				return "again";
			}
			case ":s":
			case ":step":
				debug.stop = true;
				return "continue";
			case ":c":
			case ":continue":
				debug.stop = false;
				return "continue";
			default:
				return undefined;
		}
	}

	private printed(path: StorePath): ByteString {
		return path.toString(this.st.host.store.storeDir);
	}

	/** The first `maxDepth` levels of a value. */
	private print(v: Value, maxDepth = Infinity): void {
		const { host, st } = this;
		const text = printValue(st, v, {
			ansiColors: true,
			force: true,
			derivationPaths: true,
			maxDepth,
			prettyIndent: 2,
			errors: "throw-top-level",
			onError: (error) => void this.shown(error),
			onFailure: (printed) => host.out(printed),
		});
		host.out(`${text}\n`);
	}

	private printWhole(v: Value): void {
		if (typeof v === "string") this.host.out(`${v}\n`);
		else if (v instanceof NixString) this.host.out(`${v.s}\n`);
		else this.print(v);
	}

	private traceEnable(command: string, arg: ByteString): void {
		const { st } = this;
		if (arg === "false" || (arg === "" && st.showTrace)) {
			this.host.out("not showing error traces\n");
			st.showTrace = false;
		} else if (arg === "true" || arg === "") {
			this.host.out("showing error traces\n");
			st.showTrace = true;
		} else throw new NixError("UNEXPECTED_ARGUMENT", `unexpected argument '${arg}' to ${command}`);
	}

	/** Takes the attributes of a set into scope, and tells of them. */
	take(value: Lazy): void {
		const { st, host } = this;
		const doing = "while evaluating an attribute set to be merged in the global scope";
		const attrs = forceAttrs(st, value, determinePos(value, 0), doing);
		const { ids } = attrs.shape;
		for (let i = 0; i < ids.length; i++) this.scope.add(ids[i], attrs.vals[i]);
		host.notice(`Added ${ids.length} variables.`);
		this.lastLoaded = attrs;
		const names = attrs.shape.order(st.symbols).map((i) => printIdentifier(st.symbols.names[ids[i]]));
		host.notice(names.slice(0, maxNamesShown).join(", "));
		if (names.length > maxNamesShown) host.notice(`... and ${names.length - maxNamesShown} more; view with :ll`);
	}

	/** Takes what the command line named into scope. */
	takeInstallable(value: Lazy, what: ByteString): void {
		this.st.depth = 0;
		this.host.notice(`Loading installable '${what}'...`);
		this.take(value);
	}

	private loadFile(path: ByteString): void {
		const { st, options } = this;
		this.files = [...this.files.filter((other) => other !== path), path];
		this.take(autoCall(st, options.args, evalFile(st, options.lookup(path))));
	}

	private loadFlake(ref: ByteString): void {
		if (ref === "")
			throw new NixError(
				"NO_FLAKE",
				"cannot use ':load-flake' without a path specified. (Use '.' for the current working directory.)",
			);
		this.flakes = [...this.flakes.filter((other) => other !== ref), ref];
		this.take(this.options.callFlake(ref));
	}

	/** Forgets all variables and what files said. What follows is {@link ReplOutcome}'s `reload`. */
	private reload(): ReplOutcome {
		resetFileCache(this.st);
		this.scope.clear();
		return "reload";
	}

	/** Loads again the files that were loaded. */
	loadFiles(): void {
		const { files } = this;
		this.files = [];
		for (const path of files) {
			this.host.notice(`Loading "${path}"...`);
			this.loadFile(path);
		}
	}

	/** Loads again the flakes that were loaded. */
	loadFlakes(): void {
		const { flakes } = this;
		this.flakes = [];
		for (const ref of flakes) {
			this.host.notice(`Loading flake '${ref}'...`);
			this.loadFlake(ref);
		}
	}

	/** Loads again all that was loaded, where the command line named nothing; errors are shown. */
	reloadAll(): void {
		try {
			this.loadFiles();
			this.loadFlakes();
		} catch (error) {
			if (!(error instanceof NixError)) throw error;
			this.host.error(this.shown(error));
		}
	}

	private showLastLoaded(): void {
		if (this.lastLoaded === undefined) throw new NixError("NOTHING_LOADED", "nothing has been loaded yet");
		const { names } = this.st.symbols;
		this.host.page(this.lastLoaded.shape.ids.map((id) => `${names[id]}\n`).join(""));
	}

	private derivationPath(v: Value): StorePath {
		const { st } = this;
		if (!isDerivation(st, v))
			throw new NixError("NOT_A_DERIVATION", "expression does not evaluate to a derivation, so I can't build it");
		const { drvPath } = new PackageInfo(st, "", v as Attrs);
		if (drvPath === undefined)
			throw new NixError("NO_DRV_PATH", "expression did not evaluate to a valid derivation (no 'drvPath' attribute)");
		if (!st.host.store.isValidPath(drvPath))
			throw new NixError("INVALID_DERIVATION", `expression evaluated to invalid derivation '${this.printed(drvPath)}'`);
		return drvPath;
	}

	/** A derivation for a shell that has another one. */
	private shellOf(drv: Value): Value {
		const shell = 'drv: (import <nixpkgs> {}).runCommand "shell" { buildInputs = [ drv ]; } ""';
		return call1(this.st, this.scope.evaluate(shell), drv, 0);
	}

	private build(drvPath: StorePath, link: boolean): void {
		const { host } = this;
		const built = host.build(this.printed(drvPath), link);
		host.out("\nThis derivation produced the following outputs:\n");
		for (const { output, path, link: place } of built)
			host.out(`  ${place === undefined ? output : `./${place}`} -> ${path}\n`);
	}

	private edit(arg: ByteString): void {
		const { path, line } = this.definitionOf(this.scope.evaluate(arg), arg);
		const place = path.accessor.id === "root" ? (this.st.host.root.physicalPath?.(path.path) ?? path.path) : undefined;
		if (place === undefined)
			throw new NixError(
				"NO_PHYSICAL_PATH",
				`cannot open '${showNixPath(path)}' in an editor because it has no physical path`,
			);
		this.host.edit(place, line);
	}

	private definitionOf(v: Value, what: ByteString): { readonly path: NixPath; readonly line: number } {
		const { st } = this;
		const toPath = (lazy: Lazy, doing: string): NixPath => coerceToPath(st, lazy, new ContextGatherer(), doing, 0);
		if (typeof v === "string" || v instanceof NixString || v instanceof NixPath)
			return { path: toPath(v, "while evaluating the filename to edit"), line: 0 };
		const lambda = lambdaExprOf(v);
		if (lambda !== undefined) {
			const pos = lambda.base + lambda.expr.pos;
			const at = st.positions.resolve(pos);
			if (at?.origin.kind !== "file")
				throw new NixError("NO_FILE", `'${st.showPosition(pos)}' cannot be shown in an editor`);
			return {
				path: new NixPath(at.origin.path, (at.origin.accessor ?? st.rootFS) as NixPath["accessor"]),
				line: at.line,
			};
		}
		let position: Lazy;
		try {
			position = selectAlongPath(st, "meta.position", emptyAttrs, v).value;
		} catch (error) {
			if (!(error instanceof NixError)) throw error;
			throw new NixError("NO_POSITION", `package '${what}' has no source location information`);
		}
		const path = toPath(position, "while evaluating the 'meta.position' attribute of a derivation");
		const parts = /^(.*):([0-9]+)$/s.exec(path.path);
		if (parts === null) throw new NixError("BAD_POSITION", `cannot parse 'meta.position' attribute '${path.path}'`);
		return { path: new NixPath(parts[1], path.accessor), line: Number(parts[2]) };
	}

	private doc(arg: ByteString): void {
		const { st, scope } = this;
		const attribute = this.selected(arg);
		const doc = valueDoc(st, scope.evaluate(arg));
		if (doc !== undefined) return this.showMarkdown(doc);
		if (attribute === undefined || attribute.pos === 0)
			throw new NixError("NO_DOCUMENTATION", "value does not have documentation");
		this.showMarkdown(attributeDoc(st, attribute.name, attribute.pos));
	}

	/** Where the attribute that an expression selects was defined; undefined for another expression. */
	private selected(text: ByteString): { readonly name: ByteString; readonly pos: PosIdx } | undefined {
		const { st, scope } = this;
		const { code, expr } = scope.compile(text);
		if (expr.kind !== Kind.Select) return undefined;
		const { mod } = code;
		const last = expr.path[expr.path.length - 1];
		const rest = expr.path.slice(0, -1);
		const from = codeOf(
			mod,
			rest.length === 0 ? expr.subject : new SelectExpr(expr.subject, rest, undefined, expr.pos),
		);
		const value = scope.run(from);
		const name =
			typeof last === "number"
				? last
				: st.symbols.create(
						forceStringNoContext(st, scope.run(codeOf(mod, last)), 0, "while evaluating an attribute name"),
					);
		const doing = "while evaluating an attribute set to look for documentation";
		const attrs = forceAttrs(st, value, 0, doing);
		const at = attrs.shape.index(name);
		return at < 0 ? undefined : { name: st.symbols.names[name], pos: attrs.shape.posAt(at) };
	}

	private showMarkdown(markdown: ByteString): void {
		const text = this.options.rawMarkdown === true ? markdown : renderMarkdown(markdown);
		this.host.out(`${trim(text)}\n`);
	}

	/** What a line of input may go on with: whole lines. */
	complete(input: ByteString, listFolder: (path: ByteString) => readonly ByteString[]): ByteString[] {
		const start = /[ \n\r\t(){}[\]][^ \n\r\t(){}[\]]*$/.exec(input);
		const before = start === null ? "" : input.slice(0, start.index + 1);
		const current = input.slice(before.length);
		const slash = current.lastIndexOf("/");
		if (slash >= 0) {
			const folder = current.slice(0, slash);
			return listFolder(folder === "" ? "/" : folder)
				.filter((name) => !name.startsWith(".") && name.startsWith(current.slice(slash + 1)))
				.map((name) => `${before}${folder}/${name}`);
		}
		const dot = current.lastIndexOf(".");
		if (dot < 0) return this.scope.variables.filter((name) => name.startsWith(current)).map((name) => before + name);
		const subject = current.slice(0, dot);
		return this.attributesOf(subject)
			.filter((name) => name.startsWith(current.slice(dot + 1)))
			.map((name) => `${before}${subject}.${name}`);
	}

	/** The names in a set; none where the expression fails, or is not one. */
	private attributesOf(text: ByteString): ByteString[] {
		const { st } = this;
		try {
			st.depth = 0;
			const v = this.scope.evaluate(text);
			return v instanceof Attrs ? v.shape.order(st.symbols).map((i) => st.symbols.names[v.shape.ids[i]]) : [];
		} catch (error) {
			if (error instanceof NixError || error instanceof IncompleteInput) return [];
			throw error;
		}
	}
}
