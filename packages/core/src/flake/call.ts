import { type FetchResult, type Input, relativePath, withoutAttrs } from "@tsnix/fetchers";
import { parseStorePath, type StorePath } from "@tsnix/store";
import { type CallStep, callFlakePositions } from "./call-flake-source";
import { FlakeError, traced } from "./errors";
import {
	AssertionError,
	AttrsBuilder,
	type AttrsValue,
	call1,
	type Evaluator,
	evalFile,
	force,
	forceAttrs,
	getAttr,
	isFunction,
	type Lazy,
	mergeAttrs,
	NixPath,
	NixString,
	type PosIdx,
	type Value,
} from "./evaluation";
import { absolutePath } from "./find-flake";
import { placeTree } from "./get-flake";
import { printInputPath } from "./input-path";
import type { LockedFlake } from "./lock";
import { lockFileData } from "./lock-file";
import { findInput, nodeOf } from "./lock-graph";
import { treeValue } from "./tree-value";

/** What calling a flake asks of the outside. */
export interface CallWorld {
	/** Fetches a locked input, marked `__final`. Throws a suspension where it has to wait. */
	readonly fetchLocked: (input: Input) => FetchResult;
	/** As in {@link FlakeWorld}. */
	readonly shownStoreDir?: string;
}

/** A value worked out when it is first wanted. */
const later = (st: Evaluator, run: (pos: PosIdx) => Value): Lazy => st.later(run);

/** A node of the lock graph as values, all of them lazy. */
interface FlakeNode {
	readonly sourceInfo: Lazy;
	/** A string that refers to the tree. */
	readonly outPath: Lazy;
	/** What other flakes see of this one. */
	readonly result: Lazy;
}

/**
 * The flake's nodes. Each is made once, when it is first asked for, so nothing is fetched but what is used.
 */
class Nodes {
	private readonly made = new Map<string, FlakeNode>();
	private readonly places: Readonly<Record<CallStep, PosIdx>>;
	private readonly attr: Readonly<Record<"outPath" | "inputs" | "outputs" | "sourceInfo" | "type" | "self", number>>;

	constructor(
		private readonly st: Evaluator,
		private readonly locked: LockedFlake,
		private readonly world: CallWorld,
	) {
		this.places = callFlakePositions(st);
		const symbol = (name: string): number => st.symbols.create(name);
		this.attr = {
			outPath: symbol("outPath"),
			inputs: symbol("inputs"),
			outputs: symbol("outputs"),
			sourceInfo: symbol("sourceInfo"),
			type: symbol("_type"),
			self: symbol("self"),
		};
	}

	/** Runs something; an error that passes is told what was going on and where, the innermost first. */
	private tracing<T>(notes: readonly (readonly [message: string, step?: CallStep])[], run: () => T): T {
		try {
			return run();
		} catch (error) {
			throw notes.reduce((passing, [message, step]) => {
				const pos = step === undefined ? 0 : this.places[step];
				return traced(passing, message, { evaluator: this.st, pos });
			}, error);
		}
	}

	/**
	 * As {@link tracing}, of a function's call, where its value is wanted: only whoever wants to see all of the trace is
	 * told of those.
	 */
	private calling<T>(step: CallStep, wantedAt: PosIdx, run: () => T): T {
		if (!this.st.showTrace) return run();
		try {
			return this.tracing([["while calling anonymous lambda", step]], run);
		} catch (error) {
			throw wantedAt === 0 ? error : traced(error, "from call site", { evaluator: this.st, pos: wantedAt });
		}
	}

	/** The value of the flake that the lock file is of. */
	root(): Lazy {
		const { st } = this;
		return later(st, (pos) => this.calling("call", pos, () => force(this.get(this.locked.lock.root).result, 0)));
	}

	/** By its key in the lock graph. */
	get(key: string): FlakeNode {
		let node = this.made.get(key);
		if (node === undefined) {
			node = this.make(key);
			this.made.set(key, node);
		}
		return node;
	}

	private follow(path: readonly string[]): string {
		const key = findInput(this.locked.lock, path);
		if (key === undefined) throw new FlakeError("DANGLING_FOLLOWS", `lock file has no input '${printInputPath(path)}'`);
		return key;
	}

