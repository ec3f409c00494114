import {
	FormatError,
	NixError,
	parseExtendedOutputsSpec,
	parseSingleDerivedPath,
	parseStorePath,
	type RealiseTarget,
	renderDerivedPath,
	type StorePath,
} from "@tsnix/store";
import type { Complete } from "../args/completions";
import { debuggerFlag, type EvalOptions, evalFlags, newEvalOptions } from "../args/eval-flags";
import type { Flag } from "../args/flags";
import { deriverOf, type PlainDerivedPath, type PlainLockOptions, type PlainPackage } from "../core";
import type { Session } from "../session";
import { storePathOf } from "../store-operations/paths";
import { UsageError } from "../usage-error";
import { completeFile, completeFlakeRef, completeInputs, completeInstallable } from "./installable-completion";

type Outputs = "all" | readonly string[];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What an argument names, to be evaluated or built. */
export interface Installable {
	/** As the argument has it. */
	readonly what: string;
	/** Its value in the session's evaluation; throws for store paths, which have none. */
	value(): Promise<number>;
	/** The same, not evaluated yet: what is remembered of a flake's outputs may do. */
	place?(): Promise<number>;
	/** What is to be built for it. */
	derivedPaths(): Promise<PlainDerivedPath[]>;
	/** Whether it is of a kind that has a value. */
	readonly hasValue: boolean;
	/** The attribute that it is, where it is one of a flake. */
	readonly flake?: FlakeInstallable;
	/** The store path that it names, or begins with. */
	readonly storePath?: StorePath;
	/** All that it can mean, with attribute paths: of a flake, each of the attributes that there is. */
	values?(): Promise<readonly { readonly value: number; readonly attribute: string }[]>;
}

/** What is to be known of a flake's attribute beside its value. */
export interface FlakeInstallable {
	/** The flake, as {@link Commands.parseFlake} gives it. */
	readonly ref: string;
	/** What it is locked by. */
	readonly lock: PlainLockOptions;
	/** The first of the attributes that there is, as its path in the outputs. */
	attribute(): Promise<string>;
	/** The outputs that were asked for. */
	readonly outputs: Outputs | undefined;
	/** What a profile notes of it; undefined where it is no derivation. */
	package(): Promise<PlainPackage | undefined>;
}

/** Where installables look for a flake's attributes. */
export interface FlakeAttributes {
	/** The attributes that are meant where none is named. */
	readonly defaults: readonly string[];
	/** What may stand before the one that is named; each ends in a dot. */
	readonly prefixes: readonly string[];
}

/** Where packages are looked for. */
export const packageAttributes = (system: string): FlakeAttributes => ({
	defaults: [`packages.${system}.default`, `defaultPackage.${system}`],
	prefixes: [`packages.${system}.`, `legacyPackages.${system}.`],
});

/** Throws where installables have no value: store paths. */
export const requireValue = (installable: Installable): Installable => {
	if (installable.hasValue) return installable;
	throw new UsageError(`installable '${installable.what}' does not correspond to a Nix language value`);
};

/** Throws UsageError where the path to an input has an element that is no name. */
const checkInputPath = (text: string): void => {
	const wrong = text.split("/").find((element) => element !== "" && !/^[a-zA-Z][a-zA-Z0-9_-]*$/.test(element));
	if (wrong !== undefined) throw new UsageError(`invalid flake input attribute path element '${wrong}'`);
};

/** The options with which commands say where installables come from, and how flakes are locked. */
export class InstallableOptions {
	readonly evalOptions: EvalOptions = newEvalOptions();
	readonly lock: Mutable<PlainLockOptions> & { overrides: (readonly [string, string])[]; updates: string[] } = {
		overrides: [],
		updates: [],
	};
	private file: string | undefined;
	private expression: string | undefined;
	private root: Promise<number> | undefined;

	/** `attributes` are where a flake's attributes are looked for, by system. */
	constructor(
		private readonly session: Session,
		private readonly attributes: (system: string) => FlakeAttributes = packageAttributes,
	) {}

	/** Whether `--file` was given. */
	get hasFile(): boolean {
		return this.file !== undefined;
	}

