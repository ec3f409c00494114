import { fromBytes, NixError } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callFlake } from "./call";
import { checkOutputs, omittedSystemsWarning } from "./check";
import { adoptError } from "./errors";
import { renderErrorBytes } from "./evaluation";
import { lockFlakeSync } from "./lock";
import { parseFlakeRef } from "./ref";
import { Scratch } from "./testing/scenario";
import { testWorld } from "./testing/world";

let scratch: Scratch;
beforeAll(() => {
	scratch = new Scratch();
});
afterAll(() => scratch.remove());

const flakeOf = (outputs: string): string => `{
	outputs = { self }:
		let
			drv = name: derivation { inherit name; system = "x86_64-linux"; builder = "/bin/sh"; };
		in ${outputs};
}`;

/** All that the check says, as the command prints it. */
const ours = (path: string, { keepGoing = false, allSystems = false }): string => {
	const said: string[] = [];
	const world = testWorld({ env: scratch.env, evaluation: { readOnly: true } });
	const st = world.evaluator;
	try {
		const flake = callFlake(st, lockFlakeSync(world, parseFlakeRef(path, { fs: nodeFs }), { write: false }), world);
		const { errors, omittedSystems } = checkOutputs(st, flake, {
			system: "x86_64-linux",
			keepGoing,
			allSystems,
			activity: (text) => said.push(`${text}...`),
			info: (text) => said.push(text),
			warn: (text) => said.push(`warning: ${text}`),
			error: (error) => said.push(renderErrorBytes(error)),
		});
		if (errors.length > 0) throw new NixError("SOME", "some errors were encountered during the evaluation");
		said.push("all checks passed!");
		const omitted = omittedSystemsWarning(omittedSystems);
		if (omitted !== undefined) said.push(`warning: ${omitted}`);
	} catch (error) {
		said.push(renderErrorBytes(adoptError(error)));
	}
	return said.join("\n");
};

