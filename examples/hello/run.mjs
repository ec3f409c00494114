/**
 * The main job on the flake beside this file: lock it, evaluate it, build it. All of it happens in this process: the
 * files are copied into a file system in memory, the store is in memory, and the builders are JavaScript functions.
 */
import { readFileSync } from "node:fs";
import { createNix, javascriptBuilder, memoryStore, NixError } from "@tsnix/core";
import { Volume } from "memfs";

const folder = new URL("./", import.meta.url);
const fs = Volume.fromJSON({
	"/hello/flake.nix": readFileSync(new URL("flake.nix", folder), "utf8"),
	"/hello/greeting/flake.nix": readFileSync(new URL("greeting/flake.nix", folder), "utf8"),
});

const builders = [
	javascriptBuilder({
		"write-text": ({ env, outputs }) => outputs.out.writeFile("/", `${env.contents}\n`),
		"write-program": ({ env, inputs, outputs, log }) => {
			const words = new TextDecoder().decode(inputs.readFile(env.words)).trim();
			log(`wrapping "${words}"`);
			outputs.out.writeFile("/bin/hello", `#!/bin/sh\necho '${words}'\n`, { executable: true });
			outputs.out.symlink("/share/words", env.words);
		},
	}),
];

const store = memoryStore();
const nix = createNix({ fs, store, builders, system: "x86_64-linux", pure: true });

const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);

/** Says what a step is, does it, and says how long that took. */
const step = async (title, action) => {
	console.log(`\n${bold(title)}`);
	const start = performance.now();
	const result = await action();
	const time = Math.round(performance.now() - start);
	return { result, done: () => console.log(`  (${time} ms)`) };
};
const say = (line) => console.log(`  ${line}`);

try {
	console.log("examples/hello: a flake, from its source to what it builds, in this process's memory.");

	const locking = await step("1. Lock: decide which source each input means, and write it down", () =>
		nix.flake.lock("/hello", { write: true }),
	);
	const { nodes } = JSON.parse(locking.result.text);
	for (const [name, { locked, original }] of Object.entries(nodes).filter(([name]) => name !== "root"))
		say(`input '${name}': ${original.type}:${original.path} locked to ${JSON.stringify(locked)}`);
	say("written to /hello/flake.lock");
	locking.done();

	const evaluating = await step("2. Evaluate: work out the derivation, the recipe of the build", () =>
		nix.instantiate({ flake: "/hello", attribute: "packages.x86_64-linux.default" }),
	);
	const { drvPath } = evaluating.result;
	say(drvPath);
	evaluating.done();

	const building = await step("3. Realise: build it, and what it depends on", () => nix.realise({ drvPath }));
	for (const path of building.result.built) say(`built ${path.toString(store.storeDir)}`);
	for (const lines of building.result.logs.values()) for (const line of lines) say(`log: ${line}`);
	building.done();

	const out = building.result.outputs.get(drvPath)?.get("out");
	const output = out.toString(store.storeDir);
	console.log(`\n${bold(`The output: ${output}`)}`);
	const files = store.accessor(out);
	const show = (path) => {
		const { kind } = files.lstat(path);
		if (kind === "directory")
			for (const [name] of [...files.readDirectory(path)].sort()) show(`${path === "/" ? "" : path}/${name}`);
		else if (kind === "symlink") say(`${path} -> ${files.readLink(path)}`);
		else
			for (const [i, line] of new TextDecoder().decode(files.readFile(path)).trimEnd().split("\n").entries())
				say(i === 0 ? `${path}: ${line}` : `${" ".repeat(path.length)}  ${line}`);
	};
	show("/");
	const references = store.queryPathInfo(out).references;
	say(`refers to ${references.map((path) => path.toString(store.storeDir)).join(", ")}`);

	console.log("\nNext: `npm start -- eval --expr '1 + 1'`, and docs/guides/getting-started.md.");
} catch (error) {
	console.error(error instanceof NixError ? error.render({ color: process.stderr.isTTY }) : error);
	process.exitCode = 1;
} finally {
	await nix.close();
}