	/** Whether `--file` or `--expr` was given. */
	get hasSource(): boolean {
		return this.file !== undefined || this.expression !== undefined;
	}

	/** What `--file` or `--expr` gives is worked out anew. */
	forgetRoot(): void {
		this.root = undefined;
	}

	flags(): Flag[] {
		const { session, lock } = this;
		const { log } = session;
		const inputs = completeInputs(session, () => (session.arguments.length === 0 ? ["."] : session.arguments));
		return [
			...evalFlags(session.settings, this.evalOptions),
			{
				long: "file",
				short: "f",
				arity: 1,
				complete: completeFile(session),
				handle: (path) => void (this.file = path),
			},
			{
				long: "expr",
				arity: 1,
				completeArgument: this.complete,
				handle: (text) => void (this.expression = text),
			},
			debuggerFlag(this.evalOptions),
			{
				long: "recreate-lock-file",
				handle: () => {
					lock.recreate = true;
					log.warn(
						"'--recreate-lock-file' is deprecated and will be removed in a future version; use 'nix flake update' instead.",
					);
				},
			},
			{ long: "no-update-lock-file", handle: () => void (lock.update = false) },
			{ long: "no-write-lock-file", handle: () => void (lock.write = false) },
			{
				long: "no-registries",
				handle: () => {
					lock.useRegistries = false;
					log.warn("'--no-registries' is deprecated; use '--no-use-registries'");
				},
			},
			{ long: "commit-lock-file", handle: () => void (lock.commit = true) },
			{
				long: "update-input",
				arity: 1,
				complete: inputs,
				handle: (path) => {
					log.warn(
						"'--update-input' is a deprecated alias for 'flake update' and will be removed in a future version.",
					);
					if (path === "")
						throw new UsageError(
							"--update-input was passed a zero-length input path, which would refer to the flake itself, not an input",
						);
					checkInputPath(path);
					lock.updates.push(path);
				},
			},
			{
				long: "override-input",
				arity: 2,
				complete: (completions, index, prefix) =>
					(index === 0 ? inputs : completeFlakeRef(session))(completions, index, prefix),
				completeArgument: completeFlakeRef(session),
				handle: (path, ref) => {
					lock.write = false;
					if (path === "")
						throw new UsageError(
							"--override-input was passed a zero-length input path, which would refer to the flake itself, not an input",
						);
					checkInputPath(path);
					lock.overrides.push([path, ref]);
				},
			},
			{
				long: "reference-lock-file",
				arity: 1,
				complete: completeFile(session),
				handle: (path) => void (lock.reference = session.absolute(path)),
			},
			{
				long: "output-lock-file",
				arity: 1,
				complete: completeFile(session),
				handle: (path) => void (lock.output = session.absolute(path)),
			},
			{ long: "inputs-from", arity: 1, handle: (ref) => void this.evalOptions.inputsFrom.push(ref) },
		];
	}

	/** Completes what the command is to work on. */
	private get complete(): Complete {
		const { session } = this;
		return completeInstallable(session, {
			file: () => this.file,
			prepare: () => void (session.evalOptions = this.evalOptions),
			openFlake: async (ref) => (await session.commands()).openFlake(ref, this.lockOptions()),
		});
	}

	/** What locking a flake goes by: the options, and the settings. */
	lockOptions(): PlainLockOptions {
		const { settings } = this.session;
		return {
			...this.lock,
			useRegistries: this.lock.useRegistries ?? settings.boolean("use-registries"),
			commitSummary: settings.text("commit-lock-file-summary"),
		};
	}

	/** What arguments name. */
	async installables(args: readonly string[]): Promise<Installable[]> {
		const { session, file, expression } = this;
		session.evalOptions = this.evalOptions;
		if (file === undefined && expression === undefined) {
			const out: Installable[] = [];
			for (const arg of args) out.push(await this.installable(arg));
			return out;
		}
		if (file !== undefined && expression !== undefined) throw new UsageError("'--file' and '--expr' are exclusive");
		if (file !== undefined) {
			const { settings } = session;
			if (settings.boolean("pure-eval") && settings.isOverridden("pure-eval"))
				throw new UsageError("'--file' is not compatible with '--pure-eval'");
			settings.setDefault("pure-eval", false);
		}
		await this.openRoot();
		return args.map((arg) => this.attributeOf(arg));
	}

