/**
 * Compares TSNix with real Nix on programs made at random (`--help`). Finds real Nix through TSNIX_REFERENCE, or
 * fetches it. Runs the packages' sources, whether they are built or not.
 */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "tsup";
import { getReference } from "./get-reference.mjs";
import { root } from "./lib/run.mjs";

const source = (path) => join(root, "packages", path);
const folder = source(`core/node_modules/.cache/compare-${process.pid}`);

/** Bundles programs of the sources into a folder. */
const bundle = (entry) =>
	build({
		entry,
		outDir: folder,
		config: false,
		silent: true,
		format: ["cjs"],
		outExtension: () => ({ js: ".cjs" }),
		target: "node20",
		platform: "node",
		splitting: false,
		dts: false,
		noExternal: [/^@tsnix\//, "node-liblzma"],
		esbuildOptions: (options) => {
			const entries = ["store", "store/node", "eval", "eval/internal", "fetchers", "fetchers/node"];
			options.alias = {
				"node-liblzma": source("cli/src/bundled/liblzma.ts"),
				...Object.fromEntries(
					entries.map((name) => {
						const [packageName, file = "index"] = name.split("/");
						return [`@tsnix/${name}`, source(`${packageName}/src/${file}.ts`)];
					}),
				),
			};
		},
	});

try {
	const testing = source("core/src/testing/compare");
	await bundle([`${testing}/main.ts`, `${testing}/thread.ts`]);
	const env = { ...process.env, TSNIX_REFERENCE: process.env.TSNIX_REFERENCE ?? (await getReference()) };
	const child = spawn(process.execPath, [join(folder, "main.cjs"), ...process.argv.slice(2)], {
		env,
		stdio: "inherit",
	});
	process.exitCode = await new Promise((resolve) => child.on("close", (code) => resolve(code ?? 1)));
} finally {
	rmSync(folder, { recursive: true, force: true });
}
