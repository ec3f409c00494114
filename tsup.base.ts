import { defineConfig } from "tsup";

/** The build every library package shares: ESM and CommonJS with types, one file an entry. */
export const packageConfig = (entry: string[]) =>
	defineConfig({
		entry,
		format: ["esm", "cjs"],
		dts: process.env.TSNIX_NO_TYPES ? false : { compilerOptions: { baseUrl: ".", paths: {}, ignoreDeprecations: "5.0" } },
		target: "node20",
		platform: "node",
		splitting: true,
		sourcemap: true,
		clean: true,
		treeshake: true,
	});
