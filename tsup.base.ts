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

export const packageConfig = (entry: Options["entry"], more: Options = {}) => defineConfig(packageOptions(entry, more));
