import { NixError } from "@tsnix/store";
import { type Form, render } from "../../engine/render";
import { type ChannelFile, channelExpressions, channelFile, downloadNow } from "../channel-file";
import type { CommandArgument, CommandSource, PlainTree } from "../command-source";
import { completeAttribute } from "../completion";
import {
	adoptError,
	AttrsBuilder,
	autoCall,
	ContextGatherer,
	callN,
	coerceToString,
	determinePos,
	evalFile,
	findFile,
	force,
	forceStringNoContext,
	lookupPathOf,
	type PosIdx,
	selectAlongPath,
	showNixPath,
	Thunk,
	withTrace,
} from "../evaluation";
import { type Prefetched, type PrefetchRequest, prefetchFile } from "../prefetch-file";
import { type FoundPackage, searchPackages } from "../search";
import { treeOf } from "../write-tree";
import type { CommandScope } from "./command-scope";

/** Sources, and the values that come of them: read, run, selected, applied and written out. */
export class ValueCommands {
	/** Where the functions were written whose results values are. */
	private readonly ownPlaces = new Map<number, PosIdx>();

	constructor(private readonly scope: CommandScope) {}

	/** Sets the arguments for functions that are met on the way. */
	setArguments(args: readonly CommandArgument[]): void {
		const { st } = this.scope;
		const builder = new AttrsBuilder();
		for (const arg of args) {
			const id = st.symbols.create(arg.name);
			if (arg.kind === "string") builder.add(id, arg.text);
			else {
				const { code } = st.compile(arg.text, { origin: { kind: "string" }, basePath: arg.basePath });
				builder.add(id, new Thunk(code, undefined));
			}
		}
		this.scope.args = builder.finish();
	}

	/** A source's expression, as `nix-instantiate --parse` shows it. */
	parse(source: CommandSource): string {
		return this.scope.compile(source).show();
	}

	/** Reads a source without running it, so that errors of syntax come first. Gives what {@link run} takes. */
	prepare(source: CommandSource): number {
		const { code } = this.scope.compile(source);
		return this.scope.keep(new Thunk(code, undefined));
	}

	/** Runs a source. */
	root(source: CommandSource): number {
		const { st } = this.scope;
		if (source.kind === "evaluated-file") return this.scope.keep(evalFile(st, this.scope.lookup(source.path)));
		return this.run(this.prepare(source));
	}

	/** Runs what {@link prepare} gave. */
	run(prepared: number): number {
		force(this.scope.value(prepared), 0);
		return prepared;
	}

	/** What an attribute path selects. Forced. */
	select(value: number, path: string): number {
		const { st } = this.scope;
		const { value: selected, pos } = selectAlongPath(st, path, this.scope.args, this.scope.value(value));
		force(selected, pos);
		const kept = this.scope.keep(selected);
		this.scope.positions.set(kept, pos);
		return kept;
	}

	/** Calls a function with the arguments that were set, if any were. */
	autoCall(value: number): number {
		if (this.scope.args.vals.length === 0) return value;
		const called = this.scope.keep(autoCall(this.scope.st, this.scope.args, this.scope.value(value)));
		this.ownPlaces.set(called, determinePos(this.scope.value(value), 0));
		return called;
	}

	/** Applies a function, written in the language. */
	apply(text: string, basePath: string, value: number): number {
		const { st } = this.scope;
		const f = this.scope.value(this.root({ kind: "string", text, basePath }));
		const applied = this.scope.keep(callN(st, f, [this.scope.value(value)], 0));
		this.scope.positions.set(applied, this.scope.positions.get(value) ?? 0);
		return applied;
	}

	/** A value written out. */
	render(value: number, form: Form): string {
		const { st } = this.scope;
		if (form.kind === "json")
			return render(st, this.scope.value(value), form, this.placeOf(value, form.ownPlace === true));
		if (form.kind !== "raw") return render(st, this.scope.value(value), form);
		const copying = { more: false, copyToStore: true, canonicalise: true };
		return coerceToString(st, this.scope.value(value), new ContextGatherer(), form.doing, copying, 0);
	}

	/** A value that has to be a string. */
	text(value: number, doing: string): string {
		return forceStringNoContext(this.scope.st, this.scope.value(value), 0, doing);
	}

	private placeOf(value: number, own: boolean): PosIdx {
		if (!own) return this.scope.positions.get(value) ?? 0;
		return this.ownPlaces.get(value) ?? determinePos(this.scope.value(value), 0);
	}

	/** The files that a value stands for: strings, and sets of them. */
	tree(value: number): PlainTree {
		return treeOf(this.scope.st, this.scope.value(value));
	}

	/** The packages that a search finds in a value. */
	search(value: number, patterns: readonly string[], excluded: readonly string[]): FoundPackage[] {
		const say = (text: string): void => this.scope.st.host.log?.({ kind: "info", text });
		return [...searchPackages(this.scope.st, this.scope.cursor(value), patterns, excluded, say)];
	}

	/** The file that `<name>` means: its place on the host's file system. */
	findFile(name: string): string {
		const { st } = this.scope;
		const found = findFile(st, lookupPathOf(st), name, 0);
		const place = found.accessor.id === "root" ? found.path : undefined;
		if (place === undefined) throw new NixError("NO_PHYSICAL_PATH", `'${showNixPath(found)}' has no physical path`);
		return st.host.root.physicalPath?.(place) ?? place;
	}

	/** What an attribute path in a value may go on with. */
	completeAttribute(value: number, path: string): string[] {
		return completeAttribute(this.scope.st, this.scope.args, this.scope.value(value), path);
	}

	/** Downloads a file into the store. */
	prefetchFile(request: PrefetchRequest): Prefetched {
		return prefetchFile(this.scope.open, request, (error, doing) =>
			withTrace(adoptError(this.scope.st, error), 0, doing),
		);
	}

	/** Downloads a text, a byte string. */
	downloadText(url: string): string {
		return downloadNow(this.scope.open, url);
	}

	/** Downloads what a channel's URL leads to, into the store. */
	channelFile(url: string, name: string): ChannelFile {
		return channelFile(this.scope.open, url, name);
	}

	/** Downloads the archive of a channel's expressions into the store. */
	channelExpressions(url: string): string | undefined {
		return channelExpressions(this.scope.open, url);
	}

	/** The evaluation is over: what was gathered of it is written. */
	finish(): void {
		this.scope.st.callWatch?.finish?.(this.scope.st);
	}
}

/** Those that cross threads. */
export const valueMethods = [
	"setArguments",
	"parse",
	"prepare",
	"root",
	"run",
	"select",
	"autoCall",
	"apply",
	"render",
	"text",
	"tree",
	"search",
	"findFile",
	"completeAttribute",
	"prefetchFile",
	"downloadText",
	"channelFile",
	"channelExpressions",
	"finish",
] as const satisfies readonly (keyof ValueCommands)[];
