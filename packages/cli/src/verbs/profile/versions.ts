import { parseCount } from "../../args/values";
import { evaluationFlags } from "../../args/eval-flags";
import type { MakeCommand } from "../../commands";
import { diffClosures, flakeRefToString, manifestJson, profileChanges, type ProfileElements } from "../../core";
import { renderOutputsSpec } from "@tsnix/store";
import { renderSize } from "../../output/size";
import {
	deleteGenerationsOlderThan,
	deleteOldGenerations,
	findGenerations,
	type Generation,
	parseOlderThan,
	switchGeneration,
} from "../../profiles/generations";
import { storePathOf } from "../../store-operations/paths";
import { JsonOptions } from "../json-flags";
import { readProfile, TheProfile } from "./the-profile";

const bold = "\x1b[1m";
const green = "\x1b[32;1m";
const red = "\x1b[31;1m";
const normal = "\x1b[0m";

/** `nix profile list`: the packages of a profile. */
export const profileList: MakeCommand = ({ session }) => {
	const profile = new TheProfile(session);
	const json = new JsonOptions(session);
	return {
		flags: [...evaluationFlags(session), ...profile.flags(), ...json.flags()],
		run: async () => {
			const elements = await profile.read();
			const { storeDir } = session.commandStore;
			if (json.json) return json.print(manifestJson(elements, storeDir));
			let first = true;
			for (const [name, { active, source, storePaths }] of elements) {
				if (!first) session.print("");
				first = false;
				session.print(`Name:               ${bold}${name}${normal}${active ? "" : ` ${red}(inactive)${normal}`}`);
				if (source !== undefined) {
					const outputs = source.outputs === undefined ? "" : `^${renderOutputsSpec(source.outputs)}`;
					session.print(`Flake attribute:    ${source.attrPath}${outputs}`);
					session.print(`Original flake URL: ${flakeRefToString(source.original)}`);
					session.print(`Locked flake URL:   ${flakeRefToString(source.locked)}`);
				}
				session.print(`Store paths:        ${storePaths.map((path) => path.toString(storeDir)).join(" ")}`);
			}
		},
	};
};

/** `nix profile diff-closures`: which packages and versions differ between the versions of a profile. */
export const profileDiffClosures: MakeCommand = ({ session }) => {
	const profile = new TheProfile(session);
	return {
		flags: profile.flags(),
		run: async () => {
			const store = await session.stores.anyStore();
			let before: Generation | undefined;
			let first = true;
			for (const generation of findGenerations(profile.path).generations) {
				if (before !== undefined) {
					if (!first) session.print("");
					first = false;
					session.print(`Version ${before.number} -> ${generation.number}:`);
					const [from, to] = [storePathOf(session, before.path), storePathOf(session, generation.path)];
					for (const line of await diffClosures(store, from, to, renderSize)) session.print(`  ${line}`);
				}
				before = generation;
			}
		},
	};
};

/** `nix profile history`: what the versions of a profile changed. */
export const profileHistory: MakeCommand = ({ session }) => {
	const profile = new TheProfile(session);
	return {
		flags: [...evaluationFlags(session), ...profile.flags()],
		run: async () => {
			const { generations, current } = findGenerations(profile.path);
			let before: { readonly number: number; readonly elements: ProfileElements } | undefined;
			for (const { number, path, created } of generations) {
				const elements = await readProfile(session, path);
				if (before !== undefined) session.print("");
				const day = new Date(created * 1000).toISOString().slice(0, 10);
				const since = before === undefined ? "" : ` <- ${before.number}`;
				session.print(`Version ${number === current ? green : bold}${number}${normal} (${day})${since}:`);
				for (const line of profileChanges(before?.elements ?? new Map(), elements)) session.print(`  ${line}`);
				before = { number, elements };
			}
		},
	};
};

/** `nix profile rollback`: makes a profile what it was. */
export const profileRollback: MakeCommand = ({ session }) => {
	const profile = new TheProfile(session);
	let version: number | undefined;
	let dryRun = false;
	return {
		flags: [
			...profile.flags(),
			{ long: "to", arity: 1, handle: (text) => void (version = parseCount(text)) },
			{ long: "dry-run", handle: () => void (dryRun = true) },
		],
		run: () => switchGeneration(session, profile.path, version, dryRun),
	};
};

/** `nix profile wipe-history`: deletes the versions of a profile that it is not now. */
export const profileWipeHistory: MakeCommand = ({ session }) => {
	const profile = new TheProfile(session);
	let olderThan: string | undefined;
	let dryRun = false;
	return {
		flags: [
			...profile.flags(),
			{ long: "older-than", arity: 1, handle: (age) => void (olderThan = age) },
			{ long: "dry-run", handle: () => void (dryRun = true) },
		],
		run: () =>
			olderThan === undefined
				? deleteOldGenerations(session, profile.path, dryRun)
				: deleteGenerationsOlderThan(session, profile.path, parseOlderThan(olderThan, Date.now() / 1000), dryRun),
	};
};
