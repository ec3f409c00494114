import type { JsonValue, NamedFs, WritableSyncFs } from "@tsnix/store";
import { cloneInput } from "../clone-flake";
import { completeOutput } from "../completion";
import { findAttributes } from "../flake-attribute";
import type { PlainCheckOptions, PlainFlakeCheck } from "../flake-check";
import { packageOf, type PlainPackage } from "../flake-package";
import { type WrittenTemplate, writeTemplate } from "../flake-template";
import type { FlakeArchive } from "../flake-tree-inputs";
import type { CommandFlakes, PlainLockOptions, PlainShowOptions, PrefetchedFlake } from "../flakes";
import type { CommandRegistries } from "../registries";
import type { CommandScope } from "./command-scope";

/** Flakes: their references, locks, trees and outputs. */
export class FlakeCommands {
	constructor(
		private readonly scope: CommandScope,
		private readonly flakes: CommandFlakes,
		private readonly registries: CommandRegistries,
	) {}

	/** Takes an installable's flake reference apart: the reference, whole, and what follows `#`. */
	parseFlake(
		text: string,
		baseDirectory: string = this.scope.workingDirectory,
	): { readonly ref: string; readonly fragment: string } {
		return this.flakes.parse(text, baseDirectory);
	}

	/** Fetches a flake's tree into the store. */
	prefetchFlake(ref: string): PrefetchedFlake {
		return this.flakes.prefetch(ref, this.registries);
	}

	/** The trees of a flake and its inputs, put into the store unless only told of. */
	async archiveFlake(ref: string, options: PlainLockOptions, dryRun: boolean): Promise<FlakeArchive> {
		await this.flakes.ready(ref, options);
		return this.flakes.archive(ref, options, dryRun);
	}

	/** The inputs of a flake, for {@link fetchFlakeInput}. */
	async flakeInputs(ref: string, options: PlainLockOptions): Promise<readonly { key: string; url: string }[]> {
		await this.flakes.ready(ref, options);
		return this.flakes.inputs(ref, options);
	}

	/** Puts the tree of a flake's input into the store. */
	fetchFlakeInput(ref: string, options: PlainLockOptions, key: string): void {
		this.flakes.fetchInput(ref, options, key);
	}

	/** Makes the inputs of a flake entries of the registries of flags. */
	useInputsFrom(ref: string): void {
		this.registries.addOverrides(this.flakes.inputEntries(ref));
	}

	/** Writes the files of a template that a flake has into a folder. */
	writeTemplate(template: number, attribute: string, folder: string): WrittenTemplate {
		const { fs, log } = this.scope.open.world;
		return writeTemplate(this.scope.st, this.scope.value(template), attribute, folder, fs as NamedFs & WritableSyncFs, {
			error: (text) => log?.({ kind: "trace-function", text }),
			notice: (text) => log?.({ kind: "notice", text }),
		});
	}

	/** Copies a flake's repository, or its tree where it has none, into a folder that is not there yet. */
	cloneFlake(ref: string, folder: string, shown: string): void {
		cloneInput(this.flakes.resolve(ref, this.registries).input, folder, shown, this.scope.open);
	}

	/** Locks a flake; gives its outputs. */
	async openFlake(ref: string, options: PlainLockOptions): Promise<number> {
		await this.flakes.ready(ref, options);
		return this.scope.keepCursor(this.flakes.outputs(ref, options));
	}

	/** Locks a flake, writing its lock file as the options say. */
	async lockFlake(ref: string, options: PlainLockOptions): Promise<void> {
		await this.flakes.ready(ref, options);
		this.flakes.lock(ref, options);
	}

	/** What is known of a flake without evaluating it: for people, and as data. */
	async flakeMetadata(
		ref: string,
		options: PlainLockOptions,
		color: boolean,
	): Promise<{ readonly text: string; readonly json: JsonValue }> {
		await this.flakes.ready(ref, options);
		return this.flakes.metadata(ref, options, color);
	}

