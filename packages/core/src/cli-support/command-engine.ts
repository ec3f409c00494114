import type { HttpTransport } from "@tsnix/fetchers";
import { type JsonValue, type NamedFs, NixError, parseStorePath, type WritableSyncFs } from "@tsnix/store";
import type { Engine } from "../engine/engine";
import { type Form, render } from "../engine/render";
import type { OpenWorld } from "../engine/world";
import type { RegistryEntry } from "../registry/registry";
import { appOf, type PlainApp } from "./apps";
import { bundleOf, type PlainBundle } from "./bundle";
import { type ChannelFile, channelExpressions, channelFile } from "./channel-file";
import { cloneInput } from "./clone-flake";
import type { CommandArgument, CommandSource, PlainDerivedPath, PlainTree } from "./command-source";
import { CommandRepl, type CommandReplOptions } from "./command-repl";
import { completeAttribute, completeOutput } from "./completion";
import { derivedPathsOf, flakeDerivedPaths } from "./derived-paths";
import { PackageElements } from "./environment/package-elements";
import {
	adoptError,
	type Attrs,
	AttrsBuilder,
	autoCall,
	type Code,
	ContextGatherer,
	callN,
	coerceToString,
	determinePos,
	compileFile,
	type Evaluator,
	evalFile,
	findDerivations,
	findFile,
	force,
	isDerivation,
	isPseudoUrl,
	type Lazy,
	lookupPathOf,
	NixPath,
	PackageInfo,
	type PosIdx,
	printExpression,
	resolveExprPath,
	selectAlongPath,
	showNixPath,
	Thunk,
	withTrace,
} from "./evaluation";
import { findAttributes, flakeAttribute } from "./flake-attribute";
import type { PlainCheckOptions, PlainFlakeCheck } from "./flake-check";
import type { AppliedConfig, FlakeConfig } from "./flake-config";
import { type WrittenTemplate, writeTemplate } from "./flake-template";
import type { FlakeArchive } from "./flake-tree-inputs";
import { CommandFlakes, type PlainLockOptions, type PlainShowOptions, type PrefetchedFlake } from "./flakes";
import { packageOf, type PlainPackage } from "./flake-package";
import { type PlainPosition, packagePosition } from "./package-position";
import { type Prefetched, type PrefetchRequest, prefetchFile } from "./prefetch-file";
import { CommandRegistries } from "./registries";
import { type FoundPackage, searchPackages } from "./search";
import { shellDerivations, shellFile } from "./shell-expression";
import type { ReplHost } from "../repl/repl-host";
import type { ReplOutcome } from "../repl/repl";
import { treeOf } from "./write-tree";

/** What a found derivation tells of itself. */
export interface FoundDerivation {
	readonly drvPath: string;
	readonly outputName: string;
}

/**
 * The steps that the command line's programs take with an evaluation, one by one, in their order and with their
 * messages. Values and derivations stay here; callers have numbers for them.
 */
export class CommandEngine {
	private readonly st: Evaluator;
	private readonly values: Lazy[] = [];
	/** Where values that attribute paths led to were written. */
	private readonly positions = new Map<number, PosIdx>();
	/** Where the functions were written whose results values are. */
	private readonly ownPlaces = new Map<number, PosIdx>();
	private readonly packages: PackageInfo[] = [];
	private args: Attrs = new AttrsBuilder().finish();
	private readonly flakes: CommandFlakes;
	private readonly registries: CommandRegistries;
	private openedRepl: CommandRepl | undefined;

	constructor(
		engine: Engine,
		private readonly open: OpenWorld,
		private readonly workingDirectory: string,
		/** Gives the folder that the URL of an archive stands for. */
		private readonly fetchArchive: (url: string) => string,
		/** Applies what a flake says of settings. */
		applyConfig?: (config: FlakeConfig) => AppliedConfig,
		/** Downloads without blocking. */
		http?: HttpTransport,
		/** The file of the user's flake registry. */
		userRegistry?: string,
		/** Whom the REPL talks to. */
		private readonly replHost?: ReplHost,
		/** Entries of registries of flags that become known later. */
		overrides: RegistryEntry[] = [],
	) {
		this.registries = new CommandRegistries(open, userRegistry, workingDirectory, overrides);
		this.st = engine.st;
		this.flakes = new CommandFlakes(open, engine.st, workingDirectory, applyConfig, http);
	}

