import { defineConfig } from "tsup";
import { modernBuffers, packageOptions } from "../../tsup.base";

/** Code of Node's own module system in a bundle of ESM: what CommonJS packages inside it call `require`. */
const withRequire = `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`;

export default defineConfig([
	// The instance finds its worker by `import.meta.url`, which CommonJS has not: shims.
	packageOptions(
		{
			index: "src/index.ts",
			fp: "src/fp.ts",
			node: "src/node.ts",
			thread: "src/thread.ts",
			"cli-support": "src/cli-support/index.ts",
		},
		{ shims: true, clean: ["dist/*", "!dist/worker.js*"] },
	),
	// The worker's script: all in one file, so that a thread is up soon. Native code stays outside.
	{
		entry: { worker: "src/worker/worker.ts" },
		format: ["esm"],
		target: "node20",
		platform: "node",
		noExternal: [/^(?!node-liblzma$|node:)/],
		external: ["node-liblzma"],
		esbuildPlugins: [modernBuffers],
		banner: { js: withRequire },
		splitting: false,
		sourcemap: true,
		minifySyntax: true,
		treeshake: false,
		dts: false,
		clean: false,
	},
]);
