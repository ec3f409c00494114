import { fromBytes } from "@tsnix/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adoptError } from "./errors";
import { renderErrorBytes } from "./evaluation";
import { lockFlakeSync } from "./lock";
import { parseFlakeRef } from "./ref";
import { Scratch } from "./testing/scenario";
import { testWorld } from "./testing/world";

// What real Nix says of `flake.nix` files that are not as they have to be.

let scratch: Scratch;
beforeAll(() => {
	scratch = new Scratch();
});
afterAll(() => scratch.remove());

const outputs = "outputs = { self }: { };";

const files = [
	"{ }",
	"1",
	"let x = 1; in { }",
	"{ outputs = 1; }",
	"{ outputs = { self }: 1",
	"{ outputs = a + b; }",
	`{ description = 1; ${outputs} }`,
	`{ description = "a" + "b"; ${outputs} }`,
	`rec { description = "a"; foo = description; ${outputs} }`,
	`{ foo = 1; ${outputs} }`,
	`{ inputs = 1; ${outputs} }`,
	`{ inputs = let in { }; ${outputs} }`,
	`{ inputs.x = 1; ${outputs} }`,
	`{ inputs.x = [ ]; ${outputs} }`,
	`{ inputs.x.url = 1; ${outputs} }`,
	`{ inputs.x.url = "a" + "b"; ${outputs} }`,
	`{ inputs.x.url = null; ${outputs} }`,
	`{ inputs.x.url = "::"; ${outputs} }`,
	`{ inputs.x.url = "path:/nope#a"; ${outputs} }`,
	`{ inputs.x.url = "nixpkgs/a/b/c/d"; ${outputs} }`,
	`{ inputs.x.url = "github:a"; ${outputs} }`,
	`{ inputs.x.url = "foo+bar://baz"; ${outputs} }`,
	`{ inputs.x.url = "path:/a?rev=1"; ${outputs} }`,
	`{ inputs.x.foo = "a"; ${outputs} }`,
	`{ inputs.x = { b = "a"; a = 1; }; ${outputs} }`,
	`{ inputs.x.flake = 1; ${outputs} }`,
	`{ inputs.x.flake = "a"; ${outputs} }`,
	`{ inputs.x.follows = 1; ${outputs} }`,
	`{ inputs.x.follows = "a/1"; ${outputs} }`,
	`{ inputs.x = { follows = "y"; url = "path:/nope"; }; ${outputs} }`,
	`{ inputs.x.inputs = 1; ${outputs} }`,
	`{ inputs.x = { inputs.y.url = 1; url = "path:/nope"; }; ${outputs} }`,
	`{ inputs.x.inputs.self.url = "a"; ${outputs} }`,
	`{ inputs.x = { type = "path"; path = 1; }; ${outputs} }`,
	`{ inputs.x = { type = "path"; path = -1; }; ${outputs} }`,
	`{ inputs.x = { type = "path"; path = [ 1 ]; }; ${outputs} }`,
	`{ inputs.x = { type = "path"; path = null; }; ${outputs} }`,
	`{ inputs.x = { type = "path"; }; ${outputs} }`,
	`{ inputs.x = { type = "path"; path = "/nope"; nope = true; }; ${outputs} }`,
	`{ inputs.x = { type = "git"; url = "file:///a b"; }; ${outputs} }`,
	`{ inputs.x = { type = "indirect"; id = "1"; }; ${outputs} }`,
	`{ inputs.self = 1; ${outputs} }`,
	`{ inputs.self.foo = true; ${outputs} }`,
	`{ inputs.self.submodules = [ ]; ${outputs} }`,
	`{ nixConfig = 1; ${outputs} }`,
	`{ nixConfig.foo = { }; ${outputs} }`,
	`{ nixConfig.foo = [ 1 ]; ${outputs} }`,
	`{ nixConfig.foo = null; ${outputs} }`,
	`{ nixConfig.foo = 1.5; ${outputs} }`,
	`{ nixConfig.foo = "a" + "b"; ${outputs} }`,
	`{ "\${"a"}" = 1; ${outputs} }`,
	`{ inputs."\${"x"}".url = "path:/nope"; ${outputs} }`,
	`{ inputs.x = { "\${"url"}" = "path:/nope"; }; ${outputs} }`,
	"{ outputs = { self, nosuch, ... }@inputs: { }; }",
	"{ outputs = inputs: { }; }",
	"{ outputs = builtins.map; }",
	"{ outputs = { __functor = self: { x }: 1; }; }",
	`{ inputs.a-b_c.url = ./sub; ${outputs} }`,
	`{ inputs.x.url = /etc; ${outputs} }`,
];

/** Said by the command itself. */
const usage = "Try 'nix --help' for more information.\n";

test.each(files)("%s", (file) => {
	scratch.make({ "a/flake.nix": file }, ["a"]);
	const flake = `git+file://${scratch.path("a")}`;
	const real = scratch.nix("flake", "metadata", "--no-write-lock-file", flake);
	const world = testWorld({ env: scratch.env });
	let said = "";
	try {
		lockFlakeSync(world, parseFlakeRef(flake), { write: false });
	} catch (error) {
		said = renderErrorBytes(adoptError(error));
	}
	const warnings = world.warnings.map((text) => `warning: ${text}`);
	expect(fromBytes([...warnings, said].join("\n").trim())).toBe(fromBytes(real.stderr.replace(usage, "")).trim());
});
