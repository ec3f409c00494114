import { BuildEnvConflictError } from "@tsnix/store";
import type { MakeCommand } from "../../commands";
import {
	defaultPriority,
	elementName,
	flakeRefsEqual,
	parseFlakeRef,
	profileConflict,
	type ProfileElement,
	sortedPaths,
	withElement,
} from "../../core";
import { parseCount } from "../../args/values";
import { buildInstallables, pathsOfBuilt } from "../built";
import { argumentsOr, InstallableOptions } from "../installables";
import { TheProfile } from "./the-profile";

/** `nix profile add`: adds packages to a profile. */
export const profileAdd: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	const profile = new TheProfile(session);
	let args: readonly string[] = [];
	let priority: number | undefined;
	let stdin = false;
	return {
		flags: [
			...options.flags(),
			...profile.flags(),
			{ long: "stdin", handle: () => void (stdin = true) },
			{ long: "priority", arity: 1, handle: (text) => void (priority = parseCount(text, true)) },
		],
		expected: [{ arity: "any", handle: (given) => void (args = given) }],
		run: async () => {
			const installables = await options.installables(argumentsOr(session, args, stdin));
			let elements = await profile.read();
			for (const { installable, built } of await buildInstallables(session, installables)) {
				const flakePackage = await installable.flake?.package();
				const element: ProfileElement = {
					storePaths: sortedPaths(built.flatMap(pathsOfBuilt)),
					active: true,
					priority: priority ?? flakePackage?.priority ?? defaultPriority,
					...(installable.flake === undefined || flakePackage === undefined
						? {}
						: {
								source: {
									original: parseFlakeRef(installable.flake.ref),
									locked: parseFlakeRef(flakePackage.locked),
									attrPath: flakePackage.attrPath,
									outputs: installable.flake.outputs,
								},
							}),
				};
				const name = elementName(element);
				const there = elements.get(name);
				if (
					there?.source !== undefined &&
					element.source !== undefined &&
					there.priority === element.priority &&
					flakeRefsEqual(there.source.original, element.source.original) &&
					there.source.attrPath === element.source.attrPath
				)
					session.log.warn(`'${name}' is already added`);
				else elements = withElement(elements, name, element);
			}
			try {
				profile.write(elements);
			} catch (error) {
				if (!(error instanceof BuildEnvConflictError)) throw error;
				throw profileConflict(error, elements, session.commandStore.storeDir);
			}
		},
	};
};
