/**
 * Runs every JavaScript sample of README.md and docs/, each in a module of its own, against the built packages, and
 * checks that links between the pages lead somewhere. A sample passes that ends by itself without an error.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { build } from "./build.mjs";
import { root, run } from "./lib/run.mjs";

await build();

const pages = [
	"README.md",
	"CONTRIBUTING.md",
	"CHANGELOG.md",
	...readdirSync(join(root, "docs"), { recursive: true }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith(".md"));
// Below the repository, so that its packages are found.
const folder = join(root, "node_modules/.tsnix/docs");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

let failures = 0;
let samples = 0;
for (const page of pages) {
	const text = readFileSync(join(root, page), "utf8");
	for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g))
		if (!/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(page), target))) {
			failures++;
			console.error(`${page}: no such page: ${target}`);
		}
	for (const match of text.matchAll(/^```js\n([\s\S]*?)^```$/gm)) {
		const line = text.slice(0, match.index).split("\n").length;
		const file = join(folder, `${++samples}.mjs`);
		writeFileSync(file, match[1]);
		const { status, output } = await run(process.execPath, [file]);
		if (process.argv.includes("--verbose")) console.log(`--- ${page}:${line}\n${output}`);
		if (status === 0) continue;
		failures++;
		console.error(`${page}:${line}: the sample fails (${relative(root, file)}):\n${output}`);
	}
}
console.log(failures === 0 ? `${samples} samples of ${pages.length} pages: all well` : `${failures} problems`);
process.exit(failures === 0 ? 0 : 1);
