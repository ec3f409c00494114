import {
	type BuildEnvConflictError,
	type ByteString,
	type EnvironmentPackage,
	linkPackages,
	memoryAccessor,
	NixError,
	OutputWriter,
	printJson,
	type SourceAccessor,
	type StorePath,
	type SyncStore,
} from "@tsnix/store";
import { elementInstallables, manifestJson, type ProfileElement, type ProfileElements, sortedPaths } from "./manifest";

/**
 * Adds a profile to the store: links to the files of its active packages, and `manifest.json` (manual: "nix profile").
 *
 * @param files the packages' files, by their paths in the store, with all that links in them lead to
 * @param warn told of what is left out
 * @throws {BuildEnvConflictError} where two packages of one priority have the same file
 */
export const buildProfile = (
	store: SyncStore,
	elements: ProfileElements,
	files: SourceAccessor,
	warn: (message: string) => void,
): StorePath => {
	const packages: EnvironmentPackage[] = [];
	for (const { storePaths, active, priority } of elements.values())
		for (const path of storePaths) packages.push({ path: path.toString(store.storeDir), active, priority });
	const out = new OutputWriter("profile");
	linkPackages(packages, files, out, (line) => warn(line.replace(/^warning: /, "")));
	out.writeFile("/manifest.json", printJson(manifestJson(elements, store.storeDir)));
	const references = sortedPaths([...elements.values()].flatMap(({ storePaths }) => storePaths));
	return store.addToStore("profile", memoryAccessor(out.root), "/", { references });
};

/**
 * The error for a file that a package to be added and one that is there both have: which they are, and the commands that
 * help. Gives the conflict itself where its files belong to none of the packages.
 */
export const profileConflict = (
	conflict: BuildEnvConflictError,
	elements: ProfileElements,
	storeDir: string,
): NixError => {
	const owner = (
		entries: readonly (readonly [ByteString, ProfileElement])[],
	): { readonly file: ByteString; readonly name: ByteString; readonly element: ProfileElement } | undefined => {
		for (const [name, element] of entries)
			for (const path of element.storePaths)
				for (const file of [conflict.fileA, conflict.fileB])
					if (file.startsWith(path.toString(storeDir))) return { file, name, element };
		return undefined;
	};
	const entries = [...elements];
	const [there, added] = [owner(entries), owner(entries.reverse())];
	if (there === undefined || added === undefined) return conflict;
	const add = `nix profile add ${elementInstallables(added.element, storeDir).join(" ")}`;
	const { priority } = conflict;
	return new NixError(
		"PROFILE_CONFLICT",
		[
			"An existing package already provides the following file:",
			`  "${there.file}"`,
			"This is the conflicting file from the new package:",
			`  "${added.file}"`,
			"To remove the existing package:",
			`  nix profile remove ${there.name}`,
			`The new package can also be added next to the existing one by assigning a different priority.\nThe conflicting packages have a priority of ${priority}.\nTo prioritise the new package:`,
			`  ${add} --priority ${priority - 1}`,
			"To prioritise the existing package:",
			`  ${add} --priority ${priority + 1}\n`,
		].join("\n\n"),
		{ cause: conflict },
	);
};
