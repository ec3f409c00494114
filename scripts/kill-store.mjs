/**
 * Kills the command at any moment while it works on a store, and looks at what is left with real Nix: the database and
 * the files have to agree, the same command run again has to finish its work, and after the next collection nothing
 * may lie about. Half of the kills come after some time, half at some change of the file system or the database.
 *
 *     npm run test:kills -- [--count N] [--seed S] [--only add,build,…] [--keep]
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { getReference } from "./get-reference.mjs";
import { expressionOf, longExpressionOf, makeTree, random } from "./kills/material.mjs";
import { root } from "./lib/run.mjs";
import { setup } from "./setup.mjs";

const { values } = parseArgs({
	options: {
		count: { type: "string", default: "300" },
		seed: { type: "string", default: "1" },
		only: { type: "string" },
		keep: { type: "boolean", default: false },
		"no-build": { type: "boolean", default: false },
	},
});
const total = Number(values.count);
const next = random(Number(values.seed));
const below = (bound) => Math.floor(next() * bound);

if (!values["no-build"]) {
	await setup();
	await build();
}
const reference = process.env.TSNIX_REFERENCE ?? (await getReference());

const top = mkdtempSync(join(tmpdir(), "tsnix-kills-"));
const store = join(top, "store");
const cache = join(top, "cache");
const target = join(top, "target");
mkdirSync(join(top, "etc"));
writeFileSync(
	join(top, "etc/nix.conf"),
	"sandbox = false\nsubstituters =\nbuild-users-group =\nexperimental-features = nix-command\nrequire-sigs = false\n",
);
const env = {
	PATH: process.env.PATH,
	HOME: join(top, "home"),
	NIX_STORE_DIR: store,
	NIX_STATE_DIR: join(top, "var/nix"),
	NIX_LOG_DIR: join(top, "var/log/nix"),
	NIX_CONF_DIR: join(top, "etc"),
	TSNIX_KILLS: top,
};

const command = (args) => [join(root, "packages/cli/bin/tsnix"), ...args];

/** Runs the command, or real Nix, to its end. */
const finish = (program, args, { stdin, more = {} } = {}) => {
	const result = spawnSync(program, args, {
		env: { ...env, ...more },
		cwd: top,
		encoding: "latin1",
		maxBuffer: 1 << 28,
		timeout: 180_000,
		...(stdin === undefined ? { stdio: ["ignore", "pipe", "pipe"] } : { input: readFileSync(stdin) }),
	});
	return { status: result.status, out: result.stdout, errors: result.stderr };
};
const ours = (args, options) => finish(process.execPath, command(args), options);
const real = (args, options) => finish(join(reference, "bin", args[0]), args.slice(1), options);
const must = (result, what) => {
	if (result.status === 0) return result.out;
	throw new Error(`${what}: status ${result.status}\n${result.errors.slice(-2000)}`);
};

/** Starts the command, and kills it when `milliseconds` have passed, unless it kills itself. */
const killed = (args, { stdin, milliseconds, at }) =>
	new Promise((resolve) => {
		const preload = at === undefined ? [] : ["--require", join(root, "scripts/kills/kill-at.cjs")];
		const child = spawn(process.execPath, [...preload, ...command(args)], {
			env: at === undefined ? env : { ...env, TSNIX_KILL_AT: String(at) },
			cwd: top,
			stdio: [stdin === undefined ? "ignore" : "pipe", "ignore", "ignore"],
		});
		child.stdin?.on("error", () => {});
		if (stdin !== undefined) child.stdin?.end(readFileSync(stdin));
		const timer = milliseconds === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), milliseconds);
		child.on("exit", (_code, signal) => {
			clearTimeout(timer);
			resolve(signal === "SIGKILL");
		});
	});

/** What the export, the cache and the store to be collected hold. */
const exported = join(top, "export");
const tree = join(top, "tree");
let round = 0;