	/** What `nix-env` does with packages. */
	packageElements(say: (text: string) => void): PackageElements {
		return new PackageElements(
			this.st,
			() => this.args,
			(text) => this.lookup(text),
			say,
			(text) => new Thunk(this.compile({ kind: "string", text, basePath: this.workingDirectory }).code, undefined),
		);
	}

	/** The evaluation is over: what was gathered of it is written. */
	finish(): void {
		this.st.callWatch?.finish?.(this.st);
	}

	/** What REPLs of this evaluation are made with. */
	get replOptions(): CommandReplOptions {
		const { st, open, workingDirectory, args, replHost } = this;
		if (replHost === undefined) throw new Error("nobody to talk to");
		return {
			st,
			open,
			host: replHost,
			workingDirectory,
			args,
			lookup: (path) => this.lookup(path),
			rawMarkdown: st.host.getEnv?.("_NIX_TEST_RAW_MARKDOWN") === "1",
		};
	}

	private get repl(): CommandRepl {
		this.openedRepl ??= new CommandRepl(this.replOptions);
		return this.openedRepl;
	}

	/** The REPL takes the input since its last line was done. */
	replRead(input: string): ReplOutcome {
		const outcome = this.repl.read(input);
		if (outcome === "reload") this.flakes.forget();
		return outcome;
	}

	/** Takes a value that the command line named into the REPL's scope. */
	replTake(value: number, what: string): void {
		this.repl.take(this.values[value], what);
	}

	/** The REPL loads again what files it had loaded. */
	replLoadFiles(): void {
		this.st.depth = 0;
		this.repl.loadFiles();
	}

	/** The REPL loads again what flakes it had loaded. */
	replLoadFlakes(): void {
		this.st.depth = 0;
		this.repl.loadFlakes();
	}

	/** What a line of the REPL's input may go on with. */
	replComplete(input: string): string[] {
		return this.repl.complete(input);
	}

	private keep(value: Lazy): number {
		this.values.push(value);
		return this.values.length - 1;
	}

	private compile(source: CommandSource): { readonly code: Code; readonly show: () => string } {
		const { st } = this;
		const compiled =
			"text" in source
				? st.compile(source.text, { origin: { kind: source.kind }, basePath: source.basePath })
				: compileFile(st, resolveExprPath(st, this.lookup(source.path)));
		return { code: compiled.code, show: () => printExpression(compiled.expr, st.symbols, { ...this.home() }) };
	}

	private home(): { home?: string } {
		const { homeDir } = this.st.host;
		return homeDir === undefined ? {} : { home: homeDir };
	}

