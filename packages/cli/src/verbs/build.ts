import { type JsonValue, parseStorePath, printJson } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { outputsOf, type PlainDerivedPath } from "../core";
import { level } from "../output/log";
import type { Session } from "../session";
import { type Built, makeLinks, realiseTargets } from "./built";
import { argumentsOr, InstallableOptions, targetOf } from "./installables";
import { JsonOptions } from "./json-flags";

/** `nix build`: builds installables, and leaves links to them. */
export const build: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	const json = new JsonOptions(session);
	let installables: readonly string[] = [];
	let outLink = "result";
	let dryRun = false;
	let stdin = false;
	let printPaths = false;
	let rebuild = false;
	let profile: string | undefined;
	return {
		flags: [
			...options.flags(),
			...json.flags(),
			{ long: "stdin", handle: () => void (stdin = true) },
			{ long: "out-link", short: "o", arity: 1, handle: (path) => void (outLink = path) },
			{ long: "no-link", handle: () => void (outLink = "") },
			{ long: "dry-run", handle: () => void (dryRun = true) },
			{ long: "print-out-paths", handle: () => void (printPaths = true) },
			{ long: "rebuild", handle: () => void (rebuild = true) },
			{ long: "profile", arity: 1, handle: (path) => void (profile = path) },
		],
		expected: [{ arity: "any", handle: (args) => void (installables = args) }],
		run: async () => {
			const found = await options.installables(argumentsOr(session, installables, stdin));
			const wanted: PlainDerivedPath[] = [];
			for (const installable of found) wanted.push(...(await installable.derivedPaths()));
			const targets = wanted.map((path) => targetOf(session, path));
			if (dryRun) {
				await session.builds.printMissing(targets, level.error);
				if (json.json) json.print(wanted.map((path) => plannedJson(session, path)));
				return;
			}
			if (session.settings.boolean("print-missing")) await session.builds.printMissing(targets, level.info);
			const mode = session.evalOptions?.repair === true ? "repair" : rebuild ? "check" : "normal";
			const built = await realiseTargets(session, targets, mode);
			const { storeDir } = session.commandStore;
			if (json.json) session.print(printJson(built.map((item) => builtJson(item, storeDir))));
			makeLinks(session, outLink, built);
			if (printPaths)
				for (const item of built)
					for (const path of item.kind === "opaque" ? [item.path] : item.outputs.values())
						session.print(path.toString(storeDir));
			if (profile !== undefined)
				(await import("./profile-option")).updateProfile(
					session,
					profile,
					built.flatMap((item) => (item.kind === "opaque" ? [item.path] : [...item.outputs.values()])),
				);
		},
	};
};

const builtJson = (item: Built, storeDir: string): JsonValue =>
	item.kind === "opaque"
		? item.path.toString(storeDir)
		: {
				drvPath: item.drvPath.toString(storeDir),
				outputs: Object.fromEntries([...item.outputs].map(([name, path]) => [name, path.toString(storeDir)])),
			};

const plannedJson = (session: Session, path: PlainDerivedPath): JsonValue => {
	if (path.kind === "opaque") return path.path;
	const { storeDir } = session.commandStore;
	const outputs = outputsOf(session.store, parseStorePath(path.drvPath, storeDir));
	return {
		drvPath: path.drvPath,
		outputs: Object.fromEntries(
			[...outputs]
				.filter(([name]) => path.outputs === "all" || path.outputs.includes(name))
				.map(([name, place]) => [name, place?.toString(storeDir) ?? null]),
		),
	};
};
