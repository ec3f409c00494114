import { NixError, type StorePath } from "@tsnix/store";
import {
	attrsOf,
	type CheckedAttr,
	checkApp,
	checkBundler,
	checkDerivation,
	checkModule,
	checkNixOSConfiguration,
	checkOverlay,
	checkTemplate,
} from "./check-values";
import { FlakeError, traced } from "./errors";
import {
	type Evaluator,
	force,
	forceAttrs,
	getAttr,
	isDerivation,
	type Lazy,
	type PosIdx,
	printIdentifier,
} from "./evaluation";

/** What an output is checked as. */
export type CheckedKind =
	| "derivation"
	| "app"
	| "overlay"
	| "NixOS module"
	| "Hydra job"
	| "NixOS configuration"
	| "template"
	| "bundler";

/** Something that was looked at. */
export interface CheckedOutput {
	/** `checks.x86_64-linux.default` */
	readonly attribute: string;
	readonly kind: CheckedKind;
}

/** Told what happens, in order. All texts are byte strings. */
export interface CheckReporter {
	/** What is being done; the reference adds `...`. */
	readonly activity?: (text: string) => void;
	readonly info?: (text: string) => void;
	readonly warn?: (text: string) => void;
	/** An error that the check goes on after (`keepGoing`). */
	readonly error?: (error: NixError) => void;
}

/** How a flake's outputs are checked (`nix flake check`). */
export interface CheckOptions extends CheckReporter {
	/** The system whose outputs are checked. */
	readonly system: string;
	/** `--all-systems` */
	readonly allSystems?: boolean;
	/** `--keep-going`: errors are gathered, instead of ending the check. */
	readonly keepGoing?: boolean;
	/** Whether import from derivation stays as it is set; else it is allowed but for `hydraJobs`. */
	readonly keepImportFromDerivation?: boolean;
}

/** A check that is to be built: its derivation, and the attributes that it is. */
export interface CheckToBuild {
	readonly drvPath: StorePath;
	readonly attributes: readonly string[];
}

/** What checking a flake's outputs came to. */
export interface CheckResult {
	readonly checked: readonly CheckedOutput[];
	/** What `checks` has for this system, sorted by path. */
	readonly toBuild: readonly CheckToBuild[];
	/** Systems whose outputs were not looked at, sorted. */
	readonly omittedSystems: readonly string[];
	/** With `keepGoing`. */
	readonly errors: readonly NixError[];
}

const replacements: ReadonlyMap<string, string> = new Map([
	["defaultPackage", "packages.<system>.default"],
	["defaultApp", "apps.<system>.default"],
	["defaultTemplate", "templates.default"],
	["defaultBundler", "bundlers.<system>.default"],
	["overlay", "overlays.default"],
	["devShell", "devShells.<system>.default"],
	["nixosModule", "nixosModules.default"],
]);

/** Outputs of other programs, which are taken as they are. */
const unchecked: ReadonlySet<string> = new Set([
	"lib",
	"darwinConfigurations",
	"darwinModules",
	"flakeModule",
	"flakeModules",
	"herculesCI",
	"homeConfigurations",
	"homeModule",
	"homeModules",
	"nixopsConfigurations",
]);

/** A check of one value. */
type ValueCheck = (attribute: string, value: Lazy, pos: PosIdx) => void;

class Checker {
	readonly checked: CheckedOutput[] = [];
	readonly toBuild = new Map<string, { readonly drvPath: StorePath; readonly attributes: string[] }>();
	readonly omitted = new Set<string>();
	readonly errors: NixError[] = [];
	private readonly depth: number;

	constructor(
		private readonly st: Evaluator,
		private readonly options: CheckOptions,
	) {
		this.depth = st.depth;
	}

	/** Notes an error where the check goes on, else throws it. Suspensions and bugs are always thrown. */
	report(error: unknown): void {
		if (this.options.keepGoing !== true || !(error instanceof NixError)) throw error;
		this.st.depth = this.depth;
		this.errors.push(error);
		this.options.error?.(error);
	}

	private guarded(message: string, pos: PosIdx, run: () => void): void {
		try {
			run();
		} catch (error) {
			this.report(traced(error, message, { evaluator: this.st, pos }));
		}
	}

	private begin(kind: CheckedKind, attribute: string): void {
		this.checked.push({ attribute, kind });
		const { activity } = this.options;
		activity?.(kind === "derivation" ? `checking derivation ${attribute}` : `checking ${kind} '${attribute}'`);
	}

	private readonly derivation: ValueCheck = (attribute, value, pos) => void this.derivationPath(attribute, value, pos);