const prepareOnce = () => {
	const expression = expressionOf("given", 12);
	const paths = must(real(["nix-build", "--no-out-link", "-E", expression]), "preparing")
		.trim()
		.split("\n");
	must(real(["nix", "copy", "--to", `file://${cache}`, ...paths]), "filling the cache");
	const closure = must(real(["nix-store", "-qR", ...paths]), "asking for the closure")
		.trim()
		.split("\n");
	const result = spawnSync(join(reference, "bin/nix-store"), ["--export", ...closure], { env, maxBuffer: 1 << 28 });
	writeFileSync(exported, result.stdout);
	must(real(["nix-store", "--gc"]), "collecting");
	return paths;
};

const given = prepareOnce();
const fill = () => must(real(["nix-store", "--import"], { stdin: exported }), "importing");
const options = { add: ["--option", "auto-optimise-store", "true"] };

/** What is interrupted: what has to be there before, the command, and what of its output says that it is done. */
const operations = {
	add: () => {
		makeTree(tree, `${values.seed}-${round}`, 60);
		return { args: ["nix-store", "--add", tree] };
	},
	"add-sharing": () => {
		makeTree(tree, `${values.seed}-${round}`, 60);
		return { args: ["nix-store", "--add", tree, ...options.add] };
	},
	build: () => ({
		args: ["nix-build", "--no-out-link", "-j", "2", "-E", expressionOf(`${values.seed}-${round}`, 4)],
	}),
	"build-linked": () => ({
		args: ["nix-build", "-o", join(top, "result"), "-E", expressionOf(`${values.seed}-${round}`, 2)],
	}),
	"build-long": () => ({ args: ["nix-build", "--no-out-link", "-E", longExpressionOf(`${values.seed}-${round}`)] }),
	copy: () => ({ args: ["nix", "copy", "--from", `file://${cache}`, ...given] }),
	"copy-to-cache": () => {
		rmSync(target, { recursive: true, force: true });
		fill();
		return { args: ["nix", "copy", "--to", `file://${target}`, ...given], after: checkCache };
	},
	import: () => ({ args: ["nix-store", "--import"], stdin: exported }),
	gc: () => {
		fill();
		return { args: ["nix-store", "--gc"], quiet: true };
	},
	delete: () => {
		fill();
		return {
			args: ["nix-store", "--delete", ...given],
			quiet: true,
			again: () => given.some((path) => existsSync(path)),
		};
	},
	optimise: () => {
		fill();
		return { args: ["nix-store", "--optimise"], quiet: true };
	},
};

const checkCache = () => {
	const result = real(["nix", "store", "verify", "--no-trust", "--store", `file://${target}`, "--all"]);
	if (result.status !== 0) throw new Error(`the cache is damaged: ${result.errors.slice(-1000)}`);
};

/** Whether real Nix is content with the store. */
const verify = (when) => {
	const { status, errors } = real(["nix-store", "--verify", "--check-contents"]);
	if (status !== 0 || /was modified|disappeared|error:/.test(errors))
		throw new Error(`real Nix is not content ${when} (status ${status}):\n${errors}`);
};

/** Processes that still work for this store. */
const leftProcesses = () =>
	readdirSync("/proc").filter((id) => {
		if (!/^[0-9]+$/.test(id) || Number(id) === process.pid) return false;
		try {
			return readFileSync(`/proc/${id}/environ`, "latin1").includes(`=${store}/`);
		} catch {
			return false;
		}
	});

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Builders die with the command; not in the same instant. */
const checkProcesses = async () => {
	for (let tries = 0; tries < 20; tries++) {
		if (leftProcesses().length === 0) return;
		await wait(50);
	}
	throw new Error(`builders go on without the command: ${leftProcesses().join(" ")}`);
};

const list = (folder) => (existsSync(folder) ? readdirSync(folder) : []);

/** Nothing lies about after a collection, by either program. */
const checkCollected = (collector) => {
	const state = env.NIX_STATE_DIR;
	const valid = new Set(must(real(["nix-store", "--dump-db"]), "reading the database").split("\n"));
	const stray = [
		...list(store).filter((name) => name !== ".links" && !valid.has(`${store}/${name}`)),
		...list(join(store, ".links")).map((name) => `.links/${name}`),
		...list(join(state, "temproots")).map((name) => `temproots/${name}`),
		...list(join(state, "gcroots/auto")).flatMap((name) => (name.startsWith(".") ? [`gcroots/auto/${name}`] : [])),
		...(collector === "ours" ? list(join(state, "builds")).map((name) => `builds/${name}`) : []),
	];
	if (stray.length > 0) throw new Error(`left after a collection (${collector}): ${stray.join(" ")}`);
};

