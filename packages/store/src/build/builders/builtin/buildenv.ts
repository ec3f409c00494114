import { Unexplained } from "./unexplained";
import { MemoryDirectory, MemorySymlink } from "../../../accessors/memory";
import { type ByteString, bytesToString, fromBytes } from "../../../byte-string";
import { NixError } from "../../../errors";
import type { SourceAccessor } from "../../../source-accessor";
import { quotePath } from "../../builder";
import { tokenize } from "../../derivation-options";
import { followLinks } from "../input-tree";
import type { JavascriptBuild } from "../javascript";
import type { OutputWriter } from "../output-writer";
import { requiredAttribute } from "./attribute";

/** Two packages of the same priority have the same file. */
export class BuildEnvConflictError extends NixError {
	constructor(
		readonly fileA: ByteString,
		readonly fileB: ByteString,
		readonly priority: number,
	) {
		super(
			"BUILDENV_CONFLICT",
			`Unable to build profile. There is a conflict for the following files:\n\n  ${quotePath(fileA)}\n  ${quotePath(fileB)}`,
		);
	}
}

/** A package that goes into an environment. */
export interface EnvironmentPackage {
	readonly path: ByteString;
	/** Packages that are not active have no links. */
	readonly active: boolean;
	/** Of two files of one name that of the lower number counts. */
	readonly priority: number;
}

/**
 * `builtin:buildenv`: one tree of links to the files of several packages (profiles, user environments).
 */
export const buildenv = ({ derivation, inputs, outputs, log }: JavascriptBuild): void => {
	const out = outputs["out"] as OutputWriter;
	linkPackages(parsePackages(requiredAttribute(derivation, "derivations")), inputs, out, log);
	out.symlink("/manifest.nix", fromBytes(requiredAttribute(derivation, "manifest")));
};

/**
 * Fills `out` with links to the files of packages. Where two have the same file the lower priority number wins; folders
 * that several have are made anew and merged. `inputs` is the tree that packages and links in them are read from.
 *
 * @throws {BuildEnvConflictError} where two packages of one priority have the same file
 */
export const linkPackages = (
	given: readonly EnvironmentPackage[],
	inputs: SourceAccessor,
	out: OutputWriter,
	log: (line: string) => void,
): void => {
	out.makeDirectory("/");
	const packages = [...given].sort(
		(a, b) => a.priority - b.priority || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
	);
	const links = new Linker(inputs, out, log);
	const done = new Set<string>();
	let postponed = new Set<string>();
	const add = (path: ByteString, priority: number): void => {
		if (done.has(path)) return;
		done.add(path);
		links.link(path, "", priority);
		const propagated = followLinks(inputs, `${path}/nix-support/propagated-user-env-packages`);
		if (propagated === undefined || inputs.lstat(propagated)?.kind !== "regular") return;
		for (const other of bytesToString(inputs.readFile(propagated)).split(/[ \n]+/))
			if (other !== "" && !done.has(other)) postponed.add(other);
	};
	for (const { path, active, priority } of packages) if (active) add(path, priority);
	let priority = 1000;
	while (postponed.size > 0) {
		const next = [...postponed].sort();
		postponed = new Set();
		for (const path of next) add(path, priority++);
	}
};

/** A number, as far as the text is one. */
const integer = (text: ByteString): number => {
	const number = Number.parseInt(text, 10);
	if (Number.isNaN(number) || Math.abs(number) > 0x7fffffff) throw new Unexplained("stoi");
	return number;
};

/** `active priority count path…`, again and again. */
const parsePackages = (text: ByteString): EnvironmentPackage[] => {
	const words = tokenize(text);
	const packages: EnvironmentPackage[] = [];
	for (let i = 0; i < words.length; ) {
		const active = words[i] !== "false";
		const priority = integer(words[i + 1] ?? "");
		const count = integer(words[i + 2] ?? "");
		i += 3;
		for (const path of words.slice(i, i + count)) packages.push({ path, active, priority });
		i += count;
	}
	return packages;
};

/** Of no use in an environment, or in every package under the same name. */
const leftOut = /\/(?:propagated-build-inputs|nix-support|perllocal\.pod|info\/dir|log|manifest\.nix|manifest\.json)$/;

class Linker {
	readonly #priorities = new Map<string, number>();

	constructor(
		readonly inputs: SourceAccessor,
		readonly out: OutputWriter,
		readonly log: (line: string) => void,
	) {}

	/** Link everything in a folder of the store to below `target`, a path within the output. */
	link(source: ByteString, target: ByteString, priority: number): void {
		const folder = followLinks(this.inputs, source);
		if (folder === undefined)
			throw new NixError("FILE_NOT_FOUND", `reading directory ${quotePath(source)}: No such file or directory`);
		if (this.inputs.lstat(folder)?.kind !== "directory") {
			this.log(`warning: not including ${quotePath(source)} in the user environment because it's not a directory`);
			return;
		}
		const names = [...this.inputs.readDirectory(folder)].map(([name]) => name).sort();
		for (const name of names)
			if (!name.startsWith(".")) this.#entry(`${source}/${name}`, `${target}/${name}`, priority);
	}

	#entry(source: ByteString, target: ByteString, priority: number): void {
		const real = followLinks(this.inputs, source);
		if (real === undefined) {
			this.log(`warning: skipping dangling symlink '${this.out.path}${target}'`);
			return;
		}
		if (leftOut.test(source)) return;
		const present = this.out.get(target);
		if (this.inputs.lstat(real)?.kind === "directory") {
			if (present instanceof MemoryDirectory) return this.link(source, target, priority);
			if (present instanceof MemorySymlink) return this.#merge(present.target, source, target, priority);
		} else if (present instanceof MemorySymlink) {
			const previous = this.#priorities.get(target) ?? 0;
			if (previous === priority) throw new BuildEnvConflictError(present.target, source, priority);
			if (previous < priority) return;
		} else if (present instanceof MemoryDirectory) {
			throw new NixError(
				"BUILDENV_COLLISION",
				`collision between non-directory '${source}' and directory '${this.out.path}${target}'`,
			);
		}
		this.out.writeTree(fromBytes(target), new MemorySymlink(source));
		this.#priorities.set(target, priority);
	}

	/** A second package has this folder, too: it becomes a real one with the contents of both. */
	#merge(first: ByteString, source: ByteString, target: ByteString, priority: number): void {
		const real = followLinks(this.inputs, first) ?? first;
		if (this.inputs.lstat(real)?.kind !== "directory")
			throw new NixError(
				"BUILDENV_COLLISION",
				`collision between ${quotePath(source)} and non-directory ${quotePath(real)}`,
			);
		this.out.remove(target);
		this.out.makeDirectory(fromBytes(target));
		this.link(real, target, this.#priorities.get(target) ?? 0);
		this.link(source, target, priority);
	}
}
