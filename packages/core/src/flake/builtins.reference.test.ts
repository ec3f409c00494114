import { printValue } from "@tsnix/eval";
import { defaultFetchSettings } from "@tsnix/fetchers";
import { fromBytes, toBytes } from "@tsnix/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Engine } from "../engine/engine";
import { flakeBuiltins } from "./builtins";
import { renderErrorBytes } from "./evaluation";
import { Scratch } from "./testing/scenario";
import { testWorld } from "./testing/world";

let scratch: Scratch;
beforeAll(() => {
	scratch = new Scratch();
});
afterAll(() => scratch.remove());

const ours = (expression: string, experimentalFeatures: ReadonlySet<string>): string => {
	const { host } = testWorld().evaluator;
	const none = (): never => {
		throw new Error("no flakes here");
	};
	const settings = { ...defaultFetchSettings, experimentalFeatures };
	const engine = new Engine(host, { pureEval: true, experimentalFeatures }, none, flakeBuiltins({ settings }));
	try {
		return printValue(engine.st, engine.value({ expression }));
	} catch (error) {
		return renderErrorBytes(error);
	}
};

const cases = [
	'parseFlakeRef "github:NixOS/nixpkgs/23.05?dir=lib"',
	'parseFlakeRef "git+https://x/y?shallow=1"',
	'parseFlakeRef "path:/a?revCount=12"',
	"parseFlakeRef 1",
	'parseFlakeRef (throw "x")',
	'parseFlakeRef "./x"',
	'parseFlakeRef "a#b"',
	'parseFlakeRef "/a?b=%zz"',
	'parseFlakeRef "github:a/b?rev=x"',
	'parseFlakeRef (builtins.toFile "x" "")',
	"flakeRefToString 1",
	'flakeRefToString { owner = "a"; repo = "b"; type = "github"; dir = "c d"; }',
	'flakeRefToString { type = "git"; url = "https://x"; submodules = true; revCount = 3; }',
	'flakeRefToString { type = "path"; path = "/a"; lastModified = -1; }',
	'flakeRefToString { type = "path"; path = [ ]; }',
	'flakeRefToString { type = "path"; path = null; }',
	'flakeRefToString { type = "path"; path = "/a"; dir = 1; }',
	'flakeRefToString { type = "path"; path = "${builtins.toFile "x" ""}"; }',
	'flakeRefToString { type = "nope"; }',
	'flakeRefToString { type = throw "x"; }',
	'flakeRefToString { type = "github"; owner = "a"; repo = "b"; rev = "x"; }',
	"flakeRefToString { }",
];

test.each(cases)("builtins.%s", (call) => {
	const expression = `builtins.${call}`;
	const real = scratch.nix("eval", "--show-trace", "--expr", expression);
	const expected = real.status === 0 ? real.stdout : real.stderr;
	expect(fromBytes(ours(toBytes(expression), new Set(["flakes"])))).toBe(
		fromBytes(expected).trim(),
	);
});

const withoutFlakes = [
	'parseFlakeRef "x"',
	'parseFlakeRef "github:a/b"',
	'parseFlakeRef "git+https://x/y"',
	'parseFlakeRef "/a"',
	'flakeRefToString { type = "path"; path = "/a"; }',
	'flakeRefToString { type = "git"; url = "https://a"; }',
];

test.each(withoutFlakes)("builtins.%s, without flakes", (call) => {
	const expression = `builtins.${call}`;
	const real = scratch.nix("eval", "--option", "experimental-features", "nix-command", "--expr", expression);
	const expected = real.status === 0 ? real.stdout : real.stderr;
	expect(fromBytes(ours(expression, new Set(["nix-command"])))).toBe(fromBytes(expected).trim());
});