/** How long each operation takes, in milliseconds, and how many changes it makes, when nobody kills it. */
const measured = new Map();
const measure = (name) => {
	const known = measured.get(name);
	if (known !== undefined) return known;
	const report = join(top, "changes");
	rmSync(report, { force: true });
	const { args, stdin } = operations[name]();
	const start = performance.now();
	const preload = `--require=${join(root, "scripts/kills/kill-at.cjs")}`;
	must(ours(args, { stdin, more: { NODE_OPTIONS: preload, TSNIX_KILL_COUNT: report } }), `${name}, not killed`);
	const milliseconds = performance.now() - start;
	const changes = Number(readFileSync(report, "utf8").trim().split("\n")[0]);
	must(real(["nix-store", "--gc"]), "collecting");
	round++;
	measured.set(name, { milliseconds, changes });
	return measured.get(name);
};

const once = async (name) => {
	const { milliseconds, changes } = measure(name);
	round++;
	const { args, stdin, after, quiet, again } = operations[name]();
	const byTime = next() < 0.5;
	const sign = next() < 0.5 ? 1 : -1;
	const moment = byTime ? { milliseconds: milliseconds * (0.15 + 0.9 * next()) } : { at: sign * (1 + below(changes)) };
	const described = byTime ? `after ${moment.milliseconds.toFixed(0)} ms` : `at change ${moment.at} of ${changes}`;
	const hit = await killed(args, { stdin, ...moment });
	try {
		await checkProcesses();
		verify(`after ${name} was killed`);
		if (again === undefined || again()) {
			const first = must(ours(args, { stdin }), `${name}, run again`);
			if (quiet !== true) {
				const repeated = must(ours(args, { stdin }), `${name}, run a third time`);
				if (first !== repeated) throw new Error(`${name} prints other things the third time:\n${first}\n${repeated}`);
			}
		}
		after?.();
		verify(`after ${name} was run again`);
		rmSync(join(top, "result"), { force: true });
		for (const extra of list(top).filter((file) => file.startsWith("result"))) rmSync(join(top, extra));
		const collector = next() < 0.5 ? "ours" : "real";
		if (collector === "ours") must(ours(["nix-store", "--gc"]), "collecting (ours)");
		else must(real(["nix-store", "--gc"]), "collecting (real)");
		checkCollected(collector);
	} catch (error) {
		error.message = `${name} killed ${described}${hit ? "" : " (too late)"}: ${error.message}`;
		throw error;
	}
	return hit;
};

const names = Object.keys(operations).filter(
	(name) => values.only === undefined || values.only.split(",").includes(name),
);
const counts = new Map(names.map((name) => [name, { hit: 0, late: 0, failed: 0 }]));
for (let i = 0; i < total; i++) {
	const name = names[i % names.length];
	const count = counts.get(name);
	try {
		if (await once(name)) count.hit++;
		else count.late++;
	} catch (error) {
		count.failed++;
		console.error(`${i}: ${error.message}\n`);
		if (values.keep) break;
		// From here on as if nothing had been.
		for (const path of [store, env.NIX_STATE_DIR]) spawnSync("chmod", ["-R", "u+w", path]);
		for (const path of [store, env.NIX_STATE_DIR]) rmSync(path, { recursive: true, force: true });
	}
	if ((i + 1) % 25 === 0) console.log(`${i + 1} of ${total}`);
}
if (values.keep) console.log(`left at ${top}`);
else {
	spawnSync("chmod", ["-R", "u+w", top]);
	rmSync(top, { recursive: true, force: true });
}
let failures = 0;
for (const [name, { hit, late, failed }] of counts) {
	failures += failed;
	console.log(`${name}: ${hit} killed, ${late} done before, ${failed} failed`);
}
process.exit(failures > 0 ? 1 : 0);