	/** A file as command lines name them. */
	private lookup(text: string): NixPath {
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
	private keepTree(path: string): void {
		const { store } = this.st.host;
		if (!path.startsWith(`${store.storeDir}/`) || this.st.settings.readOnly) return;
		const [base] = path.slice(store.storeDir.length + 1).split("/");
		store.queryPathInfo(parseStorePath(`${store.storeDir}/${base}`, store.storeDir));
	}

	/** The same for what is to be built. */
	private kept<T extends readonly PlainDerivedPath[]>(paths: T): T {
		for (const path of paths) if (path.kind === "opaque") this.keepTree(path.path);
		return paths;
	}

	/** Sets the arguments for functions that are met on the way. */
	setArguments(args: readonly CommandArgument[]): void {
		const { st } = this;
		const builder = new AttrsBuilder();
		for (const arg of args) {
			const id = st.symbols.create(arg.name);
			if (arg.kind === "string") builder.add(id, arg.text);
			else {
				const { code } = st.compile(arg.text, { origin: { kind: "string" }, basePath: arg.basePath });
				builder.add(id, new Thunk(code, undefined));
			}
		}
		this.args = builder.finish();
	}

	/** A source's expression, as `nix-instantiate --parse` shows it. */
	parse(source: CommandSource): string {
		return this.compile(source).show();
	}

	/** Reads a source without running it, so that errors of syntax come first. Gives what {@link run} takes. */
	prepare(source: CommandSource): number {
		const { code } = this.compile(source);
		return this.keep(new Thunk(code, undefined));
	}

	/** Runs a source. */
	root(source: CommandSource): number {
		const { st } = this;
		st.depth = 0;
		if (source.kind === "evaluated-file") return this.keep(evalFile(st, this.lookup(source.path)));
		return this.run(this.prepare(source));
	}

	/** Runs what {@link prepare} gave. */
	run(prepared: number): number {
		this.st.depth = 0;
		force(this.values[prepared], 0);
		return prepared;
	}

	/** Takes an installable's flake reference apart: the reference, whole, and what follows `#`. */
	parseFlake(
		text: string,
		baseDirectory: string = this.workingDirectory,
	): { readonly ref: string; readonly fragment: string } {
		return this.flakes.parse(text, baseDirectory);
	}

	/** The entries of all flake registries, as text. */
	registryList(): string {
		return this.registries.list();
	}

	/** What the flake registries make of a reference. */
	registryResolve(ref: string): string {
		return this.registries.resolved(ref);
	}

	/** Lets a reference stand for another one, in the user's registry or in another file. */
	registryAdd(file: string | undefined, from: string, to: string): void {
		this.registries.add(file, from, to);
	}

	/** Removes a reference from a registry. */
	registryRemove(file: string | undefined, ref: string): void {
		this.registries.remove(file, ref);
	}

	/** Lets a reference stand for what another one is locked to now. */
	registryPin(file: string | undefined, ref: string, locked: string): void {
		this.registries.pin(file, ref, locked);
	}

	/** Fetches a flake's tree into the store. */
	prefetchFlake(ref: string): PrefetchedFlake {
		this.st.depth = 0;
		return this.flakes.prefetch(ref, this.registries);
	}

	/** The trees of a flake and its inputs, put into the store unless only told of. */
	async archiveFlake(ref: string, options: PlainLockOptions, dryRun: boolean): Promise<FlakeArchive> {
		this.st.depth = 0;
		await this.flakes.ready(ref, options);
		return this.flakes.archive(ref, options, dryRun);
	}

	/** The inputs of a flake, for {@link fetchFlakeInput}. */
	async flakeInputs(ref: string, options: PlainLockOptions): Promise<readonly { key: string; url: string }[]> {
		this.st.depth = 0;
		await this.flakes.ready(ref, options);
		return this.flakes.inputs(ref, options);
	}

	/** Puts the tree of a flake's input into the store. */
	fetchFlakeInput(ref: string, options: PlainLockOptions, key: string): void {
		this.st.depth = 0;
		this.flakes.fetchInput(ref, options, key);
	}

	/** Makes the inputs of a flake entries of the registries of flags. */
	useInputsFrom(ref: string): void {
		this.st.depth = 0;
		this.registries.addOverrides(this.flakes.inputEntries(ref));
	}

	/** Writes the files of a template that a flake has into a folder. */
	writeTemplate(template: number, attribute: string, folder: string): WrittenTemplate {
		this.st.depth = 0;
		const { fs, log } = this.open.world;
		return writeTemplate(this.st, this.values[template], attribute, folder, fs as NamedFs & WritableSyncFs, {
			error: (text) => log?.({ kind: "trace-function", text }),
			notice: (text) => log?.({ kind: "notice", text }),
		});
	}

	/** Copies a flake's repository, or its tree where it has none, into a folder that is not there yet. */
	cloneFlake(ref: string, folder: string, shown: string): void {
		this.st.depth = 0;
		cloneInput(this.flakes.resolve(ref, this.registries).input, folder, shown, this.open);
	}

	/** Locks a flake; gives its outputs. */
	async openFlake(ref: string, options: PlainLockOptions): Promise<number> {
		this.st.depth = 0;
		await this.flakes.ready(ref, options);
		return this.keep(this.flakes.outputs(ref, options));
	}

	/** Locks a flake, writing its lock file as the options say. */
	async lockFlake(ref: string, options: PlainLockOptions): Promise<void> {
		this.st.depth = 0;
		await this.flakes.ready(ref, options);
		this.flakes.lock(ref, options);
	}

	/** What is known of a flake without evaluating it: for people, and as data. */
	async flakeMetadata(
		ref: string,
		options: PlainLockOptions,
		color: boolean,
	): Promise<{ readonly text: string; readonly json: JsonValue }> {
		this.st.depth = 0;
		await this.flakes.ready(ref, options);
		return this.flakes.metadata(ref, options, color);
	}

	/** A flake's outputs: lines for people, told of as they come, or data. */
	async showFlake(ref: string, options: PlainLockOptions, show: PlainShowOptions): Promise<JsonValue | undefined> {
		this.st.depth = 0;
		await this.flakes.ready(ref, options);
		return this.flakes.show(ref, options, show, (text) => this.open.world.log?.({ kind: "output", text }));
	}

	/** Checks a flake's outputs, telling of it on the way; what is to be built is left to the caller. */
	async checkFlake(ref: string, options: PlainLockOptions, check: PlainCheckOptions): Promise<PlainFlakeCheck> {
		this.st.depth = 0;
		await this.flakes.ready(ref, options);
		return this.flakes.check(ref, options, check);
	}

	/** The first of several attributes that a flake's outputs have. Tells which, too. */
	flakeAttribute(
		ref: string,
		outputs: number,
		attributes: readonly string[],
	): { readonly value: number; readonly attribute: string } {
		this.st.depth = 0;
		const { value, attribute } = flakeAttribute(this.st, ref, this.values[outputs], attributes);
		return { value: this.keep(value), attribute };
	}

	/** Downloads a file into the store. */
	prefetchFile(request: PrefetchRequest): Prefetched {
		this.st.depth = 0;
		return prefetchFile(this.open, request, (error, doing) => withTrace(adoptError(this.st, error), 0, doing));
	}

	/** Downloads what a channel's URL leads to, into the store. */
	channelFile(url: string, name: string): ChannelFile {
		return channelFile(this.open, url, name);
	}

	/** Downloads the archive of a channel's expressions into the store. */
	channelExpressions(url: string): string | undefined {
		return channelExpressions(this.open, url);
	}

	/** The packages that a search finds in a value. */
	search(
		value: number,
		path: readonly string[],
		patterns: readonly string[],
		excluded: readonly string[],
	): FoundPackage[] {
		this.st.depth = 0;
		const say = (text: string): void => this.st.host.log?.({ kind: "info", text });
		return [...searchPackages(this.st, this.values[value], path, patterns, excluded, say)];
	}

	/** All of some attributes that a flake's outputs have. */
	flakeAttributes(
		ref: string,
		outputs: number,
		attributes: readonly string[],
	): { readonly value: number; readonly attribute: string }[] {
		this.st.depth = 0;
		const found = findAttributes(this.st, ref, this.values[outputs], attributes);
		return found.map(({ value, attribute }) => ({ value: this.keep(value), attribute }));
	}

	/** What an attribute path selects. Forced. */
	select(value: number, path: string): number {
		const { st } = this;
		st.depth = 0;
		const { value: selected, pos } = selectAlongPath(st, path, this.args, this.values[value]);
		force(selected, pos);
		const kept = this.keep(selected);
		this.positions.set(kept, pos);
		return kept;
	}

	/** Calls a function with the arguments that were set, if any were. */
	autoCall(value: number): number {
		this.st.depth = 0;
		if (this.args.vals.length === 0) return value;
		const called = this.keep(autoCall(this.st, this.args, this.values[value]));
		this.ownPlaces.set(called, determinePos(this.values[value], 0));
		return called;
	}

	/** Applies a function, written in the language. */
	apply(text: string, basePath: string, value: number): number {
		const { st } = this;
		st.depth = 0;
		const f = this.values[this.root({ kind: "string", text, basePath })];
		const applied = this.keep(callN(st, f, [this.values[value]], 0));
		this.positions.set(applied, this.positions.get(value) ?? 0);
		return applied;
	}

	/** A value written out. */
	render(value: number, form: Form): string {
		const { st } = this;
		st.depth = 0;
		if (form.kind === "json") return render(st, this.values[value], form, this.placeOf(value, form.ownPlace === true));
		if (form.kind !== "raw") return render(st, this.values[value], form);
		const copying = { more: false, copyToStore: true, canonicalise: true };
		return coerceToString(st, this.values[value], new ContextGatherer(), form.doing, copying, 0);
	}

	private placeOf(value: number, own: boolean): PosIdx {
		if (!own) return this.positions.get(value) ?? 0;
		return this.ownPlaces.get(value) ?? determinePos(this.values[value], 0);
	}

	/** The files that a value stands for: strings, and sets of them. */
	tree(value: number): PlainTree {
		this.st.depth = 0;
		return treeOf(this.st, this.values[value]);
	}

	/** The derivations in a value, as numbers for {@link derivation}. */
	derivations(value: number): number[] {
		this.st.depth = 0;
		return findDerivations(this.st, this.values[value], this.args).map((info) => this.packages.push(info) - 1);
	}

	/** What a derivation is. Writes it to the store. */
	derivation(found: number): FoundDerivation {
		const info = this.packages[found];
		this.st.depth = 0;
		const drvPath = info.requiredDrvPath.toString(this.st.host.store.storeDir);
		const { outputName } = info;
		if (outputName === "")
			throw new NixError("NO_OUTPUT_NAME", `derivation '${drvPath}' lacks an 'outputName' attribute`);
		return { drvPath, outputName };
	}

	/** What is to be built for a value that an attribute path led to; `outputs` as asked for, if they were. */
	derivedPaths(value: number, attribute: string, outputs: "all" | readonly string[] | undefined): PlainDerivedPath[] {
		this.st.depth = 0;
		const position = this.positions.get(value) ?? 0;
		return this.kept(derivedPathsOf(this.st, this.values[value], position, attribute, outputs, this.args));
	}

	/** What is to be built for a flake's attribute. */
	flakeDerivedPaths(
		value: number,
		attribute: string,
		outputs: "all" | readonly string[] | undefined,
	): PlainDerivedPath[] {
		this.st.depth = 0;
		return this.kept(flakeDerivedPaths(this.st, this.values[value], attribute, outputs));
	}

	/** What is to be known of a flake's attribute for a profile; undefined where it is no derivation. */
	async flakePackage(
		ref: string,
		options: PlainLockOptions,
		value: number,
		attribute: string,
	): Promise<PlainPackage | undefined> {
		const { st } = this;
		st.depth = 0;
		const found = packageOf(st, this.values[value], attribute);
		if (found === undefined) return undefined;
		await this.flakes.ready(ref, options);
		return { ...found, locked: this.flakes.lockedRef(ref, options) };
	}

	/** The program that a value is; `attribute` is where it lies in a flake's outputs, empty for other values. */
	app(value: number, attribute: string): PlainApp {
		this.st.depth = 0;
		const app = appOf(this.st, this.values[value], attribute);
		this.kept(app.context);
		this.keepTree(app.program);
		return app;
	}

	/** What a bundler, called `what`, makes of a value. */
	bundle(bundler: number, value: number, what: string): PlainBundle {
		this.st.depth = 0;
		return bundleOf(this.st, this.values[bundler], this.values[value], what);
	}

	/** Where a package, called `what`, is written. */
	packagePosition(value: number, what: string): PlainPosition {
		this.st.depth = 0;
		const position = packagePosition(this.st, this.values[value], what);
		if (position.file !== undefined) this.keepTree(position.file);
		return position;
	}

	/** The input `nixpkgs` of a flake, as it is locked; the registries' `nixpkgs` where it has none. */
	async nixpkgsOf(ref: string, options: PlainLockOptions): Promise<string> {
		this.st.depth = 0;
		await this.flakes.ready(ref, options);
		return this.flakes.nixpkgsOf(ref, options);
	}

	/** The folder of the host that a flake lies in, before the registries and `follows` are asked; where it is one. */
	flakeFolder(ref: string): string | undefined {
		return this.flakes.folder(ref);
	}

	/** The folder of the host that a locked flake lies in; where it is one. */
	async resolvedFlakeFolder(ref: string, options: PlainLockOptions): Promise<string | undefined> {
		await this.flakes.ready(ref, options);
		return this.flakes.resolvedFolder(ref, options);
	}

	/** Reads the file that `nix-shell` is given, without running it; tells what there is to say of it, too. */
	prepareShell(path: string, shellNix: boolean): { readonly prepared: number; readonly warning?: string } {
		const { st } = this;
		const { path: file, ...told } = shellFile(st, this.lookup(path), shellNix);
		return { ...told, prepared: this.keep(new Thunk(compileFile(st, file).code, undefined)) };
	}

	/** The derivations that `nix-shell` finds along an attribute path in a value, as numbers for {@link derivation}. */
	shellDerivations(value: number, path: string): number[] {
		this.st.depth = 0;
		const found = shellDerivations(this.st, this.values[value], path, this.args);
		return found.map((info) => this.packages.push(info) - 1);
	}

	/** The path of the derivation that a value is; undefined where it is none. Writes it to the store. */
	drvPathOf(value: number): string | undefined {
		const { st } = this;
		st.depth = 0;
		const v = force(this.values[value], 0);
		if (!isDerivation(st, v)) return undefined;
		const info = new PackageInfo(st, "", v as Attrs);
		void info.name;
		return info.requiredDrvPath.toString(st.host.store.storeDir);
	}

	/** What an attribute path in a value may go on with. */
	completeAttribute(value: number, path: string): string[] {
		this.st.depth = 0;
		return completeAttribute(this.st, this.args, this.values[value], path);
	}

	/** What follows `#` in a reference to one of a flake's outputs may go on with. */
	completeOutput(
		outputs: number,
		fragment: string,
		prefixes: readonly string[],
		defaults: readonly string[],
	): string[] {
		this.st.depth = 0;
		return completeOutput(this.st, this.values[outputs], fragment, prefixes, defaults);
	}

	/** The names of a flake's inputs. */
	flakeInputNames(ref: string): string[] {
		this.st.depth = 0;
		return this.flakes.inputNames(ref);
	}

	/** The file that `<name>` means: its place on the host's file system. */
	findFile(name: string): string {
		const { st } = this;
		const found = findFile(st, lookupPathOf(st), name, 0);
		const place = found.accessor.id === "root" ? found.path : undefined;
		if (place === undefined) throw new NixError("NO_PHYSICAL_PATH", `'${showNixPath(found)}' has no physical path`);
		return st.host.root.physicalPath?.(place) ?? place;
	}
}

/** The calls that cross threads. */
export const commandMethods = [
	"finish",
	"setArguments",
	"parse",
	"prepare",
	"root",
	"run",
	"parseFlake",
	"registryList",
	"registryResolve",
	"registryAdd",
	"registryRemove",
	"registryPin",
	"prefetchFile",
	"channelFile",
	"channelExpressions",
	"prefetchFlake",
	"archiveFlake",
	"flakeInputs",
	"fetchFlakeInput",
	"useInputsFrom",
	"writeTemplate",
	"cloneFlake",
	"openFlake",
	"flakeAttribute",
	"flakeAttributes",
	"lockFlake",
	"flakeMetadata",
	"showFlake",
	"checkFlake",
	"search",
	"select",
	"autoCall",
	"apply",
	"render",
	"tree",
	"derivations",
	"derivation",
	"derivedPaths",
	"flakeDerivedPaths",
	"flakePackage",
	"findFile",
	"app",
	"bundle",
	"packagePosition",
	"nixpkgsOf",
	"flakeFolder",
	"resolvedFlakeFolder",
	"prepareShell",
	"shellDerivations",
	"drvPathOf",
	"completeAttribute",
	"completeOutput",
	"flakeInputNames",
	"replRead",
	"replTake",
	"replLoadFiles",
	"replLoadFlakes",
	"replComplete",
] as const satisfies readonly (keyof CommandEngine)[];

export type CommandMethod = (typeof commandMethods)[number];
