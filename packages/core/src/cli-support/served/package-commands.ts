import { NixError } from "@tsnix/store";
import { appOf, type PlainApp } from "../apps";
import { bundleOf, type PlainBundle } from "../bundle";
import type { PlainDerivedPath } from "../command-source";
import { derivedPathsOf, flakeDerivedPaths } from "../derived-paths";
import { type Attrs, compileFile, findDerivations, force, isDerivation, PackageInfo, Thunk } from "../evaluation";
import { type PlainPosition, packagePosition } from "../package-position";
import { shellDerivations, shellFile } from "../shell-expression";
import type { CommandScope } from "./command-scope";

/** What a found derivation tells of itself. */
export interface FoundDerivation {
	readonly drvPath: string;
	readonly outputName: string;
}

/** The derivations in values, and what is to be built for them. */
export class PackageCommands {
	constructor(private readonly scope: CommandScope) {}

	/** The derivations in a value, as numbers for {@link derivation}. */
	derivations(value: number): number[] {
		return findDerivations(this.scope.st, this.scope.value(value), this.scope.args).map((info) =>
			this.scope.keepPackage(info),
		);
	}

	/** What a derivation is. Writes it to the store. */
	derivation(found: number): FoundDerivation {
		const info = this.scope.package(found);
		const drvPath = info.requiredDrvPath.toString(this.scope.st.host.store.storeDir);
		const { outputName } = info;
		if (outputName === "")
			throw new NixError("NO_OUTPUT_NAME", `derivation '${drvPath}' lacks an 'outputName' attribute`);
		return { drvPath, outputName };
	}

	/** What is to be built for a value that an attribute path led to; `outputs` as asked for, if they were. */
	derivedPaths(value: number, attribute: string, outputs: "all" | readonly string[] | undefined): PlainDerivedPath[] {
		const position = this.scope.positions.get(value) ?? 0;
		return this.scope.kept(
			derivedPathsOf(this.scope.st, this.scope.value(value), position, attribute, outputs, this.scope.args),
		);
	}

	/** What is to be built for a flake's attribute. */
	flakeDerivedPaths(value: number, outputs: "all" | readonly string[] | undefined): PlainDerivedPath[] {
		return this.scope.kept(flakeDerivedPaths(this.scope.st, this.scope.outputsCursor(value), outputs));
	}

	/** The program that a value is. */
	app(value: number): PlainApp {
		const app = appOf(this.scope.st, this.scope.cursor(value));
		this.scope.kept(app.context);
		this.scope.keepTree(app.program);
		return app;
	}

	/** What a bundler, called `what`, makes of a value. */
	bundle(bundler: number, value: number, what: string): PlainBundle {
		return bundleOf(this.scope.st, this.scope.value(bundler), this.scope.value(value), what);
	}

	/** Where a package, called `what`, is written. */
	packagePosition(value: number, what: string): PlainPosition {
		return packagePosition(this.scope.st, this.scope.value(value), what, (file) => this.scope.keepTree(file));
	}

	/** Reads the file that `nix-shell` is given, without running it; tells what there is to say of it, too. */
	prepareShell(path: string, shellNix: boolean): { readonly prepared: number; readonly warning?: string } {
		const { st } = this.scope;
		const { path: file, ...told } = shellFile(st, this.scope.lookup(path), shellNix);
		return { ...told, prepared: this.scope.keep(new Thunk(compileFile(st, file).code, undefined)) };
	}

	/** The derivations that `nix-shell` finds along an attribute path in a value, as numbers for {@link derivation}. */
	shellDerivations(value: number, path: string): number[] {
		const found = shellDerivations(this.scope.st, this.scope.value(value), path, this.scope.args);
		return found.map((info) => this.scope.keepPackage(info));
	}

	/** The path of the derivation that a value is; undefined where it is none. Writes it to the store. */
	drvPathOf(value: number): string | undefined {
		const { st } = this.scope;
		const v = force(this.scope.value(value), 0);
		if (!isDerivation(st, v)) return undefined;
		const info = new PackageInfo(st, "", v as Attrs);
		void info.name;
		return info.requiredDrvPath.toString(st.host.store.storeDir);
	}
}

/** Those that cross threads. */
export const packageMethods = [
	"derivations",
	"derivation",
	"derivedPaths",
	"flakeDerivedPaths",
	"app",
	"bundle",
	"packagePosition",
	"prepareShell",
	"shellDerivations",
	"drvPathOf",
] as const satisfies readonly (keyof PackageCommands)[];
