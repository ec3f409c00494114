import { NixError } from "../errors";
import { type ContentAddress, makeFixedOutputPath } from "../formats/content-address";
import { isContentAddressed } from "../formats/path-info";
import type { StorePath } from "../formats/store-path";
import type { PathInfo } from "../stores/store";
import { DependencyFailedError, InterruptedError, NoSubstitutersError } from "./errors";
import type { RealiseEvent } from "./events";
import { type GoalResult, goalFailure, goalSuccess } from "./goal-result";
import type { ProgressCounts } from "./progress-counts";
import type { RealiseOptions } from "./realise-options";
import type { JobSlots } from "./schedule";
import { substitutePath } from "./substitute";
import type { Substituter } from "./substituter";

/** What substituting needs of the realisation that it is a part of. */
export interface SubstitutionContext {
	readonly options: RealiseOptions;
	readonly slots: JobSlots;
	readonly progress: ProgressCounts;
	readonly emit: (event: RealiseEvent) => void;
	/** Make other paths valid, and wait for them. */
	readonly awaitPaths: (paths: readonly StorePath[]) => Promise<{ failed: number; noSubstituters: number }>;
	/** The path was valid all along. */
	readonly onValid: (path: StorePath) => void;
	readonly onSubstituted: (path: StorePath) => void;
}

/** How a path is substituted. */
export interface SubstitutionManner {
	/** Fetch it though it is valid. */
	readonly repair?: boolean;
	/** What it is known to hold: so it can be had from substituters with other store directories, too. */
	readonly contentAddress?: ContentAddress;
}

/** Make a path valid by substituting it. */
export const substitutionGoal = async (
	context: SubstitutionContext,
	path: StorePath,
	manner: SubstitutionManner,
): Promise<GoalResult> => {
	const { store, substituters = [] } = context.options;
	store.addTempRoot?.(path);
	if (manner.repair !== true && store.isValidPath(path)) {
		context.onValid(path);
		return goalSuccess("AlreadyValid");
	}
	context.progress.expect("substitutions", 1);
	try {
		return await substituteFrom(context, path, substituters, manner);
	} finally {
		context.progress.expect("substitutions", -1);
	}
};

const substituteFrom = async (
	context: SubstitutionContext,
	path: StorePath,
	substituters: readonly Substituter[],
	{ repair = false, contentAddress }: SubstitutionManner,
): Promise<GoalResult> => {
	const { options, progress, emit } = context;
	const { store } = options;
	const text = path.toString(store.storeDir);
	const errors: unknown[] = [];
	for (const substituter of substituters) {
		const there = pathThere(path, contentAddress, store.storeDir, substituter.storeDir);
		if (there === undefined) continue;
		try {
			const found = await substituter.queryPathInfo(there);
			if (found === undefined) continue;
			if (!found.path.equals(path) && !isSameContents(found, substituter)) {
				const message = `asked '${substituter.uri}' for '${text}' but got '${found.path.toString(substituter.storeDir)}'`;
				emit({ type: "complaint", message });
				continue;
			}
			const info = { ...found, path };
			if (options.isTrusted?.(info, substituter) !== true) {
				const message = `ignoring substitute for '${text}' from '${substituter.uri}', as it's not signed by any of the keys in 'trusted-public-keys'`;
				emit({ type: "warning", message });
				continue;
			}
			progress.expectBytes(info.downloadSize ?? 0, info.narSize);
			const references = info.references.filter((reference) => !reference.equals(path));
			const { failed, noSubstituters } = await context.awaitPaths(references);
			if (failed > 0) {
				const error = new DependencyFailedError(`some references of path '${text}' could not be realised`);
				return { ...goalFailure(error), ...(noSubstituters > 0 ? { noSubstituters: true } : {}) };
			}
			const release = await context.slots.acquire(`${path.name}$${path.baseName}`);
			try {
				await progress.track("substitutions", () => substitutePath(store, substituter, there, info, emit, repair));
			} finally {
				release();
			}
			context.onSubstituted(path);
			await options.ensureSpace?.();
			return goalSuccess("Substituted");
		} catch (error) {
			if (error instanceof InterruptedError) throw error;
			// A cache that has lost a file is as one that never had it: the path can still be built.
			if (error instanceof NixError && error.code === "NO_SUCH_CACHE_FILE") {
				emit({ type: "warning", message: error.message });
				continue;
			}
			errors.push(error);
			if (error instanceof NixError) emit({ type: "error", error });
		}
	}
	const error = new NoSubstitutersError(text);
	if (errors.length > 0) progress.substitutionFailed();
	return { ...goalFailure(error), ...(errors.length === 0 ? { noSubstituters: true } : {}) };
};

/** What a path is called by a substituter; undefined where it cannot have it. */
const pathThere = (
	path: StorePath,
	contentAddress: ContentAddress | undefined,
	storeDir: string,
	storeDirThere: string,
): StorePath | undefined => {
	if (storeDir === storeDirThere) return path;
	if (contentAddress === undefined) return undefined;
	return makeFixedOutputPath(path.name, { ...contentAddress, references: [], self: false }, storeDirThere);
};

/** A name of its own does no harm where the contents alone decide it. */
const isSameContents = (info: PathInfo, { storeDir }: Substituter): boolean =>
	info.references.length === 0 && isContentAddressed(info, storeDir);
