import {
	type Derivation,
	type InputOutputs,
	NixError,
	parseStorePath,
	type RealiseResult,
	type RealiseTarget,
	resolveDerivation,
	shouldResolve,
	type StorePath,
} from "@tsnix/store";
import { outputsOf } from "../../core";
import { level } from "../../output/log";
import type { Session } from "../../session";
import type { NixShellOptions } from "./options";

/** All that a shell of a derivation needs, built. */
export interface BuiltInputs {
	/** Outputs of inputs, which are known now, are in the place of what stood for them. */
	readonly derivation: Derivation;
	/** What its inputs are: the outputs of derivations. */
	readonly inputs: readonly StorePath[];
	/** The shell to be run: a path, or a name. */
	readonly shell: string;
}

/** The derivation of a bash for people, that nixpkgs has; undefined where it cannot be had, which is told. */
const interactiveBash = async (session: Session): Promise<StorePath | undefined> => {
	const commands = await session.commands();
	const basePath = session.shell.workingDirectory;
	try {
		const value = await commands.run(
			await commands.prepare({ kind: "string", text: "(import <nixpkgs> {}).bashInteractive", basePath }),
		);
		const drvPath = await commands.drvPathOf(value);
		if (drvPath !== undefined) return parseStorePath(drvPath, session.commandStore.storeDir);
		throw new NixError("NO_BASH", "the 'bashInteractive' attribute in <nixpkgs> did not evaluate to a derivation");
	} catch (error) {
		if (!(error instanceof NixError) || session.shell.signal.aborted) throw error;
		session.log.error(error, session.settings.boolean("show-trace"));
		session.log.notice("uses bash from your environment");
		return undefined;
	}
};

/** What is to be built of an input, and of what its outputs are derivations of. */
const targetsOf = (drvPath: StorePath, inputs: InputOutputs, via: readonly string[] = []): RealiseTarget[] => [
	...(inputs.outputs.length === 0 ? [] : [{ drvPath, outputs: inputs.outputs, ...(via.length === 0 ? {} : { via }) }]),
	...[...(inputs.dynamicOutputs ?? [])].flatMap(([output, inner]) => targetsOf(drvPath, inner, [...via, output])),
];

/** Builds what a derivation needs, but not itself. Undefined where nothing is to be done but to tell what would be. */
export const buildInputs = async (
	session: Session,
	drvPath: StorePath,
	options: NixShellOptions,
): Promise<BuiltInputs | undefined> => {
	const { store } = session;
	const { storeDir } = store;
	const derivation = store.readDerivation(drvPath);
	const own = session.env("NIX_BUILD_SHELL");
	const bash = own === undefined ? await interactiveBash(session) : undefined;
	const excluded = options.exclude.map((pattern) => new RegExp(pattern));
	const byPath = [...derivation.inputDrvs.values()].sort((a, b) => (a.path.baseName < b.path.baseName ? -1 : 1));
	const targets: RealiseTarget[] = [
		...(bash === undefined ? [] : [{ drvPath: bash, outputs: ["out"] }]),
		...byPath
			.filter(({ path }) => !excluded.some((pattern) => pattern.test(path.toString(storeDir))))
			.flatMap((input) => targetsOf(input.path, input)),
		...derivation.inputSrcs.map((path) => ({ path })),
	];
	if (session.settings.boolean("print-missing")) await session.builds.printMissing(targets, level.info);
	if (options.dryRun) return undefined;
	const { targets: realised } = await session.builds.realise(targets, { mode: options.check ? "check" : "normal" });

	const outputs = outputTable(realised);
	const lookup = (chain: readonly [StorePath, ...string[]], output: string): StorePath | undefined => {
		const [path, ...via] = chain;
		const known = outputs.get([path.baseName, ...via, output].join("^"));
		if (known !== undefined || via.length > 0) return known;
		const place = outputsOf(store, path).get(output);
		return place !== undefined && store.isValidPath(place) ? place : undefined;
	};
	return {
		derivation: resolved(session, derivation, lookup),
		inputs: [...outputs.values()],
		shell: own ?? (bash === undefined ? "bash" : `${lookup([bash], "out")?.toString(storeDir)}/bin/bash`),
	};
};

type Lookup = (chain: readonly [StorePath, ...string[]], output: string) => StorePath | undefined;

const outputTable = (realised: RealiseResult["targets"]): Map<string, StorePath> => {
	const table = new Map<string, StorePath>();
	for (const { target, outputs } of realised)
		if ("drvPath" in target)
			for (const [name, path] of outputs)
				table.set([target.drvPath.baseName, ...(target.via ?? []), name].join("^"), path);
	return table;
};

/** A derivation with the outputs of its inputs in the place of what stands for them until they are known. */
const resolved = (session: Session, derivation: Derivation, lookup: Lookup): Derivation => {
	const placeholders = session.settings.enabled("ca-derivations");
	if (!shouldResolve(derivation, placeholders)) return derivation;
	const found = resolveDerivation(derivation, (chain, output) => lookup([chain.drvPath, ...chain.outputs], output), {
		placeholders,
		storeDir: session.store.storeDir,
	});
	if (found !== undefined) return found;
	throw new NixError("NOT_RESOLVED", `outputs that '${derivation.name}' needs were not built`);
};
