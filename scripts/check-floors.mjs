/**
 * Checks what the layout of the packages promises (docs/architecture.md):
 *
 * - a package imports only packages below it: store < eval, fetchers < core < cli, and eval and fetchers not each other;
 * - another package is imported by its public entries, never by its files;
 * - below core, only files meant for Node import Node's modules;
 * - no file mentions a folder of somebody's machine.
 *
 * Prints what is wrong, one line each, and ends with status 1.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./lib/run.mjs";

/** What each package may import of the others. */
const below = {
	store: [],
	eval: ["store"],
	fetchers: ["store"],
	core: ["store", "eval", "fetchers"],
	cli: ["store", "eval", "fetchers", "core"],
};
const entries = {
	store: ["", "/node"],
	eval: ["", "/internal"],
	fetchers: ["", "/node"],
	core: ["", "/fp", "/node", "/cli-support", "/thread"],
	cli: [],
};

const portable = new Set(["store", "eval", "fetchers"]);
const meantForNode = /(^|\/)(node|worker|testing)\/|(^|\/)[^/]*node[^/]*\.ts$|(^|\/)testing\.ts$|\.test\.ts$/;

/** `from "x"`, `import "x"`, `import("x")`, `require("x")`. */
const imports = /(?:\bfrom|\bimport|\brequire\()\s*\(?\s*["']([^"'\n]+)["']/g;
const machinePath = /["'`\s(=:](\/(?:work|root|opt\/nixref)\/[\w./-]*)/g;

const problems = [];

const sources = (folder) =>
	readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		if (entry.name === "node_modules" || entry.name === "dist" || entry.name.startsWith(".")) return [];
		const path = join(folder, entry.name);
		return entry.isDirectory() ? sources(path) : [path];
	});

const lineOf = (text, offset) => text.slice(0, offset).split("\n").length;

const checkImport = (name, path, spec, report) => {
	const own = /^@tsnix\/([^/]+)(.*)$/.exec(spec);
	if (own !== null) {
		const [, other, entry] = own;
		if (other === name) report(`imports its own package as '${spec}'`);
		else if (!below[name].includes(other)) report(`packages/${name} may not import '${spec}'`);
		else if (!entries[other].includes(entry)) report(`'${spec}' is not a public entry`);
	} else if (spec.startsWith(".")) {
		const target = relative(join(root, "packages", name), join(path, "..", spec));
		const isConfig = path.endsWith("tsup.config.ts");
		if (target.startsWith("..") && !isConfig) report(`reaches out of its package: '${spec}'`);
	} else if (
		spec.startsWith("node:") &&
		portable.has(name) &&
		!meantForNode.test(relative(join(root, "packages", name), path))
	) {
		report(`imports '${spec}', but is not meant for Node alone`);
	}
};

for (const name of Object.keys(below))
	for (const path of sources(join(root, "packages", name))) {
		if (!path.endsWith(".ts")) continue;
		const text = readFileSync(path, "utf8");
		for (const match of text.matchAll(imports)) {
			const isType = /import type[^;]*$/.test(
				text
					.slice(Math.max(0, match.index - 400), match.index)
					.split(";")
					.pop(),
			);
			if (isType && match[1].startsWith("node:")) continue;
			checkImport(name, path, match[1], (what) =>
				problems.push(`${relative(root, path)}:${lineOf(text, match.index)}: ${what}`),
			);
		}
	}

for (const folder of ["packages", "scripts", "docs", "examples", ".ci"])
	for (const path of sources(join(root, folder))) {
		if (path === import.meta.filename) continue;
		const text = readFileSync(path, "utf8");
		for (const match of text.matchAll(machinePath))
			problems.push(
				`${relative(root, path)}:${lineOf(text, match.index)}: mentions a folder of one machine: ${match[1]}`,
			);
	}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
