import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));
const reference = process.env.TSNIX_REFERENCE !== undefined;

export default defineConfig({
	resolve: {
		alias: [
			{ find: "@tsnix/core/cli-support", replacement: source("core/src/cli-support/index.ts") },
			{ find: "@tsnix/core/thread", replacement: source("core/src/thread.ts") },
			{ find: /^@tsnix\/(store|eval|fetchers|core)\/(node|fp|internal)$/, replacement: source("$1/src/$2.ts") },
			{ find: /^@tsnix\/(store|eval|fetchers|core)$/, replacement: source("$1/src/index.ts") },
		],
	},
	test: {
		include: reference
			? ["packages/*/{src,test}/**/*.reference.test.ts"]
			: ["packages/*/{src,test}/**/*.test.ts", "examples/*/*.test.mjs"],
		exclude: reference ? ["**/node_modules/**"] : ["**/node_modules/**", "**/*.reference.test.ts"],
		testTimeout: reference ? 300_000 : 30_000,
		hookTimeout: 120_000,
		pool: "forks",
		setupFiles: ["./vitest.setup.ts"],
	},
});
