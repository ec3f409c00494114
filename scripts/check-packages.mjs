/**
 * Checks the library packages as those see them who install them: packs each, lays the packs out in a project apart
 * from this repository, and there imports and requires every entry, and compiles a use of its types.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { build } from "./build.mjs";
import { installed, root, run } from "./lib/run.mjs";

const libraries = ["store", "eval", "fetchers", "core"];

await build();

let failures = 0;
const fail = (what) => {
	failures++;
	console.error(what);
};

const project = mkdtempSync(join(tmpdir(), "tsnix-packages-"));
const modules = join(project, "node_modules");
const manifests = new Map();
for (const name of libraries) {
	const from = join(root, "packages", name);
	const manifest = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
	manifests.set(name, manifest);
	const { messages } = await publint({ pkgDir: from, strict: true, pack: false });
	for (const message of messages)
		(message.type === "error" ? fail : console.error)(`packages/${name}: ${formatMessage(message, manifest)}`);
	const to = join(modules, "@tsnix", name);
	mkdirSync(to, { recursive: true });
	for (const file of [...manifest.files, "package.json"]) cpSync(join(from, file), join(to, file), { recursive: true });
	// What it depends on, and nothing that only this repository has.
	for (const dependency of Object.keys(manifest.dependencies ?? {}).filter((d) => !d.startsWith("@tsnix/"))) {
		const place = join(to, "node_modules", dependency);
		mkdirSync(dirname(place), { recursive: true });
		symlinkSync(join(from, "node_modules", dependency), place);
	}
}

writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
const entries = libraries.flatMap((name) =>
	Object.keys(manifests.get(name).exports)
		.filter((entry) => entry !== "./package.json")
		.map((entry) => `@tsnix/${name}${entry.slice(1)}`),
);
const line = (i, entry) => `import * as m${i} from "${entry}";\nconsole.log("${entry}", Object.keys(m${i}).length);\n`;
writeFileSync(join(project, "all.mjs"), entries.map((entry, i) => line(i, entry)).join(""));
writeFileSync(
	join(project, "all.cjs"),
	entries.map((entry) => `console.log("${entry}", Object.keys(require("${entry}")).length);\n`).join(""),
);
const use = `import { createNix, memoryStore } from "@tsnix/core";
const nix = createNix({ store: memoryStore(), system: "x86_64-linux" });
nix.evaluate("1 + 1").then((two) => { console.log("1 + 1 =", two); return nix.close(); });
`;
for (const extension of ["mts", "cts"])
	writeFileSync(
		join(project, `use.${extension}`),
		entries.map((entry, i) => `import * as m${i} from "${entry}";\nvoid m${i};\n`).join("") + use,
	);
symlinkSync(join(root, "node_modules/@types"), join(modules, "@types"));

const expect = async (what, command, args) => {
	const { status, output } = await run(command, args, { cwd: project });
	if (status !== 0) fail(`${what} failed:\n${output}`);
	return output;
};
const imported = await expect("import", process.execPath, ["all.mjs"]);
const required = await expect("require", process.execPath, ["all.cjs"]);
if (imported !== required) fail(`import and require give different things:\n${imported}\n${required}`);
const options = ["--strict", "--target", "ES2022", "--types", "node"];
await expect("types (node16)", installed("tsc"), [
	...[...options, "--module", "node16", "--moduleResolution", "node16"],
	...["use.mts", "use.cts"],
]);
await expect("types (bundler)", installed("tsc"), [
	...[...options, "--module", "esnext", "--moduleResolution", "bundler", "--noEmit"],
	"use.mts",
]);
for (const file of readdirSync(project).filter((name) => /^use\.[mc]js$/.test(name)))
	if (!(await expect(file, process.execPath, [file])).includes("1 + 1 = 2")) fail(`${file}: not 2`);

const worker = readFileSync(join(modules, "@tsnix/core/dist/worker.js"), "utf8");
for (const [, from] of worker.matchAll(/^import [^;]* from ["']([^"']+)["'];$/gm))
	if (from.startsWith("@") || from.startsWith("."))
		fail(`the worker's script imports '${from}': it must hold everything`);

// What browsers get: nothing of Node's, neither modules nor globals.
const { build: bundle } = createRequire(createRequire(import.meta.url).resolve("tsup"))("esbuild");
writeFileSync(
	join(project, "browser.js"),
	`${libraries.map((name) => `export * as ${name} from "@tsnix/${name}";`).join("\n")}\n`,
);
try {
	const { outputFiles } = await bundle({
		entryPoints: [join(project, "browser.js")],
		bundle: true,
		write: false,
		platform: "browser",
		format: "iife",
		globalName: "tsnix",
		logLevel: "silent",
	});
	// In this realm, whose typed arrays are those of its TextEncoder, as they are in a browser.
	const ofNode = ["process", "Buffer", "require", "module", "exports", "global", "setImmediate", "clearImmediate"];
	const { core } = new Function(...ofNode, `${outputFiles[0].text}; return tsnix;`)();
	const two = await core.createNix().evaluate("1 + 1");
	if (two !== 2) fail(`in a browser 1 + 1 is ${two}`);
} catch (error) {
	fail(`in a browser: ${error.stack}`);
}

rmSync(project, { recursive: true, force: true });
console.log(
	failures === 0 ? `${entries.length} entries of ${libraries.length} packages: all well` : `${failures} problems`,
);
process.exit(failures === 0 ? 0 : 1);
