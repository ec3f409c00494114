import { readFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

/**
 * The build every library package shares: ESM and CommonJS with types, one file an entry, and shared chunks, so that a
 * class is the same class whichever entry it came by. What a package depends on stays outside.
 */
export const packageOptions = (entry: Options["entry"], more: Options = {}): Options => ({
	entry,
	format: ["esm", "cjs"],
	dts: process.env.TSNIX_NO_TYPES ? false : { compilerOptions: { baseUrl: ".", paths: {}, ignoreDeprecations: "5.0" } },
	target: "node20",
	platform: "node",
	splitting: true,
	sourcemap: true,
	clean: true,
	treeshake: true,
	...more,
});

/** seek-bzip makes its buffers with `new Buffer`. Node warns of that outside of `node_modules`: in what is bundled. */
export const modernBuffers: NonNullable<Options["esbuildPlugins"]>[number] = {
	name: "modern-buffers",
	setup(build) {
		build.onLoad({ filter: /seek-bzip[\\/]lib[\\/][a-z]+\.js$/, namespace: "file" }, ({ path }) => ({
			contents: readFileSync(path, "utf8").replaceAll("new Buffer(", "Buffer.alloc("),
			loader: "js",
		}));
	},
};

export const packageConfig = (entry: Options["entry"], more: Options = {}) => defineConfig(packageOptions(entry, more));
