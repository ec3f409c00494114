import { expect, test } from "vitest";
import { callFlake } from "./call";
import { type CheckOptions, checkOutputs, omittedSystemsWarning } from "./check";
import { lockFlakeSync } from "./lock";
import { parseFlakeRef } from "./ref";
import { memoryWorld } from "./testing/memory";

const check = (outputs: string, options: Partial<CheckOptions> = {}) => {
	const world = memoryWorld({ "/a/flake.nix": `{ outputs = { self }: ${outputs}; }` });
	const st = world.evaluator;
	const warnings: string[] = [];
	const result = checkOutputs(st, callFlake(st, lockFlakeSync(world, parseFlakeRef("path:/a")), world), {
		system: "x86_64-linux",
		warn: (message) => warnings.push(message),
		...options,
	});
	return { ...result, warnings, messages: result.errors.map(({ message }) => message) };
};

const drv = 'derivation { name = "x"; system = "x86_64-linux"; builder = "/b"; }';

test("tells what was looked at, and what is to be built", () => {
	const { checked, toBuild, omittedSystems } = check(`{
		packages.x86_64-linux.p = ${drv};
		checks.x86_64-linux = { a = ${drv}; b = ${drv}; };
		checks.aarch64-darwin.a = throw "of no interest";
		overlays.default = final: prev: { };
	}`);
	expect(checked).toEqual([
		{ attribute: "packages.x86_64-linux.p", kind: "derivation" },
		{ attribute: "checks.x86_64-linux.a", kind: "derivation" },
		{ attribute: "checks.x86_64-linux.b", kind: "derivation" },
		{ attribute: "overlays.default", kind: "overlay" },
	]);
	expect(toBuild.map(({ drvPath, attributes }) => [drvPath.name, attributes])).toEqual([
		["x.drv", ["checks.x86_64-linux.a", "checks.x86_64-linux.b"]],
	]);
	expect(omittedSystems).toEqual(["aarch64-darwin"]);
	expect(omittedSystemsWarning(omittedSystems)).toBe(
		"The check omitted these incompatible systems: aarch64-darwin\nUse '--all-systems' to check all.",
	);
});

test("ends with the first error, and says what was checked", () => {
	expect(() => check("{ packages.x86_64-linux.p = 1; formatter.x86_64-linux = 2; }")).toThrow(
		expect.objectContaining({
			message: "flake attribute 'packages.x86_64-linux.p' is not a derivation",
			trace: [
				expect.objectContaining({ message: "while checking the derivation 'packages.x86_64-linux.p'" }),
				expect.objectContaining({ message: "while checking flake output 'packages'" }),
			],
		}),
	);
});

test("goes on after errors where it is to", () => {
	const outputs = '{ packages.x86_64-linux.p = 1; formatter.x = 2; apps.x86_64-linux.a = { }; foo = throw "bar"; }';
	expect(check(outputs, { keepGoing: true }).messages.sort()).toEqual([
		expect.stringMatching(/^'x' is not a valid system type, at \/nix\/store\/.*-source\/flake.nix:1:54$/),
		"app 'apps.x86_64-linux.a' lacks attribute 'type'",
		"bar",
		"flake attribute 'packages.x86_64-linux.p' is not a derivation",
	]);
});

test("warns of outputs that are old or unknown", () => {
	expect(check("{ foo = 1; overlay = final: prev: { }; lib = 1; }").warnings.sort()).toEqual([
		"flake output attribute 'overlay' is deprecated; use 'overlays.default' instead",
		"unknown flake output 'foo'",
	]);
});
