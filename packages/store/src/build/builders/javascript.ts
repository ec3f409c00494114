import { memoryAccessor } from "../../accessors/memory";
import { type ByteString, fromBytes, stringToBytes, toBytes } from "../../byte-string";
import type { Derivation } from "../../formats/derivation/derivation";
import { NixError } from "../../errors";
import type { StorePath } from "../../formats/store-path";
import type { SourceAccessor } from "../../source-accessor";
import { BuilderExitError, BuildFailure } from "../errors";
import type { Builder, BuildJob, BuildProducts } from "../builder";
import { builderEnvironment, environmentText } from "../environment";
import { rewriteString } from "../rewriting";
import { inputTree } from "./input-tree";
import { OutputWriter } from "./output-writer";

/** What a function that builds a derivation is given. */
export interface JavascriptBuild {
	readonly derivation: Derivation;
	readonly drvPath: StorePath;
	/** The environment that a process would have, as text. `TMPDIR` and its kin name a folder that does not exist. */
	readonly env: Readonly<Record<string, string>>;
	readonly args: readonly string[];
	/** The files that would lie in the build's directory (`passAsFile`, `.attrs.json`, …), by name. */
	readonly files: ReadonlyMap<string, Uint8Array>;
	/** Everything the derivation depends on, under its store paths; nothing else exists. */
	readonly inputs: SourceAccessor;
	/** One writer for each output. */
	readonly outputs: Readonly<Record<string, OutputWriter>>;
	/** Write a line to the build's log. */
	log(line: string): void;
	/** Aborted when the build is no longer wanted. */
	readonly signal: AbortSignal;
}

/** Builds a derivation; what it throws is logged, and the build has failed. */
export type JavascriptBuilder = (build: JavascriptBuild) => void | Promise<void>;

/** The folder that `NIX_BUILD_TOP` names, as in the reference's sandbox. */
const buildDirectory = "/build";

/**
 * A builder made of functions: by the derivation's `builder` string, or for all that `accepts` says. The outputs are
 * made in memory, then scanned and registered as those of processes are. The derivation's system does not matter.
 *
 *     javascriptBuilder({ "/bin/copy": ({ env, outputs }) => outputs.out.writeFile("/", env.text) })
 */
export const javascriptBuilder = (
	builders:
		| Readonly<Record<string, JavascriptBuilder>>
		| { accepts(drv: Derivation): boolean; build: JavascriptBuilder },
	describe: (error: unknown) => string = describeError,
): Builder => {
	const find = (drv: Derivation): JavascriptBuilder | undefined => {
		if (isPredicate(builders)) return builders.accepts(drv) ? builders.build : undefined;
		const name = fromBytes(drv.builder);
		return Object.hasOwn(builders, name) ? builders[name] : undefined;
	};
	return {
		anySystem: true,
		accepts: (drv) => find(drv) !== undefined,
		hidesValidOutputs: () => true,
		build: async (job) => runFunction(find(job.derivation) as JavascriptBuilder, job, describe),
	};
};

const isPredicate = (
	builders:
		| Readonly<Record<string, JavascriptBuilder>>
		| { accepts(drv: Derivation): boolean; build: JavascriptBuilder },
): builders is { accepts(drv: Derivation): boolean; build: JavascriptBuilder } =>
	typeof builders["accepts"] === "function" && typeof builders["build"] === "function";

const describeError = (error: unknown): string =>
	error instanceof NixError ? error.render() : `error: ${error instanceof Error ? error.message : String(error)}`;

const runFunction = async (
	builder: JavascriptBuilder,
	job: BuildJob,
	describe: (error: unknown) => string,
): Promise<BuildProducts> => {
	const { derivation, store } = job;
	const { env, files } = builderEnvironment(derivation, job.options, job.desugared, job.rewrites, {
		storeDir: store.storeDir,
		buildDirectory,
		cores: job.cores,
		impureEnvironment: job.impureEnvironment,
	});
	const outputs: Record<string, OutputWriter> = {};
	for (const [name, path] of job.scratchOutputs) outputs[name] = new OutputWriter(path.toString(store.storeDir));
	const log = (line: string): void => job.log(stringToBytes(`${toBytes(line)}\n`));
	try {
		await builder({
			derivation,
			drvPath: job.drvPath,
			env: environmentText(env),
			args: derivation.args.map((arg) => fromBytes(rewriteString(arg, job.rewrites))),
			files: new Map([...files].map(([name, contents]) => [name, stringToBytes(contents)])),
			inputs: inputTree(store, job.inputPaths),
			outputs,
			log,
			signal: job.signal,
		});
	} catch (error) {
		if (error instanceof BuildFailure) throw error;
		if (error instanceof BuilderExitError) throw error;
		log(describe(error));
		throw new BuilderExitError({ code: 1 }, { cause: error });
	}
	return {
		output(name) {
			const root = outputs[name]?.root;
			return root === undefined ? undefined : { accessor: memoryAccessor(root), path: "/" };
		},
		placeOf: (name): ByteString => toBytes(outputs[name]?.path ?? ""),
		dispose: () => {},
	};
};
