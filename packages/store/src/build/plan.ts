import type { ByteString } from "../byte-string";
import type { StorePath } from "../formats/store-path";
import type { SyncStore } from "../stores/store";
import { sortPaths } from "./closure";
import { readDerivationOptions } from "./derivation-options";
import { KnownOutputs } from "./known-outputs";
import { chainText, type DerivationChain, inputChains } from "./resolve";
import type { SubstitutablePath, Substituter } from "./substituter";
import { topologicalSort } from "./topological-sort";

/** What is to be realised: outputs of a derivation (a .drv file, or what an output of one is), or a path. */
export type RealiseTarget =
	| {
			readonly drvPath: StorePath;
			/** Output names on the way to the derivation, for dynamic derivations; none unless told. */
			readonly via?: readonly string[];
			readonly outputs: "all" | readonly string[];
	  }
	| { readonly path: StorePath };

/** What a realisation would do. */
export interface Plan {
	/** Derivations that have to be built, each after those that it needs. */
	readonly willBuild: readonly StorePath[];
	/** Paths that substituters offer and that are not valid, each after those that it refers to. */
	readonly willSubstitute: readonly StorePath[];
	/** Paths that are neither valid nor offered, and .drv files that are missing. */
	readonly unknown: readonly StorePath[];
	/** Targets that need nothing done: the paths that are valid already. */
	readonly valid: readonly StorePath[];
	/** Bytes to be fetched, and bytes of NARs they come to. */
	readonly downloadSize: number;
	readonly narSize: number;
}

export interface PlanOptions {
	readonly store: SyncStore;
	/** Asked in this order. */
	readonly substituters?: readonly Substituter[];
	/** The experimental feature `ca-derivations`. */
	readonly contentAddressedDerivations?: boolean;
	/** Substitute even where `allowSubstitutes` is false. */
	readonly alwaysAllowSubstitutes?: boolean;
	/** Told of what is left out, and of attributes that have no effect. */
	readonly warn?: (message: ByteString) => void;
}

/**
 * Find out what has to be built and substituted to realise targets, changing nothing: what `nix-build --dry-run`
 * prints. What is found out later (outputs of content-addressed derivations) may make it less.
 */
export const planRealisation = async (targets: readonly RealiseTarget[], options: PlanOptions): Promise<Plan> => {
	const planner = new Planner(options);
	for (const target of targets) {
		if ("path" in target) await planner.path(target.path);
		else await planner.derivation({ drvPath: target.drvPath, outputs: target.via ?? [] }, target.outputs);
	}
	return planner.plan();
};

class Planner {
	readonly #options: PlanOptions;
	readonly #known: KnownOutputs;
	readonly #build = new Map<string, StorePath>();
	readonly #substitute = new Map<string, SubstitutablePath>();
	readonly #unknown: StorePath[] = [];
	readonly #valid: StorePath[] = [];
	readonly #done = new Set<string>();

	constructor(options: PlanOptions) {
		this.#options = options;
		this.#known = new KnownOutputs(options.store, options.contentAddressedDerivations ?? false);
	}

	async path(path: StorePath): Promise<void> {
		if (!this.#first(path.baseName)) return;
		if (this.#options.store.isValidPath(path)) return void this.#valid.push(path);
		const info = await this.#offered(path);
		if (info === undefined) return void this.#unknown.push(path);
		this.#substitute.set(path.baseName, info);
		for (const reference of info.references) await this.path(reference);
	}

	async derivation(chain: DerivationChain, wanted: "all" | readonly string[]): Promise<void> {
		if (!this.#first([chain.drvPath.baseName, ...chain.outputs, ...(wanted === "all" ? ["*"] : wanted)].join("!")))
			return;
		const { store } = this.#options;
		if (chain.outputs.length > 0) {
			const text = chainText(chain, store.storeDir);
			const message = `Ignoring dynamic derivation ${text} while querying missing paths; not yet implemented`;
			return this.#options.warn?.(message);
		}
		const { drvPath } = chain;
		if (!store.isValidPath(drvPath)) return void this.#unknown.push(drvPath);
		const drv = store.readDerivation(drvPath);
		// Outputs that it does not have are told of when it is built.
		const names = wanted === "all" ? [...drv.outputs.keys()].sort() : wanted.filter((name) => drv.outputs.has(name));
		const isKnown = (name: string): boolean => {
			const path = this.#known.path(drv, name);
			return path !== undefined && store.isValidPath(path);
		};
		const { warn } = this.#options;
		const substitutes =
			names.every(isKnown) ||
			readDerivationOptions(drvPath, drv, store.storeDir, warn).allowSubstitutes ||
			(this.#options.alwaysAllowSubstitutes ?? false);
		const missing: StorePath[] = [];
		let build = false;
		for (const name of names) {
			const path =
				this.#known.path(drv, name) ?? (substitutes ? await this.#realisedElsewhere(drvPath, name) : undefined);
			if (path === undefined) build = true;
			else if (store.isValidPath(path)) this.#valid.push(path);
			else if (!substitutes || (await this.#offered(path)) === undefined) build = true;
			else missing.push(path);
		}
		if (!build) {
			for (const path of missing) await this.path(path);
			return;
		}
		this.#build.set(drvPath.baseName, drvPath);
		for (const source of drv.inputSrcs) if (!store.isValidPath(source)) await this.path(source);
		for (const input of inputChains(drv)) await this.derivation(input.chain, input.outputs);
	}

	plan(): Plan {
		const { store } = this.#options;
		const builds = sortPaths(this.#build.values());
		const substitutes = sortPaths([...this.#substitute.values()].map((info) => info.path));
		const order = (items: StorePath[], needs: (path: StorePath) => Iterable<StorePath>): StorePath[] => {
			const result = topologicalSort(items, needs, (path) => path.baseName);
			return "sorted" in result ? result.sorted : items;
		};
		const infos = [...this.#substitute.values()];
		return {
			willBuild: order(builds, (path) => store.queryPathInfo(path)?.references ?? []),
			willSubstitute: order(substitutes, (path) => this.#substitute.get(path.baseName)?.references ?? []),
			unknown: sortPaths(this.#unknown),
			valid: sortPaths(this.#valid),
			downloadSize: infos.reduce((sum, info) => sum + (info.downloadSize ?? 0), 0),
			narSize: infos.reduce((sum, info) => sum + info.narSize, 0),
		};
	}

	#first(key: string): boolean {
		if (this.#done.has(key)) return false;
		this.#done.add(key);
		return true;
	}

	async #offered(path: StorePath): Promise<SubstitutablePath | undefined> {
		for (const substituter of this.#options.substituters ?? []) {
			if (substituter.storeDir !== this.#options.store.storeDir) continue;
			const info = await substituter.queryPathInfo(path);
			if (info !== undefined) return info;
		}
		return undefined;
	}

	async #realisedElsewhere(drvPath: StorePath, output: string): Promise<StorePath | undefined> {
		if (this.#options.contentAddressedDerivations !== true) return undefined;
		const id = this.#known.outputId(this.#options.store.readDerivation(drvPath), output);
		for (const substituter of this.#options.substituters ?? []) {
			const path = await substituter.queryRealisation?.(id);
			if (path !== undefined) return path;
		}
		return undefined;
	}
}
