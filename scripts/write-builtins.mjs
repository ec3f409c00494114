/** Writes docs/builtins.md, the list of all builtins, from what the code says of them. `--check`: only says whether it is current. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { root } from "./lib/run.mjs";

await build();
const { builtinDocs } = await import("@tsnix/core");

const heading = ({ name, args, type }) => {
	const code = [`builtins.${name}`, ...args].join(" ");
	return `### \`${code}\`${type === undefined ? "" : ` (${type})`}`;
};

const notes = ({ feature, impureOnly }) =>
	[
		feature === undefined ? "" : `Needs the experimental feature \`${feature}\`.`,
		impureOnly ? "Not there in pure evaluation." : "",
	].filter((note) => note !== "");

const docs = builtinDocs().sort((a, b) => (a.name < b.name ? -1 : 1));
const section = (entry) => `${[heading(entry), entry.doc, ...notes(entry)].join("\n\n")}\n`;
const page = `# Builtins

Written by \`npm run docs:builtins\` from the code; \`builtinDocs()\` of \`@tsnix/core\` gives the same as data.

## Functions

${docs
	.filter(({ type }) => type === undefined)
	.map(section)
	.join("\n")}
## Constants

${docs
	.filter(({ type }) => type !== undefined)
	.map(section)
	.join("\n")}`;

const file = join(root, "docs/builtins.md");
if (process.argv.includes("--check")) {
	if (readFileSync(file, "utf8") !== page) {
		console.error("docs/builtins.md is not what `npm run docs:builtins` writes.");
		process.exitCode = 1;
	}
} else writeFileSync(file, page);
