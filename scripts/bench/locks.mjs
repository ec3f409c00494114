/**
 * What is measured of flakes being locked, with real Nix and the command: 20 inputs behind a server that takes 50 ms for
 * each answer, and trees the size of nixpkgs. Every run finds empty caches, and an empty store. Rows are named `lock-…`;
 * `--only lock` means all of them. Every program has to write the same lock file.
 */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureRun } from "../lib/measure.mjs";

const inputs = 20;
const delay = 50;

/** Starts the server of a kind; gives its port. It ends with this process. */
const serve = async (kind) => {
	const script = fileURLToPath(new URL("slow-server.mjs", import.meta.url));
	const child = spawn(process.execPath, [script, kind, String(inputs), String(delay)], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	const port = await new Promise((resolve) => child.stdout.once("data", (text) => resolve(String(text).trim())));
	return { port, stop: () => child.stdin.end() };
};

const manyInputs = (port, { count = inputs, isFlake = true } = {}) => {
	const one = (i) => `i${i} = { url = "http://127.0.0.1:${port}/${i}.tar.gz"; flake = ${isFlake}; };`;
	return `{ inputs = { ${Array.from({ length: count }, (_, i) => one(i)).join(" ")} }; outputs = _: { }; }\n`;
};

const slow = (kind, what, options) => ({
	name: `lock-${kind}`,
	what: `${inputs} inputs, ${delay} ms each: ${what}`,
	kind,
	flake: ({ port }) => manyInputs(port, options),
});

const helloOf = (name, kind, url) => ({
	name,
	what: `hello.drvPath of a locked flake, nixpkgs ${kind}`,
	flake: () => `{
		inputs.nixpkgs.url = "${url}";
		outputs = { nixpkgs, ... }: { hello = (import nixpkgs { system = "x86_64-linux"; }).hello.drvPath; };
	}\n`,
	locked: true,
	args: (folder) => ["nix", "eval", "--raw", `path:${folder}#hello`],
});

const rowsOf = (top, nixpkgs) => [
	slow("flake", "flakes"),
	slow("plain", "no flakes", { isFlake: false }),
	slow("lockable", "lockable archives, by a redirect"),
	slow("nested", "half of them inputs of the others", { count: inputs / 2 }),
	...(nixpkgs === undefined
		? []
		: [
				{
					name: "lock-git",
					what: "nixpkgs, a Git repository",
					flake: () => `{ inputs.nixpkgs.url = "git+file://${join(top, "nixpkgs")}"; outputs = _: { }; }\n`,
				},
				{
					name: "lock-tarball",
					what: "nixpkgs, an archive",
					flake: () => `{ inputs.nixpkgs.url = "file://${join(top, "nixpkgs.tar.gz")}"; outputs = _: { }; }\n`,
				},
				helloOf("lock-hello", "a Git repository", `git+file://${join(top, "nixpkgs")}`),
				helloOf("lock-hello-path", "a folder", `path:${nixpkgs}`),
			]),
];

const must = (name, args, options) => {
	const { status, stderr } = spawnSync(name, args, { ...options, maxBuffer: 1 << 28 });
	if (status !== 0) throw new Error(`${name}: ${stderr}`);
};

/** nixpkgs as a repository of one commit, and as an archive. */
const prepareNixpkgs = (top, nixpkgs) => {
	const copy = join(top, "nixpkgs");
	cpSync(nixpkgs, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith("/.git") });
	const git = (...args) => must("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], { cwd: copy });
	git("init", "-q");
	git("add", "-A", "-f");
	git("commit", "-qm", "one");
	must("tar", ["-czf", `${copy}.tar.gz`, "--exclude=.git", "-C", top, "nixpkgs"]);
};

/** The rows that are asked for, and how one of them is run once by a program: `[program, ...arguments before]`. */
export const lockBenchmarks = async (only, { scratch, reference, nixpkgs }) => {
	const top = join(scratch, "locks");
	const wanted = ({ name }) => only.some((one) => one === name || one === "lock");
	const rows = rowsOf(top, nixpkgs).filter(wanted);
	if (rows.length === 0) return { rows, close: () => {} };
	mkdirSync(top);
	if (rows.some(({ kind }) => kind === undefined)) prepareNixpkgs(top, nixpkgs);
	const servers = new Map();
	for (const { kind } of rows) if (kind !== undefined) servers.set(kind, await serve(kind));
	const place = join(top, "place");
	const folder = join(place, "flake");
	const env = {
		PATH: process.env.PATH,
		HOME: place,
		NIX_STORE_DIR: join(place, "store"),
		NIX_STATE_DIR: join(place, "var/nix"),
		NIX_LOG_DIR: join(place, "var/log/nix"),
		NIX_CONF_DIR: place,
	};
	const empty = () => {
		spawnSync("chmod", ["-R", "u+w", place], { stdio: "ignore" });
		rmSync(place, { recursive: true, force: true });
		mkdirSync(folder, { recursive: true });
		writeFileSync(
			join(place, "nix.conf"),
			"experimental-features = nix-command flakes\nflake-registry =\nsubstituters =\nbuild-users-group =\n",
		);
	};
	const seen = new Map();
	return {
		rows,
		run: async (row, command) => {
			empty();
			writeFileSync(join(folder, "flake.nix"), row.flake(servers.get(row.kind) ?? {}));
			if (row.locked === true) {
				must(join(reference, "bin/nix"), ["flake", "lock", `path:${folder}`], { env });
				const lock = readFileSync(join(folder, "flake.lock"));
				const flake = readFileSync(join(folder, "flake.nix"));
				empty();
				writeFileSync(join(folder, "flake.lock"), lock);
				writeFileSync(join(folder, "flake.nix"), flake);
			}
			const args = row.args?.(folder) ?? ["nix", "flake", "lock", `path:${folder}`];
			const output = join(place, "output");
			const measured = await measureRun(command(args), env, { output });
			const result = readFileSync(row.args === undefined ? join(folder, "flake.lock") : output, "utf8");
			if (!seen.has(row.name)) seen.set(row.name, result);
			else if (seen.get(row.name) !== result) throw new Error(`gives ${result}, not ${seen.get(row.name)}`);
			return measured;
		},
		close: () => {
			for (const { stop } of servers.values()) stop();
		},
	};
};