	private openRoot(): Promise<number> {
		const { session, file, expression } = this;
		const basePath = session.baseDirectory;
		const open = async (): Promise<number> => {
			const commands = await session.commands();
			if (file === "-") return commands.root({ kind: "stdin", text: session.input(), basePath });
			return commands.root(
				file !== undefined
					? { kind: "evaluated-file", path: this.filePath(file) }
					: { kind: "string", text: expression ?? "", basePath },
			);
		};
		this.root ??= open();
		return this.root;
	}

	/** A file of the command line, seen from the folder that its paths start from. */
	private filePath(file: string): string {
		const { baseDirectory, shell } = this.session;
		const plain = !/^[a-z+]*:|^<.*>$|^channel:/.test(file) && !file.startsWith("/");
		return plain && baseDirectory !== shell.workingDirectory ? `${baseDirectory}/${file}` : file;
	}

	/** An attribute path in what `--file` or `--expr` gives. */
	private attributeOf(arg: string): Installable {
		const { prefix, outputs } = parseExtendedOutputsSpec(arg);
		const attribute = prefix === "." ? "" : prefix;
		const value = async (): Promise<number> => (await this.session.commands()).select(await this.openRoot(), attribute);
		return {
			what: attribute,
			hasValue: true,
			value,
			derivedPaths: async () => (await this.session.commands()).derivedPaths(await value(), attribute, outputs),
		};
	}

	/** A store path, or an attribute of a flake. */
	private async installable(arg: string): Promise<Installable> {
		const { prefix, outputs } = parseExtendedOutputsSpec(arg);
		let failure: unknown;
		if (prefix.includes("/")) {
			try {
				return storeInstallable(this.session, prefix, outputs);
			} catch (error) {
				if (!(error instanceof NixError)) throw error;
				if (!(error instanceof FormatError) && error.code !== "NOT_IN_STORE") failure = error;
			}
		}
		try {
			return await this.flakeInstallable(prefix, outputs);
		} catch (error) {
			throw failure ?? error;
		}
	}

	private async flakeInstallable(text: string, outputs: Outputs | undefined): Promise<Installable> {
		const { session } = this;
		const commands = await session.commands();
		const parsed = await commands.parseFlake(text, session.baseDirectory);
		if (this.evalOptions.arguments.size > 0)
			throw new UsageError("'--arg' and '--argstr' are incompatible with flakes");
		return this.attributeOfFlake(parsed, outputs, this.attributes(session.system), this.lockOptions());
	}

	/** An attribute of a flake that is no argument; its lock file is not written. Looked for where `attributes` say. */
	async flakeAttribute(text: string, baseDirectory: string, attributes: FlakeAttributes): Promise<Installable> {
		const { prefix, outputs } = parseExtendedOutputsSpec(text);
		const commands = await this.session.commands();
		const parsed = await commands.parseFlake(prefix, baseDirectory);
		const useRegistries = this.session.settings.boolean("use-registries");
		return this.attributeOfFlake(parsed, outputs, attributes, { write: false, useRegistries });
	}

	/** The attribute at a path in the outputs of a flake, nowhere else. */
	async knownAttribute(ref: string, attribute: string, outputs: Outputs | undefined): Promise<Installable> {
		if (this.evalOptions.arguments.size > 0)
			throw new UsageError("'--arg' and '--argstr' are incompatible with flakes");
		const parsed = await (await this.session.commands()).parseFlake(ref, this.session.baseDirectory);
		const attributes = { defaults: [attribute], prefixes: [] };
		return this.attributeOfFlake({ ...parsed, fragment: "" }, outputs, attributes, this.lockOptions());
	}

