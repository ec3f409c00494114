import type { BuildMode, RealiseTarget, StorePath } from "@tsnix/store";
import { addPermanentRoot, type PlainDerivedPath } from "../core";
import { level } from "../output/log";
import type { Session } from "../session";
import { type Installable, targetOf } from "./installables";

/** What was built for an installable. */
export type Built =
	| { readonly kind: "opaque"; readonly path: StorePath }
	| {
			readonly kind: "built";
			readonly drvPath: StorePath;
			/** The outputs that lead from there to the derivation that was built (dynamic derivations). */
			readonly via: readonly string[];
			/** By name, sorted. */
			readonly outputs: ReadonlyMap<string, StorePath>;
	  };

/** Makes outputs exist; failures are told as those of installables are. */
export const realiseTargets = async (
	session: Session,
	targets: readonly RealiseTarget[],
	mode: BuildMode = "normal",
): Promise<Built[]> => {
	const { targets: results } = await session.builds.realise(targets, { mode, failureReport: "results" });
	return results.map(
		({ target, outputs }): Built =>
			"path" in target
				? { kind: "opaque", path: target.path }
				: { kind: "built", drvPath: target.drvPath, via: target.via ?? [], outputs: sorted(outputs) },
	);
};

/** Tells what has to be built and fetched for what is wanted, and makes it exist. */
export const buildWanted = async (session: Session, wanted: readonly PlainDerivedPath[]): Promise<Built[]> => {
	const targets = wanted.map((path) => targetOf(session, path));
	if (session.settings.boolean("print-missing")) await session.builds.printMissing(targets, level.info);
	return realiseTargets(session, targets);
};

/** Makes what installables stand for exist; of each what was built. Those that stand for nothing are left out. */
export const buildInstallables = async (
	session: Session,
	installables: readonly Installable[],
): Promise<{ readonly installable: Installable; readonly built: readonly Built[] }[]> => {
	const each: { readonly installable: Installable; readonly paths: readonly PlainDerivedPath[] }[] = [];
	for (const installable of installables) each.push({ installable, paths: await installable.derivedPaths() });
	const built = await buildWanted(
		session,
		each.flatMap(({ paths }) => paths),
	);
	let done = 0;
	return each
		.map(({ installable, paths }) => ({ installable, built: built.slice(done, (done += paths.length)) }))
		.filter((one) => one.built.length > 0);
};

/** The store paths that were built. */
export const pathsOfBuilt = (built: Built): StorePath[] =>
	built.kind === "opaque" ? [built.path] : [...built.outputs.values()];

const sorted = (outputs: ReadonlyMap<string, StorePath>): Map<string, StorePath> =>
	new Map([...outputs].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Leaves links to what was built: `result`, `result-dev`, `result-1`, …; none for an empty name. */
export const makeLinks = (session: Session, outLink: string, built: readonly Built[]): void => {
	if (outLink === "" || session.commandStore.realStoreDir === undefined) return;
	for (const [i, item] of built.entries()) {
		const base = outLink + (i === 0 ? "" : `-${i}`);
		const link = (path: StorePath, suffix: string): void =>
			void addPermanentRoot(session.commandStore, path, session.absolute(base + suffix));
		if (item.kind === "opaque") link(item.path, "");
		else for (const [name, path] of item.outputs) link(path, name === "out" ? "" : `-${name}`);
	}
};
