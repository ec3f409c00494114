import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "tsup";
import { modernBuffers } from "../../tsup.base";
import { directImports } from "./bundle/direct-imports";
import { lateModules } from "./bundle/late-modules";
import { hashLine } from "./src/start/code-cache";

const packages = fileURLToPath(new URL("..", import.meta.url));
const source = (path: string): string => `${packages}${path}`;

/** The packages' sources, and what stands for a native library. */
const aliases = {
	"node-liblzma": source("cli/src/bundled/liblzma.ts"),
	"@tsnix/store": source("store/src/index.ts"),
	"@tsnix/store/node": source("store/src/node.ts"),
	"@tsnix/eval": source("eval/src/index.ts"),
	"@tsnix/eval/internal": source("eval/src/internal.ts"),
	"@tsnix/fetchers": source("fetchers/src/index.ts"),
	"@tsnix/fetchers/node": source("fetchers/src/node.ts"),
	"@tsnix/core": source("core/src/index.ts"),
	"@tsnix/core/cli-support": source("core/src/cli-support/index.ts"),
	"@tsnix/core/thread": source("core/src/thread.ts"),
	"@tsnix/core/node": source("core/src/node.ts"),
};

/**
 * The command is four files with everything in them: the program, the thread that evaluates, threads that do jobs, and
 * threads that hold connections; and small ones that begin with the first three. Built from the packages' sources, so
 * that each holds each module once.
 */
export default defineConfig({
	entry: {
		start: "src/start/start.ts",
		tsnix: "src/main.ts",
		"start-worker": "src/start/start-worker.ts",
		worker: "../core/src/cli-support/worker.ts",
		"start-job": "src/start/start-job.ts",
		job: "../core/src/cli-support/job-thread.ts",
		connection: "../core/src/worker/connection-thread.ts",
	},
	format: ["cjs"],
	outExtension: () => ({ js: ".cjs" }),
	target: "node20",
	platform: "node",
	splitting: false,
	sourcemap: false,
	minify: true,
	// Never gone while it is built anew: others may be running it.
	clean: false,
	dts: false,
	treeshake: false,
	removeNodeProtocol: false,
	metafile: process.env.TSNIX_METAFILE !== undefined,
	noExternal: [/.*/],
	esbuildPlugins: [modernBuffers, directImports(aliases), lateModules],
	esbuildOptions: (options) => {
		options.alias = aliases;
		options.banner = { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" };
		options.define = { ...options.define, "import.meta.url": "importMetaUrl" };
		// What is imported late is loaded by require: a script that is run from compiled code has no importer.
		options.supported = { ...options.supported, "dynamic-import": false };
		options.legalComments = "none";
		options.logOverride = { ...options.logOverride, "import-is-undefined": "error" };
	},
	// By what name a script's compiled code is kept is written at its end, so that no run has to hash it.
	onSuccess: async () => {
		for (const name of ["tsnix", "worker", "job"]) {
			const file = source(`cli/dist/${name}.cjs`);
			const text = readFileSync(file);
			writeFileSync(`${file}.new`, Buffer.concat([text, Buffer.from(hashLine(text))]));
			renameSync(`${file}.new`, file);
		}
	},
});
