import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openNodeDatabase } from "@tsnix/store/node";
import { afterAll, beforeAll, expect, test } from "vitest";

// What of a flake's outputs is remembered, in the file that real Nix would write, and read by it.

const programs = [
	join(process.env.TSNIX_REFERENCE as string, "bin/nix"),
	fileURLToPath(new URL("../bin/tsnix", import.meta.url)),
];
const top = mkdtempSync(join(tmpdir(), "tsnix-eval-cache-"));
const run = join(top, "run");
const removeRun = (): void => {
	spawnSync("chmod", ["-R", "u+w", run]);
	rmSync(run, { recursive: true, force: true });
};
afterAll(() => {
	removeRun();
	rmSync(top, { recursive: true, force: true });
});

const flake = `{
	outputs = _: rec {
		packages.x86_64-linux = rec {
			default = builtins.trace "evaluated" (derivation {
				name = "d-1"; system = "x86_64-linux"; builder = "/bin/sh";
				args = [ "-c" "echo '#! /bin/sh' > $out; echo echo hi >> $out; /bin/chmod +x $out" ];
			} // { meta.outputsToInstall = [ "out" ]; meta.description = "the\\nd"; });
			bad = throw "bad";
			worse = default // { outputSpecified = 1; };
			urgent = default // { meta.priority = "x"; };
			none = { type = "derivation"; };
		};
		legacyPackages.x86_64-linux.set = { recurseForDerivations = true; inherit (packages.x86_64-linux) default; };
		"odd name" = { string = "text"; number = -5; truth = true; list = [ "a" ]; float = 1.5; nothing = null; file = ./flake.nix; };
		apps.x86_64-linux.default = { type = "app"; program = "\${packages.x86_64-linux.default}"; };
	};
}`;

const folder = join(top, "flake");
beforeAll(() => {
	mkdirSync(folder);
	writeFileSync(join(folder, "flake.nix"), flake);
	const identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
	for (const args of [
		["init", "-q"],
		["add", "."],
		[...identity, "commit", "-qm", "one"],
	])
		execFileSync("git", args, { cwd: folder });
	mkdirSync(join(top, "etc"));
	const settings = [
		"experimental-features = nix-command flakes",
		"flake-registry =",
		"sandbox = false",
		"substitute = false",
	];
	writeFileSync(join(top, "etc/nix.conf"), `${[...settings, "build-users-group ="].join("\n")}\n`);
});

/** Runs a program: what it prints, and its status. */
const nix = (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string => {
	const result = spawnSync(program, args, {
		env: {
			PATH: process.env.PATH,
			HOME: run,
			XDG_CACHE_HOME: join(run, "cache"),
			NIX_CONF_DIR: join(top, "etc"),
			NIX_STORE_DIR: join(run, "store"),
			NIX_STATE_DIR: join(run, "state"),
			NIX_LOG_DIR: join(run, "log"),
			...env,
		},
		encoding: "latin1",
	});
	return `${args.join(" ")}\n${result.stdout}\n${result.stderr}\n${result.status}`;
};

/** What a cache has: the names of its files, and each attribute by its whole path. */
const remembered = (): unknown[] => {
	const place = join(run, "cache/nix/eval-cache-v6");
	return readdirSync(place)
		.filter((name) => name.endsWith(".sqlite"))
		.map((name) => {
			const db = (openNodeDatabase as NonNullable<typeof openNodeDatabase>)(join(place, name));
			const rows = db.prepare("select rowid as id, * from Attributes").all();
			const byId = new Map(rows.map((row) => [Number(row.id), row]));
			const pathOf = (id: number): string => {
				const row = byId.get(id);
				return row === undefined ? "" : `${pathOf(Number(row.parent))}/${row.name}`;
			};
			const known = rows
				.filter(({ parent }) => Number(parent) === 0 || byId.has(Number(parent)))
				.map(({ id, type, value, context }) => `${pathOf(Number(id))} ${type} ${value} ${context}`);
			db.close();
			return [name, known.sort()];
		});
};

const attributes = ["", "bad", "worse", "urgent", "none", "nowhere", "odd name", "set", "set.default"];
const values = ["string", "number", "truth", "list", "float", "nothing", "file", "nowhere"];
const commands: readonly (readonly string[])[] = [
	...attributes.map((name) => ["build", "--no-link", "--print-out-paths", `${folder}#${name}`]),
	...values.flatMap((name) => [
		["eval", `${folder}#"odd name".${name}`],
		["build", "--no-link", `${folder}#"odd name".${name}`],
	]),
	["run", folder],
	["run", `${folder}#bad`],
	["flake", "show", folder],
	["flake", "show", "--legacy", "--json", folder],
	["search", `${folder}#legacyPackages.x86_64-linux`, "d", "--json"],
];

test("is the same, and so is what is told", { timeout: 300_000 }, () => {
	const [theirs, ours] = programs.map((program) => {
		removeRun();
		mkdirSync(run);
		const told = [...commands, ...commands].map((args) => nix(program, args));
		return { told, remembered: remembered() };
	});
	expect(ours.told).toEqual(theirs.told);
	expect(ours.remembered).toEqual(theirs.remembered);
});

test("by one is enough for the other", { timeout: 300_000 }, () => {
	const first = [
		["build", "--no-link", folder],
		["build", "--no-link", `${folder}#set.default`],
		["run", folder],
	];
	for (const [writer, reader] of [programs, [...programs].reverse()])
		for (const args of first) {
			// One at a time, and twice: to look at a set's names makes real Nix, and us, forget what was in it.
			removeRun();
			mkdirSync(run);
			nix(writer, args);
			nix(writer, args);
			expect(nix(reader, args, { NIX_ALLOW_EVAL: "0" })).toMatch(/\n0$/);
			expect(nix(reader, [...args, "--no-eval-cache"], { NIX_ALLOW_EVAL: "0" })).toContain(
				"not everything is cached, but evaluation is not allowed",
			);
		}
});