	/** An attribute of a flake that a reference names; what has been locked before is locked no more. */
	attributeOfFlake(
		{ ref, fragment }: { readonly ref: string; readonly fragment: string },
		outputs: Outputs | undefined,
		{ defaults, prefixes }: FlakeAttributes,
		options: PlainLockOptions,
	): Installable {
		const attributes =
			fragment === ""
				? defaults
				: fragment.startsWith(".")
					? [fragment.slice(1)]
					: [...prefixes.map((prefix) => `${prefix}${fragment}`), fragment];
		const lock = { ...options, applyConfig: true };
		const search = async () => {
			const commands = await this.session.commands();
			return commands.flakeAttribute(ref, await commands.openFlake(ref, lock), attributes);
		};
		let found: ReturnType<typeof search> | undefined;
		const find = () => (found ??= search());
		return {
			what: `${ref}#${fragment === "" ? (defaults[0] ?? "") : fragment.replace(/^\./, "")}`,
			hasValue: true,
			flake: {
				ref,
				lock,
				attribute: async () => (await find()).attribute,
				outputs,
				package: async () => {
					const { value } = await find();
					return (await this.session.commands()).flakePackage(ref, lock, value);
				},
			},
			value: async () => (await this.session.commands()).run((await find()).value),
			place: async () => (await find()).value,
			values: async () => {
				const commands = await this.session.commands();
				return commands.flakeAttributes(ref, await commands.openFlake(ref, lock), attributes);
			},
			derivedPaths: async () => {
				const { value } = await find();
				return (await this.session.commands()).flakeDerivedPaths(value, outputs);
			},
		};
	}
}

const storeInstallable = (session: Session, prefix: string, outputs: Outputs | undefined): Installable => {
	const { storeDir } = session.commandStore;
	const derivedPath = (): PlainDerivedPath => {
		if (outputs === undefined) return { kind: "opaque", path: storePathOf(session, prefix).toString(storeDir) };
		const drv = parseSingleDerivedPath(prefix, storeDir);
		if (drv.kind === "opaque") return { kind: "built", drvPath: drv.path.toString(storeDir), outputs };
		return { kind: "built", drvPath: renderDerivedPath(drv, storeDir), outputs };
	};
	const path = derivedPath();
	const what =
		path.kind === "opaque" ? path.path : `${path.drvPath}^${path.outputs === "all" ? "*" : path.outputs.join(",")}`;
	return {
		what,
		hasValue: false,
		storePath: parseStorePath((path.kind === "opaque" ? path.path : path.drvPath).split("^")[0], storeDir),
		value: () => Promise.reject(new UsageError(`installable '${what}' does not correspond to a Nix language value`)),
		derivedPaths: () => Promise.resolve([path]),
	};
};

/** What a realisation takes. */
export const targetOf = (session: Session, path: PlainDerivedPath): RealiseTarget => {
	const { storeDir } = session.commandStore;
	if (path.kind === "opaque") return { path: parseStorePath(path.path, storeDir) };
	const [drvPath, ...via] = path.drvPath.split("^");
	return {
		drvPath: parseStorePath(drvPath, storeDir),
		outputs: path.outputs,
		...(via.length === 0 ? {} : { via }),
	};
};

/** The derivations that installables are, or that made the paths that they are. */
export const derivationsOf = async (session: Session, installables: readonly Installable[]): Promise<StorePath[]> => {
	const found = new Map<string, StorePath>();
	const { storeDir } = session.commandStore;
	for (const installable of installables)
		for (const path of await installable.derivedPaths()) {
			let drvPath: StorePath;
			if (path.kind === "built") drvPath = parseStorePath(path.drvPath.split("^")[0], storeDir);
			else {
				const storePath = parseStorePath(path.path, storeDir);
				try {
					drvPath = deriverOf(session.store, storePath);
				} catch (error) {
					if (!(error instanceof NixError) || !["NO_DERIVER", "INVALID_PATH"].includes(error.code)) throw error;
					throw new NixError("NO_DERIVER", `'${installable.what}' does not have a known deriver`);
				}
			}
			found.set(drvPath.baseName, drvPath);
		}
	return [...found.values()].sort((a, b) => (a.baseName < b.baseName ? -1 : 1));
};

/** Arguments, words of standard input where `--stdin` asks for them, or the flake of this folder. */
export const argumentsOr = (
	session: Session,
	args: readonly string[],
	stdin: boolean,
	fallback: readonly string[] = ["."],
): readonly string[] => {
	if (stdin && !session.shell.isTerminal.input)
		return [
			...args,
			...session
				.input()
				.split(/\s+/)
				.filter((word) => word !== ""),
		];
	return args.length === 0 ? fallback : args;
};