	/** A flake's outputs: lines for people, told of as they come, or data. */
	async showFlake(ref: string, options: PlainLockOptions, show: PlainShowOptions): Promise<JsonValue | undefined> {
		await this.flakes.ready(ref, options);
		return this.flakes.show(ref, options, show, (text) => this.scope.open.world.log?.({ kind: "output", text }));
	}

	/** Checks a flake's outputs, telling of it on the way; what is to be built is left to the caller. */
	async checkFlake(ref: string, options: PlainLockOptions, check: PlainCheckOptions): Promise<PlainFlakeCheck> {
		await this.flakes.ready(ref, options);
		return this.flakes.check(ref, options, check);
	}

	/** The first of several attributes that a flake's outputs have. Tells which, too. */
	flakeAttribute(
		ref: string,
		outputs: number,
		attributes: readonly string[],
	): { readonly value: number; readonly attribute: string } {
		const [{ cursor, attribute }] = findAttributes(ref, this.scope.outputsCursor(outputs), attributes);
		return { value: this.scope.keepCursor(cursor), attribute };
	}

	/** All of some attributes that a flake's outputs have. */
	flakeAttributes(
		ref: string,
		outputs: number,
		attributes: readonly string[],
	): { readonly value: number; readonly attribute: string }[] {
		const found = findAttributes(ref, this.scope.outputsCursor(outputs), attributes);
		return found.map(({ cursor, attribute }) => ({ value: this.scope.keepCursor(cursor), attribute }));
	}

	/** What is to be known of a flake's attribute for a profile; undefined where it is no derivation. */
	async flakePackage(ref: string, options: PlainLockOptions, value: number): Promise<PlainPackage | undefined> {
		const found = packageOf(this.scope.outputsCursor(value));
		if (found === undefined) return undefined;
		await this.flakes.ready(ref, options);
		return { ...found, locked: this.flakes.lockedRef(ref, options) };
	}

	/** The input `nixpkgs` of a flake, as it is locked; the registries' `nixpkgs` where it has none. */
	async nixpkgsOf(ref: string, options: PlainLockOptions): Promise<string> {
		await this.flakes.ready(ref, options);
		return this.flakes.nixpkgsOf(ref, options);
	}

	/** The folder of the host that a flake lies in, before the registries and `follows` are asked; where it is one. */
	flakeFolder(ref: string): string | undefined {
		return this.flakes.folder(ref);
	}

	/** The folder of the host that a locked flake lies in; where it is one. */
	async resolvedFlakeFolder(ref: string, options: PlainLockOptions): Promise<string | undefined> {
		await this.flakes.ready(ref, options);
		return this.flakes.resolvedFolder(ref, options);
	}

	/** What follows `#` in a reference to one of a flake's outputs may go on with. */
	completeOutput(
		outputs: number,
		fragment: string,
		prefixes: readonly string[],
		defaults: readonly string[],
	): string[] {
		return completeOutput(this.scope.st, this.scope.value(outputs), fragment, prefixes, defaults);
	}

	/** The names of a flake's inputs. */
	flakeInputNames(ref: string): string[] {
		return this.flakes.inputNames(ref);
	}
}

/** Those that cross threads. */
export const flakeMethods = [
	"parseFlake",
	"prefetchFlake",
	"archiveFlake",
	"flakeInputs",
	"fetchFlakeInput",
	"useInputsFrom",
	"writeTemplate",
	"cloneFlake",
	"openFlake",
	"lockFlake",
	"flakeMetadata",
	"showFlake",
	"checkFlake",
	"flakeAttribute",
	"flakeAttributes",
	"flakePackage",
	"nixpkgsOf",
	"flakeFolder",
	"resolvedFlakeFolder",
	"completeOutput",
	"flakeInputNames",
] as const satisfies readonly (keyof FlakeCommands)[];
