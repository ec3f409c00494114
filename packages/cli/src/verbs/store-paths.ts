import {
	closureIn,
	isBinaryCache,
	KnownOutputs,
	NixError,
	NoSubstitutersError,
	type PathInfo,
	parseStorePath,
	type RealiseTarget,
	requireInfos,
	type Store,
	type StorePath,
	sortInfos,
	validAmong,
} from "@tsnix/store";
import type { Flag } from "../args/flags";
import type { Expected } from "../commands";
import { outputsOf } from "../core";
import { level } from "../output/log";
import { missingLines } from "../output/print-missing";
import type { Session } from "../session";
import { UsageError } from "../usage-error";
import { argumentsOr, derivationsOf, type Installable, InstallableOptions, targetOf } from "./installables";

/** How outputs of derivations are come by. */
export type OutputsMode =
	/** They are built. */
	| "build"
	/** Where they are or would be; what is missing is told. */
	| "locate";

/** The arguments of commands that work on store paths. */
export class StorePathOptions {
	readonly installables: InstallableOptions;
	private args: readonly string[] = [];
	private stdin = false;
	private derivation = false;
	private realised: ((outputId: string) => void) | undefined;
	all = false;

	/** `recursive` is whether closures are meant unless told otherwise. */
	constructor(
		private readonly session: Session,
		private recursive = false,
	) {
		this.installables = new InstallableOptions(session);
	}

	flags(): Flag[] {
		return [
			...this.installables.flags(),
			{ long: "stdin", handle: () => void (this.stdin = true) },
			this.recursive
				? { long: "no-recursive", handle: () => void (this.recursive = false) }
				: { long: "recursive", short: "r", handle: () => void (this.recursive = true) },
			{ long: "all", handle: () => void (this.all = true) },
			{ long: "derivation", handle: () => void (this.derivation = true) },
		];
	}

	get expected(): readonly Expected[] {
		return [{ arity: "any", handle: (args) => void (this.args = args) }];
	}

	/** The paths that were named themselves. */
	async roots(store: Store, mode: OutputsMode): Promise<StorePath[]> {
		const { session } = this;
		const names = argumentsOr(session, this.args, this.stdin, this.all ? [] : ["."]);
		if (this.all) {
			if (names.length > 0) throw new UsageError("'--all' does not expect arguments");
			return (await store.queryAllValidPaths?.()) ?? [];
		}
		const found = await this.installables.installables(names);
		return this.derivation ? derivationsOf(session, found) : outputPathsOf(session, found, mode, this.realised);
	}

	/** The paths, whether or not they are valid; with what they refer to where that is asked for. */
	async paths(store: Store, mode: OutputsMode = "locate"): Promise<StorePath[]> {
		const roots = await this.roots(store, mode);
		if (!this.recursive || this.all) return roots;
		return [...(await closureIn(store, roots)).values()].map(({ path }) => path);
	}

	/**
	 * As {@link infos}, of what is built first; with the feature `ca-derivations` also which outputs of derivations
	 * (`sha256:…!out`) the paths are that were named.
	 */
	async realisedInfos(store: Store): Promise<{ readonly infos: PathInfo[]; readonly realised: readonly string[] }> {
		const realised = new Set<string>();
		if (this.session.settings.enabled("ca-derivations")) this.realised = (id) => void realised.add(id);
		const infos = await this.infos(store, "build", false);
		return { infos, realised: [...realised] };
	}

	/**
	 * What is known of the paths, each after what it refers to unless they are wanted as they come; of what they refer to,
	 * too, where that is asked for.
	 */
	async infos(store: Store, mode: OutputsMode = "locate", sorted = true): Promise<PathInfo[]> {
		const roots = await this.roots(store, mode);
		const sort = (found: PathInfo[]): PathInfo[] => (sorted ? sortInfos(found, store.storeDir) : found);
		if (this.recursive && !this.all) return sort([...(await closureIn(store, roots)).values()]);
		const unique = new Map(roots.map((path) => [path.baseName, path]));
		const byName = [...unique.values()].sort((a, b) => (a.baseName < b.baseName ? -1 : 1));
		const infos = await requireInfos(store, byName);
		// Of a cache's paths only the hash parts are known beforehand.
		return this.all && isBinaryCache(store) ? infos : sort(infos);
	}
}

/** Tells which paths a cache, the command's store, does not have; gives them. */
const printUnknown = async (session: Session, targets: readonly RealiseTarget[]): Promise<StorePath[]> => {
	const store = await session.stores.anyStore();
	const paths = targets.flatMap((target) => ("path" in target ? [target.path] : []));
	const valid = new Set((await validAmong(store, paths)).map(({ baseName }) => baseName));
	const unknown = paths.filter(({ baseName }) => !valid.has(baseName));
	const plan = { willBuild: [], willSubstitute: [], unknown, valid: [], downloadSize: 0, narSize: 0 };
	for (const line of missingLines(plan, store.storeDir, session.readOnly)) session.log.line(level.error, line);
	return unknown;
};

/** Whether a path is not valid in the command's store, which could have it made or fetched. */
const isMissing = (session: Session, path: StorePath): boolean =>
	session.commandStore.openWaiting === undefined && !session.store.isValidPath(path);

/** Where the outputs of installables are. `realised` is told of outputs (`sha256:…!out`) of derivations that were built. */
export const outputPathsOf = async (
	session: Session,
	installables: readonly Installable[],
	mode: OutputsMode,
	realised?: (outputId: string) => void,
): Promise<StorePath[]> => {
	const out: StorePath[] = [];
	const known = realised === undefined ? undefined : new KnownOutputs(session.store, true);
	const { storeDir } = session.commandStore;
	const all = (await Promise.all(installables.map((installable) => installable.derivedPaths()))).flat();
	const targets = all.map((path) => targetOf(session, path));
	const builds = mode === "build" && targets.some((target) => !("path" in target) || isMissing(session, target.path));
	if (builds) {
		if (session.settings.boolean("print-missing")) await session.builds.printMissing(targets, level.info);
		for (const { target, outputs } of (await session.builds.realise(targets)).targets)
			if ("path" in target) out.push(target.path);
			else {
				out.push(...outputs.values());
				if (realised === undefined || known === undefined || target.via !== undefined) continue;
				const drv = session.store.readDerivation(target.drvPath);
				for (const name of outputs.keys()) realised(known.outputId(drv, name));
			}
		return out;
	}
	if (session.commandStore.openWaiting === undefined) await session.builds.printMissing(targets, level.error);
	else {
		const unknown = await printUnknown(session, targets);
		if (mode === "build" && unknown.length > 0) throw new NoSubstitutersError(unknown[0].toString(storeDir));
	}
	for (const path of all) {
		if (path.kind === "opaque") out.push(parseStorePath(path.path, storeDir));
		else {
			const outputs = outputsOf(session.store, parseStorePath(path.drvPath, storeDir));
			for (const name of path.outputs === "all" ? [...outputs.keys()] : [...new Set(path.outputs)].sort()) {
				if (!outputs.has(name))
					throw new NixError(
						"NO_SUCH_OUTPUT",
						`the derivation '${path.drvPath}' doesn't have an output named '${name}'`,
					);
				const place = outputs.get(name);
				if (place !== undefined) out.push(place);
			}
		}
	}
	return out;
};
