import { NixError } from "../errors";
import type { DerivedPath, SingleDerivedPath } from "../formats/derived-path";
import { renderOutputId } from "../formats/realisation";
import type { StorePath } from "../formats/store-path";
import type { ServeHost } from "../serve/host";
import type { SyncStore } from "../stores/store";
import { InvalidPathError } from "../stores/store-errors";
import { closureOf } from "./closure";

/** What a builder that calls Nix itself may see of the store: its inputs, and what it has added or built since. */
export class BuildAccess {
	readonly #paths: Map<string, StorePath>;
	readonly #outputs = new Set<string>();
	/** What was added since, which the outputs may refer to. */
	readonly added: StorePath[] = [];

	constructor(inputs: Iterable<StorePath>) {
		this.#paths = new Map([...inputs].map((path) => [path.baseName, path]));
	}

	get paths(): StorePath[] {
		return [...this.#paths.values()];
	}

	has(path: StorePath): boolean {
		return this.#paths.has(path.baseName);
	}

	add(path: StorePath): StorePath {
		if (!this.has(path)) {
			this.#paths.set(path.baseName, path);
			this.added.push(path);
		}
		return path;
	}

	hasOutput(id: string): boolean {
		return this.#outputs.has(id);
	}

	addOutput(id: string): void {
		this.#outputs.add(id);
	}
}

/** Serves a store to a builder at a socket. Gives what ends it. */
export type ServeBuilder = (access: BuildAccess, socket: string) => Promise<() => Promise<void>>;

const invalid = (message: string): NixError => new NixError("INVALID_PATH", message);

/** The part of a store that a builder may see. What it adds becomes part of it. */
export const restrictedStore = (store: SyncStore, access: BuildAccess): SyncStore => {
	const view = Object.create(store) as { -readonly [K in keyof SyncStore]: SyncStore[K] };
	const text = (path: StorePath): string => path.toString(store.storeDir);
	view.isValidPath = (path) => access.has(path) && store.isValidPath(path);
	view.queryPathInfo = (path) => {
		const info = access.has(path) ? store.queryPathInfo(path) : undefined;
		if (info === undefined) return undefined;
		const { deriver: _, ...rest } = info;
		return { ...rest, registrationTime: 0, ultimate: false, signatures: [] };
	};
	view.queryAllValidPaths = () => access.paths;
	view.queryReferrers = () => [];
	view.queryPathFromHashPart = () => {
		throw new NixError("UNSUPPORTED", "operation 'queryPathFromHashPart' is not supported by store 'restricted'");
	};
	view.accessor = (path) => {
		if (!access.has(path)) throw invalid(`cannot dump unknown path '${text(path)}' in recursive Nix`);
		return store.accessor(path);
	};
	view.readDerivation = (path) => {
		if (!access.has(path)) throw new InvalidPathError(path, store.storeDir);
		return store.readDerivation(path);
	};
	view.addToStore = (...args) => access.add(store.addToStore(...args));
	view.addTextToStore = (...args) => access.add(store.addTextToStore(...args));
	view.addDerivation = (drv) => access.add(store.addDerivation(drv));
	view.addObject = (info, ...rest) => {
		store.addObject(info, ...rest);
		access.add(info.path);
	};
	view.addTempRoot = () => {};
	view.queryRealisation = (id) => {
		if (!access.hasOutput(id)) throw invalid(`cannot query an unknown output id '${id}' in recursive Nix`);
		return store.queryRealisation(id);
	};
	return view;
};

const startOf = (path: SingleDerivedPath): StorePath => (path.kind === "opaque" ? path.path : startOf(path.drvPath));
const pathOf = (path: DerivedPath): StorePath => (path.kind === "opaque" ? path.path : startOf(path.drvPath));

/** What serves a builder, made of what serves anybody: `host` is that of the whole `store`. */
export const restrictedHost = (host: ServeHost, store: SyncStore, access: BuildAccess): ServeHost => {
	const { storeDir } = store;
	const unsupported = (what: string): never => {
		throw new NixError("UNSUPPORTED", `operation '${what}' is not supported by store 'restricted'`);
	};
	return {
		store: restrictedStore(store, access),
		version: host.version,
		trusted: false,
		...(host.print === undefined ? {} : { print: host.print }),
		...(host.settings === undefined ? {} : { settings: host.settings }),
		isTrustedInfo: () => true,
		build: async (targets, mode, request) => {
			if (mode !== "normal") unsupported("buildPathsWithResults");
			for (const target of targets)
				if (!access.has(pathOf(target)))
					throw invalid(`cannot build '${pathOf(target).toString(storeDir)}' in recursive Nix because path is unknown`);
			const results = await host.build(targets, mode, request);
			const made: StorePath[] = [];
			for (const { builtOutputs } of results)
				for (const realisation of builtOutputs.values()) {
					access.addOutput(renderOutputId(realisation.id));
					made.push(realisation.outPath);
				}
			for (const path of closureOf(store, made)) access.add(path);
			return results;
		},
		buildDerivation: async () => unsupported("buildDerivation"),
		queryMissing: async (targets, request) => {
			const allowed = targets.filter((target) => access.has(pathOf(target)));
			const unknown = targets.filter((target) => !access.has(pathOf(target))).map(pathOf);
			const missing = await host.queryMissing(allowed, request);
			return { ...missing, unknown: [...missing.unknown, ...unknown] };
		},
		substitute: async (paths) => {
			for (const path of paths)
				if (!access.has(path))
					throw invalid(`cannot substitute unknown path '${path.toString(storeDir)}' in recursive Nix`);
		},
		addTempRoot: () => {},
		addIndirectRoot: () => {},
		findRoots: () => [],
		...(host.queryDerivationOutputs === undefined
			? {}
			: {
					queryDerivationOutputs: (drvPath: StorePath) => {
						if (!access.has(drvPath))
							throw invalid(
								`cannot query output map for unknown path '${drvPath.toString(storeDir)}' in recursive Nix`,
							);
						return host.queryDerivationOutputs?.(drvPath) ?? new Map();
					},
				}),
	};
};
