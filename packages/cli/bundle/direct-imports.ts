import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Options } from "tsup";

/** What changes how the bundle is made. */
export type BundlePlugin = NonNullable<Options["esbuildPlugins"]>[number];

/** Where a name is defined: a file of ours, or what a module of others exports. */
interface Definition {
	readonly from: string;
	readonly name: string;
}

/** What a module only passes on: names by where they come from, and modules of which it passes on everything. */
interface Passing {
	readonly names: ReadonlyMap<string, Definition>;
	readonly all: readonly string[];
}

const exportList = /^export (type )?(?:\{([^}]*)\}|\*) from "([^"]+)";\n?/gm;
const list = /^(import|export) \{([^}]*)\} from "([^"]+)";$/gm;
const comments = /\/\*[\s\S]*?\*\/|^\/\/.*$/gm;

/** The names of a list, without types: as they are there, and as they are called here. */
const namesOf = (list: string): { readonly there: string; readonly here: string }[] =>
	list
		.split(",")
		.map((item) => item.trim())
		.filter((item) => item !== "" && !item.startsWith("type "))
		.map((item) => {
			const [there, here = there] = item.split(" as ");
			return { there, here };
		});

/**
 * Lets the bundle's modules import from where a name is defined, past modules that only pass names on. The bundle runs a
 * module when something that is loaded late imports it: an index would run all that it names.
 *
 * @param aliases the files that names of packages stand for
 */
export const directImports = (aliases: Readonly<Record<string, string>>): BundlePlugin => {
	const passings = new Map<string, Passing | undefined>();

	const resolve = (specifier: string, importer: string): string | undefined => {
		if (Object.hasOwn(aliases, specifier)) return aliases[specifier];
		if (!specifier.startsWith(".")) return undefined;
		const path = join(dirname(importer), specifier);
		return [`${path}.ts`, join(path, "index.ts")].find((file) => existsSync(file));
	};

	const read = (file: string): Passing | undefined => {
		const text = readFileSync(file, "utf8");
		if (text.replace(comments, "").replace(exportList, "").trim() !== "") return undefined;
		const names = new Map<string, Definition>();
		const all: string[] = [];
		for (const [, type, list, specifier] of text.matchAll(exportList)) {
			if (type !== undefined) continue;
			const from = resolve(specifier, file) ?? specifier;
			if (list === undefined) all.push(from);
			else for (const { there, here } of namesOf(list)) names.set(here, { from, name: there });
		}
		return { names, all };
	};

	const passing = (file: string): Passing | undefined => {
		if (!file.endsWith(".ts")) return undefined;
		if (!passings.has(file)) passings.set(file, read(file));
		return passings.get(file);
	};

	/** Whether a module that does more than pass on exports a name. */
	const defines = (file: string, name: string): boolean =>
		file.endsWith(".ts") &&
		new RegExp(
			`^export (?:declare )?(?:async )?(?:const|let|function\\*?|(?:abstract )?class|enum) ${name.replace("$", "\\$")}\\b`,
			"m",
		).test(readFileSync(file, "utf8"));

	const definition = (from: string, name: string): Definition | undefined => {
		const passed = passing(from);
		if (passed === undefined) return { from, name };
		const next = passed.names.get(name);
		if (next !== undefined) return definition(next.from, next.name);
		for (const other of passed.all) {
			const found = definition(other, name);
			if (found !== undefined && (passing(other) !== undefined || defines(found.from, found.name))) return found;
		}
		return undefined;
	};

	const rewrite = (text: string, importer: string): string =>
		text.replace(list, (whole, kind: string, names: string, specifier: string) => {
			const file = resolve(specifier, importer);
			if (file === undefined || passing(file) === undefined) return whole;
			return namesOf(names)
				.map(({ there, here }) => {
					const { from, name } = definition(file, there) ?? { from: specifier, name: there };
					return `${kind} { ${name} as ${here} } from ${JSON.stringify(from)};`;
				})
				.join(" ");
		});

	return {
		name: "direct-imports",
		setup: (build) => {
			build.onLoad({ filter: /\/packages\/\w+\/src\/.*\.ts$/ }, ({ path }) => ({
				contents: rewrite(readFileSync(path, "utf8"), path),
				loader: "ts",
			}));
		},
	};
};
