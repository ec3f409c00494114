import { NixError } from "../errors";
import type { StorePath } from "../formats/store-path";
import { sortPaths } from "./closure";
import { tellOfDynamicInputs } from "./dynamic-inputs";
import { type BuildFailure, InterruptedError } from "./errors";
import { failingExitStatus } from "./exit-status";
import type { RealiseTarget } from "./plan";
import type { RealiseOptions, RealiseResult, RealiseStatus, TargetResult } from "./realise-options";
import type { GoalResult } from "./goal-result";
import { Realiser } from "./realiser";

/** What came of one target: what was done, or why it failed; undefined where it was given up for another's failure. */
export interface TargetOutcome {
	readonly target: RealiseTarget;
	readonly result?: { readonly status: RealiseStatus; readonly outputs: ReadonlyMap<string, StorePath> };
	readonly error?: BuildFailure;
}

/**
 * Realise targets: make the wanted outputs and paths valid by substituting and building. What
 * `nix-store --realise` does.
 *
 *     const { outputs } = await realise([{ drvPath, outputs: ["out"] }], { store, builders, system: "x86_64-linux" })
 *
 * Throws the BuildFailure of the target that failed, or an error that names them where there are several (each of
 * theirs was an event before); `exitStatus` is what the reference's commands end with. Other errors, which no
 * realisation can go on after, are thrown as they are. Cancelled through `signal`, it throws InterruptedError when
 * all builders have ended.
 */
export const realise = async (targets: readonly RealiseTarget[], options: RealiseOptions): Promise<RealiseResult> => {
	const { outcomes, realiser } = await run(targets, options);
	const byResult = options.failureReport === "results";
	const failed = outcomes.filter(({ result, error }) => result === undefined && !(byResult && error === undefined));
	const exitStatus = byResult ? 1 : failingExitStatus(realiser.failures);
	const errors = failed.flatMap(({ error }) => error ?? []);
	const [first] = errors;
	if (failed.length === 1 && first !== undefined) {
		first.exitStatus = exitStatus;
		throw first;
	}
	if (failed.length > 0) {
		const told = byResult ? errors : [...errors.slice(1), ...errors.slice(0, 1)];
		for (const error of told) realiser.emit({ type: "error", error });
		const names = [...new Set(failed.map(({ target }) => `'${targetText(target, options, byResult)}'`))].sort();
		const error = new NixError("BUILDS_FAILED", `build of ${names.join(", ")} failed`);
		error.exitStatus = exitStatus;
		throw error;
	}
	return {
		targets: outcomes.map(
			({ target, result }): TargetResult => ({ target, status: "AlreadyValid", outputs: new Map(), ...result }),
		),
		built: realiser.built,
		substituted: realiser.substituted,
		valid: sortPaths(realiser.valid),
		outputs: realiser.outputs,
		logs: realiser.logs,
	};
};

/** As {@link realise}, but failures are part of the result: one outcome for each target, in their order. */
export const realiseEach = async (
	targets: readonly RealiseTarget[],
	options: RealiseOptions,
): Promise<{ readonly outcomes: readonly TargetOutcome[]; readonly exitStatus: number }> => {
	const { outcomes, realiser } = await run(targets, options);
	const failed = outcomes.some(({ result }) => result === undefined);
	return { outcomes, exitStatus: failed ? failingExitStatus(realiser.failures) : 0 };
};

const targetText = (target: RealiseTarget, { store }: RealiseOptions, withOutputs: boolean): string => {
	if ("path" in target) return target.path.toString(store.storeDir);
	const text = [target.drvPath.toString(store.storeDir), ...(target.via ?? [])].join("^");
	if (!withOutputs) return text;
	return `${text}^${target.outputs === "all" ? "*" : [...target.outputs].sort().join(",")}`;
};

const run = async (
	targets: readonly RealiseTarget[],
	options: RealiseOptions,
): Promise<{ outcomes: TargetOutcome[]; realiser: Realiser }> => {
	if (options.signal?.aborted === true) throw new InterruptedError();
	const realiser = new Realiser(options);
	realiser.emit({ type: "started" });
	for (const target of targets)
		if ("drvPath" in target) realiser.target({ drvPath: target.drvPath, outputs: target.via ?? [] });
	await tellOfDynamicInputs(targets, options, (message) => realiser.emit({ type: "warning", message }));
	const results = new Map<RealiseTarget, GoalResult>();
	const unwatch = watchSpace(options);
	let interrupted = false;
	let onAbort: (() => void) | undefined;
	try {
		await new Promise<void>((resolve, reject) => {
			onAbort = () => {
				interrupted = true;
				resolve();
			};
			options.signal?.addEventListener("abort", onAbort, { once: true });
			let left = targets.length;
			let ended = left === 0;
			if (ended) resolve();
			const goals = targets.map((target) =>
				"path" in target
					? realiser.path(target.path)
					: realiser.derivation({ drvPath: target.drvPath, outputs: target.via ?? [] }, target.outputs),
			);
			// What is missing is found out goal by goal; the reference asks once more before it begins.
			for (const running of [true, false]) realiser.emit({ type: "planning", running });
			for (const [i, target] of targets.entries()) {
				(goals[i] as Promise<GoalResult>).then((result) => {
					// What comes after the first failure was given up: it is no failure of its own.
					if (ended) return;
					results.set(target, result);
					left--;
					ended = left === 0 || (result.failed && options.keepGoing !== true);
					if (ended) resolve();
				}, reject);
			}
		});
	} finally {
		if (onAbort !== undefined) options.signal?.removeEventListener("abort", onAbort);
		unwatch();
		await realiser.stop();
	}
	if (interrupted) throw new InterruptedError();
	const outcomes = targets.map((target): TargetOutcome => {
		const result = results.get(target);
		if (result === undefined) return { target };
		return result.failed
			? { target, error: result.error }
			: { target, result: { status: result.status, outputs: result.outputs } };
	});
	return { outcomes, realiser };
};

/** Looks after the space now and then, also while builders are silent. Gives what ends it. */
const watchSpace = ({ ensureSpace, timers }: RealiseOptions): (() => void) => {
	if (ensureSpace === undefined || timers === undefined) return () => {};
	let cancel: () => void;
	const later = (): void => {
		cancel = timers.after(10, () => {
			void ensureSpace();
			later();
		});
	};
	later();
	return () => cancel();
};