	private derivationPath(attribute: string, value: Lazy, pos: PosIdx): StorePath | undefined {
		let drvPath: StorePath | undefined;
		this.guarded(`while checking the derivation '${attribute}'`, pos, () => {
			this.begin("derivation", attribute);
			drvPath = checkDerivation(this.st, attribute, value);
			if (drvPath !== undefined)
				this.options.info?.(`derivation evaluated to ${drvPath.toString(this.st.host.store.storeDir)}`);
		});
		return drvPath;
	}

	private readonly app: ValueCheck = (attribute, value, pos) =>
		this.guarded(`while checking the app definition '${attribute}'`, pos, () => {
			this.begin("app", attribute);
			checkApp(this.st, attribute, value, pos, (message) => this.options.warn?.(message));
		});

	private readonly overlay: ValueCheck = (attribute, value, pos) =>
		this.guarded(`while checking the overlay '${attribute}'`, pos, () => {
			this.begin("overlay", attribute);
			checkOverlay(this.st, value, pos);
		});

	private readonly module: ValueCheck = (attribute, value, pos) =>
		this.guarded(`while checking the NixOS module '${attribute}'`, pos, () => {
			this.begin("NixOS module", attribute);
			checkModule(value, pos);
		});

	private readonly hydraJobs: ValueCheck = (attribute, value, pos) =>
		this.guarded(`while checking the Hydra jobset '${attribute}'`, pos, () => {
			const { st } = this;
			this.begin("Hydra job", attribute);
			const jobs = forceAttrs(st, value, pos, "");
			if (isDerivation(st, jobs)) throw new FlakeError("FLAKE_CHECK", "jobset should not be a derivation at top-level");
			for (const job of attrsOf(st, jobs)) {
				const inner = forceAttrs(st, job.value, job.pos, "");
				const path = `${attribute}.${job.name}`;
				if (isDerivation(st, inner)) {
					this.begin("Hydra job", path);
					this.derivation(path, job.value, job.pos);
				} else this.hydraJobs(path, job.value, job.pos);
			}
		});

	private readonly nixosConfiguration: ValueCheck = (attribute, value, pos) =>
		this.guarded(`while checking the NixOS configuration '${attribute}'`, pos, () => {
			this.begin("NixOS configuration", attribute);
			checkNixOSConfiguration(this.st, value, pos);
		});

	private readonly template: ValueCheck = (attribute, value, pos) =>
		this.guarded(`while checking the template '${attribute}'`, pos, () => {
			this.begin("template", attribute);
			checkTemplate(this.st, attribute, value, pos);
		});

	private readonly bundler: ValueCheck = (attribute, value, pos) =>
		this.guarded(`while checking the template '${attribute}'`, pos, () => {
			this.begin("bundler", attribute);
			checkBundler(value, pos);
		});

	private attrs({ value, pos }: CheckedAttr): CheckedAttr[] {
		return attrsOf(this.st, forceAttrs(this.st, value, pos, ""));
	}

	/** Whether the outputs of a system are to be looked at. */
	private takesSystem({ name, pos }: CheckedAttr): boolean {
		if (!name.includes("-"))
			this.report(
				new FlakeError("FLAKE_CHECK", `'${name}' is not a valid system type, at ${this.st.showPosition(pos)}`),
			);
		if (this.options.allSystems === true || name === this.options.system) return true;
		this.omitted.add(name);
		return false;
	}

	/** `{ <system> = …; }` */
	private perSystem(check: ValueCheck) {
		return (output: CheckedAttr): void => {
			for (const attr of this.attrs(output))
				if (this.takesSystem(attr)) check(`${output.name}.${printIdentifier(attr.name)}`, attr.value, attr.pos);
		};
	}

	/** `{ <system>.<name> = …; }` */
	private namedPerSystem(check: (path: readonly string[], value: Lazy, pos: PosIdx) => void) {
		return (output: CheckedAttr): void => {
			for (const system of this.attrs(output))
				if (this.takesSystem(system))
					for (const attr of this.attrs(system)) check([output.name, system.name, attr.name], attr.value, attr.pos);
		};
	}

	/** `{ <name> = …; }` */
	private named(check: ValueCheck) {
		return (output: CheckedAttr): void => {
			for (const attr of this.attrs(output))
				check(`${output.name}.${printIdentifier(attr.name)}`, attr.value, attr.pos);
		};
	}

	private single(check: ValueCheck) {
		return ({ name, value, pos }: CheckedAttr): void => check(name, value, pos);
	}

