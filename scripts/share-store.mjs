/**
 * Real Nix and the command at work on one store at the same time: adding, building, importing, optimising, collecting.
 * Everything has to succeed and give what it always gives, what is built has to be there as long as a link leads to it,
 * and in the end real Nix has to be content with the store.
 *
 *     npm run test:sharing -- [--seconds N] [--workers N] [--seed S]
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { getReference } from "./get-reference.mjs";
import { expressionOf, makeTree, random } from "./kills/material.mjs";
import { root } from "./lib/run.mjs";
import { setup } from "./setup.mjs";

const { values } = parseArgs({
	options: {
		seconds: { type: "string", default: "60" },
		workers: { type: "string", default: "4" },
		seed: { type: "string", default: "1" },
		"no-build": { type: "boolean", default: false },
	},
});
if (!values["no-build"]) {
	await setup();
	await build();
}
const reference = process.env.TSNIX_REFERENCE ?? (await getReference());
const next = random(Number(values.seed));
const below = (bound) => Math.floor(next() * bound);

const top = mkdtempSync(join(tmpdir(), "tsnix-sharing-"));
for (const folder of ["etc", "links"]) mkdirSync(join(top, folder));
writeFileSync(
	join(top, "etc/nix.conf"),
	"sandbox = false\nsubstituters =\nbuild-users-group =\nexperimental-features = nix-command\nrequire-sigs = false\n",
);
const env = {
	PATH: process.env.PATH,
	HOME: join(top, "home"),
	NIX_STORE_DIR: join(top, "store"),
	NIX_STATE_DIR: join(top, "var/nix"),
	NIX_LOG_DIR: join(top, "var/log/nix"),
	NIX_CONF_DIR: join(top, "etc"),
};

const programs = {
	ours: (args) => [process.execPath, [join(root, "packages/cli/bin/tsnix"), ...args]],
	real: ([name, ...args]) => [join(reference, "bin", name), args],
};

const run = (who, args, stdin) =>
	new Promise((resolve) => {
		const [program, all] = programs[who](args);
		const child = spawn(program, all, {
			env,
			cwd: top,
			stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
		});
		let [out, errors] = ["", ""];
		child.stdout.on("data", (chunk) => (out += chunk));
		child.stderr.on("data", (chunk) => (errors += chunk));
		child.stdin?.on("error", () => {});
		child.stdin?.end(stdin);
		child.on("close", (status) => resolve({ status, out, errors }));
	});

const trees = [0, 1, 2].map((i) => {
	const place = join(top, `tree${i}`);
	makeTree(place, `sharing ${i}`, 40);
	return place;
});
const failures = [];
const results = new Map();
const counts = new Map();

/** What is always the same, whoever does it. */
const same = (what, out) => {
	if (!results.has(what)) results.set(what, out);
	else if (results.get(what) !== out) failures.push(`${what}: ${out}, not ${results.get(what)}`);
};

const exported = await (async () => {
	const { out } = await run("real", ["nix-build", "--no-out-link", "-E", expressionOf("shared export", 4)]);
	const paths = spawnSync(join(reference, "bin/nix-store"), ["-qR", ...out.trim().split("\n")], {
		env,
		encoding: "utf8",
	});
	const closure = paths.stdout.trim().split("\n");
	return spawnSync(join(reference, "bin/nix-store"), ["--export", ...closure], { env, maxBuffer: 1 << 28 }).stdout;
})();

const operations = {
	add: () => {
		const i = below(trees.length);
		return { what: `add ${i}`, args: ["nix-store", "--add", trees[i]] };
	},
	build: (worker) => {
		const i = below(5);
		const link = join(top, "links", `${worker}`);
		return {
			what: `build ${i}`,
			args: ["nix-build", "-j", "2", "-o", link, "-E", expressionOf(`shared ${i}`, 3)],
			// The links are the worker's own: what they lead to stays.
			check: () => {
				for (const [n, suffix] of ["", "-2", "-3"].entries()) {
					const text = readFileSync(`${link}${suffix}/7`, "utf8");
					if (text !== `shared ${i} 7\n`) failures.push(`build ${i}: output ${n} has ${text}`);
				}
			},
		};
	},
	import: () => ({ what: "import", args: ["nix-store", "--import"], stdin: exported }),
	optimise: () => ({ args: ["nix-store", "--optimise"] }),
	gc: () => ({ args: ["nix-store", "--gc"] }),
};
const kinds = ["add", "add", "build", "build", "build", "import", "gc", "gc", "optimise"];

const end = Date.now() + Number(values.seconds) * 1000;
const work = async (worker) => {
	while (Date.now() < end) {
		const kind = kinds[below(kinds.length)];
		const who = next() < 0.5 ? "ours" : "real";
		const { what, args, check, stdin } = operations[kind](worker);
		const { status, out, errors } = await run(who, args, stdin);
		counts.set(`${kind} ${who}`, (counts.get(`${kind} ${who}`) ?? 0) + 1);
		if (status !== 0) failures.push(`${kind} (${who}): status ${status}\n${errors.slice(-1500)}`);
		else {
			if (what !== undefined && kind !== "build") same(what, out);
			try {
				check?.();
			} catch (error) {
				failures.push(`${kind} (${who}): ${error.message}`);
			}
		}
	}
};
await Promise.all(Array.from({ length: Number(values.workers) }, (_, i) => work(i)));

const verified = await run("real", ["nix-store", "--verify", "--check-contents"]);
if (verified.status !== 0 || /was modified|disappeared|error:/.test(verified.errors))
	failures.push(`real Nix is not content: ${verified.errors}`);
spawnSync("chmod", ["-R", "u+w", top]);
rmSync(top, { recursive: true, force: true });
for (const failure of failures) console.error(`${failure}\n`);
console.log(
	[...counts]
		.sort()
		.map(([what, count]) => `${what}: ${count}`)
		.join(", "),
);
console.log(`${failures.length} failures`);
process.exit(failures.length > 0 ? 1 : 0);
