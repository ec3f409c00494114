import type { MakeCommand } from "../../commands";
import {
	elementIdentifier,
	flakeRefToString,
	isLocked,
	parseFlakeRef,
	type ProfileElement,
	sortedPaths,
} from "../../core";
import { evaluationFlags } from "../../args/eval-flags";
import { buildInstallables, pathsOfBuilt } from "../built";
import { type Installable, InstallableOptions } from "../installables";
import { ElementMatchers } from "./element-matchers";
import { TheProfile } from "./the-profile";

const seeList = "Use 'nix profile list' to see the current profile.";

/** `nix profile remove`: removes packages from a profile. */
export const profileRemove: MakeCommand = ({ session }) => {
	const profile = new TheProfile(session);
	const matchers = new ElementMatchers(session);
	return {
		flags: [...evaluationFlags(session), ...profile.flags(), ...matchers.flags()],
		expected: matchers.expected,
		run: async () => {
			const old = await profile.read();
			const elements = new Map(old);
			const names = matchers.namesIn(old);
			if (names.length === 0) return session.log.warn(`No packages to remove. ${seeList}`);
			for (const name of names) {
				session.log.notice(`removing '${elementIdentifier(old.get(name) as ProfileElement)}'`);
				elements.delete(name);
			}
			session.log.info(`removed ${old.size - elements.size} packages, kept ${elements.size} packages`);
			profile.write(elements);
		},
	};
};

/** `nix profile upgrade`: makes packages what their flakes have now. */
export const profileUpgrade: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	const profile = new TheProfile(session);
	const matchers = new ElementMatchers(session);
	const { log } = session;
	return {
		flags: [...options.flags(), ...profile.flags(), ...matchers.flags()],
		expected: matchers.expected,
		run: async () => {
			session.evalOptions = options.evalOptions;
			const elements = new Map(await profile.read());
			const names = matchers.namesIn(elements);
			if (names.length === 0) return log.warn(`No packages to upgrade. ${seeList}`);
			const upgrades: { readonly name: string; readonly element: ProfileElement; readonly installable: Installable }[] =
				[];
			let upgradable = 0;
			for (const name of names) {
				const element = elements.get(name) as ProfileElement;
				const { source } = element;
				const what = `Found package '${elementIdentifier(element)}'`;
				if (source === undefined) {
					log.warn(`${what}, but it was not added from a flake, so it can't be checked for upgrades!`);
					continue;
				}
				if (isLocked(source.original.input)) {
					log.warn(`${what}, but it was added from a locked flake reference so it can't be upgraded!`);
					continue;
				}
				upgradable++;
				const installable = await options.knownAttribute(
					flakeRefToString(source.original),
					source.attrPath,
					source.outputs,
				);
				if ((await installable.derivedPaths()).length === 0) continue;
				const now = await installable.flake?.package();
				if (now === undefined) continue;
				const locked = parseFlakeRef(now.locked);
				// The reference takes what was fetched now for something else than what a manifest tells, always.
				log.info(`upgrading '${source.attrPath}' from flake '${flakeRefToString(source.locked)}' to '${now.locked}'`);
				const upgraded = { ...element, source: { ...source, locked, attrPath: now.attrPath } };
				elements.set(name, upgraded);
				upgrades.push({ name, element: upgraded, installable });
			}
			if (upgradable === 0) return log.warn("Found some packages but none of them could be upgraded.");
			const built = await buildInstallables(
				session,
				upgrades.map(({ installable }) => installable),
			);
			for (const [i, { name, element }] of upgrades.entries())
				elements.set(name, { ...element, storePaths: sortedPaths(built[i].built.flatMap(pathsOfBuilt)) });
			profile.write(elements);
		},
	};
};