	/** A derivation that is to be built, if it is for this system. */
	private readonly check = (path: readonly string[], value: Lazy, pos: PosIdx): void => {
		const [output, system, name] = path;
		const attribute = path.join(".");
		const drvPath = this.derivationPath(`${output}.${system}.${printIdentifier(name)}`, value, pos);
		if (drvPath === undefined || path[1] !== this.options.system) return;
		const known = this.toBuild.get(drvPath.baseName);
		if (known === undefined) this.toBuild.set(drvPath.baseName, { drvPath, attributes: [attribute] });
		else known.attributes.push(attribute);
	};

	private readonly kinds: ReadonlyMap<string, (output: CheckedAttr) => void> = new Map([
		["checks", this.namedPerSystem(this.check)],
		["formatter", this.perSystem(this.derivation)],
		["packages", this.namedPerSystem(joined(this.derivation))],
		["devShells", this.namedPerSystem(joined(this.derivation))],
		["apps", this.namedPerSystem(joined(this.app))],
		["defaultPackage", this.perSystem(this.derivation)],
		["devShell", this.perSystem(this.derivation)],
		["defaultApp", this.perSystem(this.app)],
		["legacyPackages", this.perSystem(() => {})],
		["overlay", this.single(this.overlay)],
		["overlays", this.named(this.overlay)],
		["nixosModule", this.single(this.module)],
		["nixosModules", this.named(this.module)],
		["nixosConfigurations", this.named(this.nixosConfiguration)],
		["hydraJobs", this.single(this.hydraJobs)],
		["defaultTemplate", this.single(this.template)],
		["templates", this.named(this.template)],
		["defaultBundler", this.perSystem(this.bundler)],
		["bundlers", this.namedPerSystem(joined(this.bundler))],
	]);

	/** One of the flake's outputs. */
	output(output: CheckedAttr): void {
		const { name, value, pos } = output;
		const { activity, warn, keepImportFromDerivation } = this.options;
		activity?.(`checking flake output '${name}'`);
		this.guarded(`while checking flake output '${name}'`, pos, () => {
			if (keepImportFromDerivation !== true) allowImportFromDerivation(this.st, name !== "hydraJobs");
			force(value, pos);
			const replacement = replacements.get(name);
			if (replacement !== undefined)
				warn?.(`flake output attribute '${name}' is deprecated; use '${replacement}' instead`);
			const check = this.kinds.get(name);
			if (check !== undefined) check(output);
			else if (!unchecked.has(name)) warn?.(`unknown flake output '${name}'`);
		});
	}
}

const joined =
	(check: ValueCheck) =>
	(path: readonly string[], value: Lazy, pos: PosIdx): void =>
		check([path[0], ...path.slice(1).map(printIdentifier)].join("."), value, pos);

const allowImportFromDerivation = (st: Evaluator, allow: boolean): void => {
	(st.settings as { allowImportFromDerivation: boolean }).allowImportFromDerivation = allow;
};

/**
 * Checks the outputs of a flake's value, as {@link callFlake} gives it: what `nix flake check` does before it builds.
 * `hydraJobs` comes first. Nothing is built; with an evaluator that only reads, nothing is written either.
 *
 * Import from derivation is switched on and off in the evaluator unless `keepImportFromDerivation` is set: use one
 * made for the check.
 *
 * @throws the first error, with a trace that says what was checked; with `keepGoing` errors are in the result
 */
export const checkOutputs = (st: Evaluator, flake: Lazy, options: CheckOptions): CheckResult => {
	options.activity?.("evaluating flake");
	const checker = new Checker(st, options);
	const root = forceAttrs(st, flake, 0, "while evaluating a flake to get its outputs");
	const outputs = getAttr(root, st.symbols.create("outputs"));
	if (outputs === undefined) throw new FlakeError("NO_SUCH_ATTRIBUTE", "attribute 'outputs' does not exist");
	const attrs = attrsOf(st, forceAttrs(st, outputs, 0, "while evaluating the outputs of a flake"));
	const isHydra = ({ name }: CheckedAttr): boolean => name === "hydraJobs";
	for (const output of [...attrs.filter(isHydra), ...attrs.filter((attr) => !isHydra(attr))]) checker.output(output);
	return {
		checked: checker.checked,
		toBuild: [...checker.toBuild.values()].sort((a, b) => (a.drvPath.baseName < b.drvPath.baseName ? -1 : 1)),
		omittedSystems: [...checker.omitted].sort(),
		errors: checker.errors,
	};
};

/** What the reference warns of at the end; undefined where every system was looked at. */
export const omittedSystemsWarning = (systems: readonly string[]): string | undefined =>
	systems.length === 0
		? undefined
		: `The check omitted these incompatible systems: ${systems.join(", ")}\nUse '--all-systems' to check all.`;
