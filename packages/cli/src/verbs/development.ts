import { writeFileSync } from "node:fs";
import {
	type ByteString,
	fillOutputs,
	isDerivationPath,
	NixError,
	parseStorePath,
	rewriteString,
	type StorePath,
	toBytes,
} from "@tsnix/store";
import type { Flag } from "../args/flags";
import {
	type BuildEnvironment,
	environmentDerivation,
	environmentRecorder,
	environmentScript,
	outputPlaces,
	parseBuildEnvironment,
	stringVariable,
} from "../core";
import type { Session } from "../session";
import { type FlakeAttributes, type Installable, InstallableOptions, packageAttributes } from "./installables";
import { outputPathsOf } from "./store-paths";

const shellAttributes = (system: string): FlakeAttributes => {
	const packages = packageAttributes(system);
	return {
		defaults: [`devShells.${system}.default`, `devShell.${system}`, ...packages.defaults],
		prefixes: [`devShells.${system}.`, ...packages.prefixes],
	};
};

/** What `nix develop` and `nix print-dev-env` have in common: a derivation's environment. */
export class Development {
	readonly options: InstallableOptions;
	private readonly redirects: (readonly [installable: string, folder: string])[] = [];
	private profile: string | undefined;

	constructor(private readonly session: Session) {
		this.options = new InstallableOptions(session, shellAttributes);
	}

	flags(): Flag[] {
		return [
			...this.options.flags(),
			{ long: "profile", arity: 1, handle: (path) => void (this.profile = path) },
			{ long: "redirect", arity: 2, handle: (installable, folder) => void this.redirects.push([installable, folder]) },
		];
	}

	/** An installable's environment, and where it lies in the store. */
	async environment(installable: Installable): Promise<{ environment: BuildEnvironment; path: StorePath }> {
		const { session } = this;
		const { storePath } = installable;
		const path =
			storePath?.baseName.endsWith("-env") === true ? storePath : await this.build(await this.derivation(installable));
		if (this.profile !== undefined) {
			const { updateProfile } = await import("./profile-option");
			updateProfile(session, this.profile, [path]);
		}
		return { environment: parseBuildEnvironment(contents(session, path)), path };
	}

	/** The one derivation that an installable is. */
	private async derivation(installable: Installable): Promise<StorePath> {
		const { storeDir } = this.session.commandStore;
		const found = new Map<string, StorePath>();
		for (const wanted of await installable.derivedPaths()) {
			const path = parseStorePath(wanted.kind === "opaque" ? wanted.path : wanted.drvPath.split("^")[0], storeDir);
			if (wanted.kind === "opaque" && !isDerivationPath(path))
				throw new NixError("NOT_A_DERIVATION", `argument '${installable.what}' did not evaluate to a derivation`);
			found.set(path.baseName, path);
		}
		const [path, ...others] = found.values();
		if (path !== undefined && others.length === 0) return path;
		throw new NixError(
			"NOT_ONE_DERIVATION",
			`'${installable.what}' needs to evaluate to a single derivation, but it evaluated to ${found.size} derivations`,
		);
	}

	/** Builds the environment of a derivation: the first of the outputs that there is anything in. */
	private async build(drvPath: StorePath): Promise<StorePath> {
		const { session } = this;
		const store = session.stores.evaluationStore.open();
		const { storeDir } = store;
		const drv = store.readDerivation(drvPath);
		// Throws where there is none to be had, before anything is written.
		environmentDerivation(drv, drvPath, storeDir);
		const script = store.addTextToStore("get-env.sh", toBytes(environmentRecorder), []);
		const blank = environmentDerivation(drv, script, storeDir);
		const filled = fillOutputs(blank, (path) => store.readDerivation(path), new Map(), storeDir);
		const environmentPath = store.addDerivation(filled);
		const { outputs } = await session.builds.realise([{ drvPath: environmentPath, outputs: "all" }]);
		const places = [...(outputs.get(environmentPath.toString(storeDir)) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
		for (const [, path] of places) if (contents(session, path) !== "") return path;
		throw new NixError("NO_ENVIRONMENT", "get-env.sh failed to produce an environment");
	}

	/** The script by which bash goes on in an environment. Files that it needs are written to `folder`. */
	async script(environment: BuildEnvironment, folder: ByteString): Promise<ByteString> {
		const script = environmentScript(environment);
		const rewrites = new Map<ByteString, ByteString>();
		const add = (from: ByteString, to: ByteString): void => {
			if (!rewrites.has(from)) rewrites.set(from, to);
		};
		const outputs = `${this.session.shell.workingDirectory}/outputs`;
		for (const [name, place] of outputPlaces(environment)) add(place, `${outputs}/${name}`);
		await this.redirect(script, add);
		const { structuredAttrs } = environment;
		if (structuredAttrs !== undefined)
			for (const [extension, text, variable] of [
				["sh", structuredAttrs.shell, "NIX_ATTRS_SH_FILE"],
				["json", structuredAttrs.json, "NIX_ATTRS_JSON_FILE"],
			] as const) {
				const file = `${folder}/.attrs.${extension}`;
				writeFileSync(Buffer.from(file, "latin1"), Buffer.from(text, "latin1"));
				add(stringVariable(environment, variable), file);
			}
		return rewriteString(script, rewrites);
	}

	private async redirect(script: ByteString, add: (from: ByteString, to: ByteString) => void): Promise<void> {
		const { session } = this;
		const { storeDir } = session.commandStore;
		for (const [text, folder] of this.redirects) {
			const place = session.absolute(folder);
			const [installable] = await this.options.installables([text]);
			for (const path of await outputPathsOf(session, [installable], "locate")) {
				const from = path.toString(storeDir);
				if (!script.includes(from))
					session.log.warn(`'${installable.what}' (path '${from}') is not used by this build environment`);
				else {
					session.log.info(`redirecting '${from}' to '"${place}"'`);
					add(from, place);
				}
			}
		}
	}
}

const contents = (session: Session, path: StorePath): ByteString =>
	Buffer.from(session.store.accessor(path).readFile("/")).toString("latin1");
