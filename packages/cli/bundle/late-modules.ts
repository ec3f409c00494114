import type { BundlePlugin } from "./direct-imports";

/** Modules of Node and of others that take a while to load, and that few runs of the command have a use for. */
const late =
	/^(?:node:(?:child_process|crypto|dns|fs\/promises|https?|net|readline|stream|tty|v8|worker_threads|zlib)|@noble\/.*|fflate|fzstd|io-ts|seek-bzip)$/;

const ourOwn = /\/packages\/\w+\/src\//;

/** Looks like what `import` gives of the module; loads it when the first of its names is asked for. */
const standIn = (file: string): string => `
let loaded;
module.exports = Object.create(new Proxy({}, {
	get: (_, name) => name === "__esModule" ? undefined : (loaded ??= require(${JSON.stringify(file)}))[name],
}));
`;

/** Has the bundle run those modules when something of them is first used, not when it starts. */
export const lateModules: BundlePlugin = {
	name: "late-modules",
	setup: (build) => {
		build.onResolve({ filter: late }, async ({ path, importer, kind, namespace, resolveDir }) => {
			if (namespace !== "file" || kind !== "import-statement" || !ourOwn.test(importer)) return undefined;
			if (path.startsWith("node:")) return { path, namespace: "late", pluginData: path };
			// By another kind, so that this is not asked again; of what differs by kind, that which is imported is meant.
			const found = await build.resolve(path, { kind: "dynamic-import", importer, resolveDir });
			// Named as what it is: by another name it could be taken for a module that exports nothing.
			return found.errors.length > 0
				? undefined
				: { path: `${found.path}.cjs`, namespace: "late", pluginData: found.path };
		});
		build.onLoad({ filter: /.*/, namespace: "late" }, ({ pluginData }) => ({
			contents: standIn(String(pluginData)),
			resolveDir: "/",
			loader: "js",
		}));
	},
};