const cases: readonly (readonly [string, string])[] = [
	["nothing", "{ }"],
	[
		"checks",
		'{ checks.x86_64-linux = { b = drv "b"; a = drv "a"; c = drv "a"; }; checks.aarch64-linux.x = throw "x"; }',
	],
	[
		"names that need quotes",
		`{ checks.x86_64-linux."a b" = drv "a"; packages.x86_64-linux."if" = drv "c"; overlays."1" = final: prev: { };
		   formatter."a-b c" = drv "f"; templates."x y" = { path = ./.; description = "t"; }; nixosModules."a"b" = { }; }`,
	],
	["checks that are none", '{ checks.x86_64-linux = { a = 1; b = { type = "derivation"; }; c = drv "c"; d = { }; }; }'],
	["checks that fail", '{ checks.x86_64-linux = { a = throw "x"; b = abort "y"; c = [ ]; }; }'],
	["checks, not by system", "{ checks = { bad = { }; x86_64-linux = { a = 1; }; }; }"],
	["no set of checks", "{ checks = [ ]; packages.x86_64-linux = 1; devShells = null; }"],
	["a derivation without a path", '{ checks.x86_64-linux.a = { type = "derivation"; name = "a"; }; }'],
	[
		"a derivation whose path is none",
		'{ packages.x86_64-linux.a = { type = "derivation"; name = "a"; drvPath = "/x"; }; }',
	],
	["packages", '{ packages = { x86_64-linux = { a = drv "a"; b = "x"; }; y = { }; }; }'],
	["a formatter", '{ formatter = { x86_64-linux = drv "f"; a-b = 1; }; devShells.x86_64-linux.default = drv "s"; }'],
	["a formatter that is none", "{ formatter.x86_64-linux = 1; }"],
	[
		"apps",
		`{ apps.x86_64-linux = {
			a = { type = "app"; program = "\${drv "a"}/bin/a"; meta.description = "an app"; };
			b = { type = "app"; program = "b"; };
			c = { type = "app"; program = "b"; meta = { }; };
			d = { type = "app"; };
			e = { program = "b"; };
			f = { type = "app"; program = "x"; foo = 1; bar = 1; };
			g = { type = "app"; program = 1; };
			h = { type = drv "x"; program = "x"; };
			i = { type = "\${drv "x"}"; program = "x"; };
			j = 1;
			k = { type = "app"; program = "x"; meta = 1; };
			l = { type = "app"; program = "x"; meta.description = 1; };
		}; }`,
	],
	[
		"overlays",
		`{ overlays = {
			a = final: prev: { };
			b = _: _: { };
			c = _final: prev: { };
			d = self: super: { };
			e = { final, ... }: { };
			f = builtins.add;
			g = 1;
			h = (x: final: prev: { }) 1;
			i = final: { };
			j = __final: prev: { };
			k = builtins.add 1;
			l = throw "no";
			m = final@{ ... }: { };
		}; }`,
	],
	[
		"outputs that are deprecated",
		`{
			overlay = final: prev: { };
			defaultPackage.x86_64-linux = drv "p";
			defaultApp.x86_64-linux = { type = "app"; program = "x"; };
			defaultTemplate = { path = ./.; description = "x"; };
			defaultBundler.x86_64-linux = x: x;
			devShell.x86_64-linux = drv "s";
			nixosModule = { };
		}`,
	],
	["modules", '{ nixosModules = { a = { }; b = x: x; c = throw "c"; d = 1; }; }'],
	[
		"NixOS configurations",
		`{ nixosConfigurations = {
			a.config.system.build.toplevel = drv "a";
			b.config.system.build.toplevel = 1;
			c.config.system.build = { topleve = 1; };
			d = 1;
			e = { config ? 1 }: { config.system.build.toplevel = drv "e"; };
			f.config = 1;
		}; }`,
	],
	["Hydra jobs", '{ packages = { }; hydraJobs = { a = drv "a"; b.c = drv "c"; b.d.e = drv "e"; }; }'],
	["Hydra jobs that are none", '{ hydraJobs = { a = 1; b = { c = throw "c"; d = drv "d"; }; }; }'],
	["one Hydra job", '{ hydraJobs = drv "a"; }'],
	[
		"templates",
		`{ templates = {
			a = { path = ./.; description = "x"; welcomeText = "y"; };
			b = { path = ./nope; description = "x"; };
			c = { description = "x"; };
			d = { path = ./.; };
			e = { path = ./.; description = 1; };
			f = { path = ./.; description = "x"; foo = 1; };
			g = { path = "relative"; description = "x"; };
			h = { path = "\${self}/flake.nix"; description = "x"; };
			i = { path = 1; description = "x"; };
			j = 1;
		}; }`,
	],
	["bundlers", "{ bundlers.x86_64-linux = { a = x: x; b = 1; c = builtins.add; }; bundlers.a-b = 1; }"],
	["legacy packages", '{ legacyPackages = { x86_64-linux = throw "x"; bad = 1; riscv64-linux = 1; }; }'],
	["unknown outputs", '{ foo = 1; lib = 1; homeModules = 1; bar = throw "x"; nixopsConfigurations = 1; }'],
	["import from derivation", '{ a = import (drv "x"); hydraJobs = import (drv "x"); }'],
];

/** The reference shows where the store really is. */
const withoutRoot = (text: string): string => text.replaceAll(`${scratch.dir}/store/nix/store`, "/nix/store");

test.each(cases)("%s", (_, outputs) => {
	// Tabs in excerpts are the business of whoever prints them.
	scratch.make({ "a/flake.nix": flakeOf(outputs).replaceAll("\t", "  ") });
	const ref = `path:${scratch.path("a")}`;
	for (const keepGoing of [false, true])
		for (const allSystems of [false, true]) {
			const args = ["--no-build", ...(keepGoing ? ["--keep-going"] : []), ...(allSystems ? ["--all-systems"] : [])];
			const real = scratch.nix("flake", "check", ref, ...args);
			expect(fromBytes(ours(ref, { keepGoing, allSystems }))).toBe(fromBytes(withoutRoot(real.stderr)).trim());
		}
});

// The traces of these show places in the reference's own expression that calls flakes.
test.each(["1", 'throw "x"', "self.y", "{ x = 1; } // null"])("outputs that are no set: %s", (outputs) => {
	scratch.make({ "a/flake.nix": flakeOf(outputs).replaceAll("\t", "  ") });
	const ref = `path:${scratch.path("a")}`;
	const lastError = (text: string): string =>
		fromBytes(text)
			.trim()
			.replace(/^[^]*error: /, "error: ");
	const real = scratch.nix("flake", "check", ref, "--no-build");
	expect(lastError(ours(ref, {}))).toBe(lastError(withoutRoot(real.stderr)));
});
