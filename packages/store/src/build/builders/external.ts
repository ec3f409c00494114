import { type ByteString, fromBytes, stringToBytes } from "../../byte-string";
import { hostPath } from "../../accessors/fs";
import type { Builder, BuildJob } from "../builder";
import { InputRejectedError } from "../errors";
import { rewriteString } from "../rewriting";
import { buildOnHost, type ProcessBuilderOptions } from "./process";

/** An entry of the setting `external-builders`: a program that builds derivations for some systems. */
export interface ExternalBuilder {
	readonly systems: readonly string[];
	readonly program: string;
	/** Before the file that describes the build. */
	readonly args: readonly string[];
}

/** Where the builder is to have its folder. */
const buildDirectory = "/build";

/**
 * Builds by a program that knows how to run builders of other systems. It is given a file that says what is to be run,
 * and writes a line with the byte 2 when the builder begins; what it says before that is no part of the log.
 */
export const externalBuilder = (
	options: ProcessBuilderOptions,
	{ systems, program, args }: ExternalBuilder,
	environment: Readonly<Record<string, string>>,
): Builder => ({
	anySystem: true,
	anyDerivation: true,
	accepts: ({ platform }) => systems.includes(platform),
	hidesValidOutputs: () => false,
	build: async (job) => {
		if (job.options.requiredSystemFeatures.has("recursive-nix"))
			throw new InputRejectedError("'recursive-nix' is not supported yet by external derivation builders");
		return buildOnHost(options, job, {
			buildDirectory,
			onOutput: afterBegin(job.log),
			command: (env, folder, top) => {
				const file = `${top}/build.json`;
				options.fs.writeFileSync(
					hostPath(options.fs, file),
					stringToBytes(description(options, job, env, folder, top)),
				);
				return { program, args: [...args, file], env: environment, cwd: folder };
			},
		});
	},
});

/** What is to be built, as the program is told. */
const description = (
	options: ProcessBuilderOptions,
	job: BuildJob,
	env: ReadonlyMap<ByteString, ByteString>,
	tmpDir: string,
	topTmpDir: string,
): string => {
	const { storeDir, realStoreDir } = options;
	const { derivation, inputPaths, scratchOutputs } = job;
	return JSON.stringify({
		args: derivation.args.map((arg) => fromBytes(rewriteString(arg, job.rewrites))),
		builder: fromBytes(derivation.builder),
		env: Object.fromEntries([...env].map(([name, value]) => [fromBytes(name), fromBytes(value)])),
		inputPaths: inputPaths.map((path) => path.toString(storeDir)),
		outputs: Object.fromEntries([...scratchOutputs].map(([name, path]) => [name, path.toString(storeDir)])),
		realStoreDir,
		storeDir,
		system: derivation.platform,
		tmpDir,
		tmpDirInSandbox: buildDirectory,
		topTmpDir,
		version: 1,
	});
};

/** Lets output through once a line that begins with the byte 2 has come. */
const afterBegin = (log: (chunk: Uint8Array) => void): ((chunk: Uint8Array) => void) => {
	let begun = false;
	let line: number[] = [];
	return (chunk) => {
		if (begun) return log(chunk);
		for (const [i, byte] of chunk.entries()) {
			if (byte !== 10) {
				line.push(byte);
				continue;
			}
			begun = line[0] === 2;
			line = [];
			if (!begun) continue;
			if (i + 1 < chunk.length) log(chunk.subarray(i + 1));
			return;
		}
	};
};