	private make(key: string): FlakeNode {
		const { st, attr, locked } = this;
		const { input, inputs: edges } = nodeOf(locked.lock, key);
		const lockedRef = input?.locked ?? locked.flake.lockedRef;
		const place = this.place(key);
		const relative = place === undefined && input !== undefined ? relativePath(lockedRef.input) : undefined;

		const sourceInfo = later(st, () => {
			if (place !== undefined)
				return treeValue(st, place.storePath, lockedRef.input, input === undefined && locked.forceDirty);
			if (relative !== undefined) return force(this.parentOf(key).sourceInfo, 0);
			return this.fetch(lockedRef.input);
		});
		const outPath = later(st, () => {
			if (relative !== undefined) return this.below(this.parentOf(key).outPath, relative);
			const info = force(sourceInfo, 0) as AttrsValue;
			return this.below(getAttr(info, attr.outPath) as Lazy, place?.subdir ?? lockedRef.subdir);
		});
		const inputs = later(st, () => {
			const builder = new AttrsBuilder();
			for (const [name, edge] of edges)
				builder.add(
					st.symbols.create(name),
					later(st, (pos) =>
						this.calling("input", pos, () =>
							force(this.get(edge.kind === "node" ? edge.key : this.follow(edge.path)).result, 0),
						),
					),
				);
			return builder.finish();
		});
		if (input !== undefined && !input.isFlake) {
			const result = later(st, () => {
				const notes = [
					["in the left operand of the update (//) operator", "source"],
					[`while evaluating the attribute '${this.shownKey(key)}.result'`, "result"],
				] as const;
				const info = this.tracing(notes, () => force(sourceInfo, 0)) as AttrsValue;
				const own = new AttrsBuilder().add(attr.sourceInfo, sourceInfo).add(attr.outPath, outPath);
				return mergeAttrs(info, own.finish());
			});
			return { sourceInfo, outPath, result };
		}
		const outputs = later(st, () => {
			const argument = mergeAttrs(force(inputs, 0) as AttrsValue, new AttrsBuilder().add(attr.self, self).finish());
			return call1(st, this.outputsOf(outPath), argument, this.places.outputsCall);
		});
		const self = later(st, () => {
			const left = this.tracing([["in the left operand of the update (//) operator", "outputs"]], () =>
				forceAttrs(st, outputs, 0, ""),
			);
			const own = new AttrsBuilder()
				.add(attr.outPath, outPath)
				.add(attr.inputs, inputs)
				.add(attr.outputs, outputs)
				.add(attr.sourceInfo, sourceInfo)
				.add(attr.type, "flake");
			return mergeAttrs(mergeAttrs(left, force(sourceInfo, 0) as AttrsValue), own.finish());
		});
		const result = later(st, () => {
			return this.tracing([[`while evaluating the attribute '${this.shownKey(key)}.result'`, "result"]], () => {
				this.checkOutputs(outPath);
				return force(self, 0);
			});
		});
		return { sourceInfo, outPath, result };
	}

	private shownKey(key: string): string {
		return lockFileData(this.locked.lock).keys.get(key) ?? key;
	}

	/** Where the node's tree was put while it was locked. */
	private place(key: string): { readonly storePath: StorePath; readonly subdir: string } | undefined {
		const path = this.locked.nodePaths.get(key);
		if (path === undefined) return undefined;
		const { storeDir } = this.st.host.store;
		const end = path.indexOf("/", storeDir.length + 1);
		const base = end < 0 ? path : path.slice(0, end);
		return { storePath: parseStorePath(base, storeDir), subdir: end < 0 ? "" : path.slice(end + 1) };
	}

	private parentOf(key: string): FlakeNode {
		return this.get(this.follow(nodeOf(this.locked.lock, key).input?.parent ?? []));
	}

	/** A path below another, with the same context. */
	private below(path: Lazy, subdir: string): Value {
		const base = force(path, 0);
		if (subdir === "") return base;
		return base instanceof NixString ? new NixString(`${base.s}/${subdir}`, base.context) : `${String(base)}/${subdir}`;
	}

	private fetch(input: Input): Value {
		const { st } = this;
		return this.tracing([["while calling the 'fetchFinalTree' builtin", "fetch"]], () => {
			const tree = this.world.fetchLocked({ scheme: input.scheme, attrs: withoutAttrs(input.attrs, "dir") });
			placeTree({ ...this.world, evaluator: st }, tree);
			return treeValue(st, tree.storePath, tree.locked, false);
		});
	}

	/** The flake's `outputs`, unforced. */
	private outputsOf(outPath: Lazy): Lazy {
		const { st, attr } = this;
		const dir = this.tracing(
			[["while realising the context of a path"], ["while calling the 'import' builtin", "import"]],
			() => force(outPath, 0),
		);
		const path = absolutePath("flake.nix", dir instanceof NixString ? dir.s : String(dir));
		const flake = forceAttrs(st, evalFile(st, new NixPath(path, st.rootFS)), 0, "");
		const outputs = getAttr(flake, attr.outputs);
		if (outputs === undefined) throw st.fail(new FlakeError("FLAKE_FILE", "attribute 'outputs' missing"), 0);
		return outputs;
	}

	private checkOutputs(outPath: Lazy): void {
		const outputs = this.tracing(
			[
				["while calling the 'isFunction' builtin", "isFunction"],
				["in the condition of the assert statement", "assertion"],
			],
			() => force(this.outputsOf(outPath), 0),
		);
		if (!isFunction(outputs))
			throw this.st.fail(
				new AssertionError("NIX_ASSERTION", "assertion '(builtins.isFunction flake.outputs)' failed"),
				this.places.assertion,
			);
	}
}

/**
 * A flake's value, as `builtins.getFlake` and the commands see it: its outputs, what is known of its source, and
 * `inputs`, `outputs`, `sourceInfo`, `outPath` and `_type`. Inputs are fetched when something of them is used.
 */
export const callFlake = (st: Evaluator, locked: LockedFlake, world: CallWorld): Lazy =>
	new Nodes(st, locked, world).root();
