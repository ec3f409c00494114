import { fromBytes } from "@tsnix/store";
import { expect, test } from "vitest";
import { outputsCursor } from "./attr-cursor";
import { callFlake } from "./call";
import { lockFlakeSync } from "./lock";
import { parseFlakeRef } from "./ref";
import { type ShowOptions, showJson, showText } from "./show";
import { memoryWorld } from "./testing/memory";

const show = (outputs: string, options: Partial<ShowOptions> = {}) => {
	const world = memoryWorld({ "/a/flake.nix": `{ outputs = { self }: ${outputs}; }` });
	const st = world.evaluator;
	const flake = callFlake(st, lockFlakeSync(world, parseFlakeRef("path:/a")), world);
	const cursor = () => outputsCursor(st, flake);
	const all = { system: "x86_64-linux", warn: world.warn, ...options };
	return {
		json: () => showJson(cursor(), all),
		text: () => {
			const lines: string[] = [];
			showText(cursor(), { ...all, title: "path:/a", print: (line) => lines.push(fromBytes(line)) });
			return lines;
		},
		warnings: world.warnings,
	};
};

const outputs = `{
	packages.x86_64-linux.hello = { type = "derivation"; name = "hello-1"; meta.description = "greets"; };
	packages.aarch64-linux.hello = throw "of no interest";
	packages.empty = { };
	legacyPackages.x86_64-linux = throw "of no interest";
	apps.x86_64-linux.run = { type = "app"; };
	overlays.default = a: b: { };
	lib = throw "of no interest";
}`;

test("as a tree", () => {
	expect(show(outputs).text()).toEqual([
		"path:/a",
		"├───apps",
		"│   └───x86_64-linux",
		"│       └───run: app: no description",
		"├───legacyPackages",
		"│   └───x86_64-linux omitted (use '--legacy' to show)",
		"├───lib: unknown",
		"├───overlays",
		"│   └───default: Nixpkgs overlay",
		"└───packages",
		"    ├───aarch64-linux",
		"    │   └───hello omitted (use '--all-systems' to show)",
		"    └───x86_64-linux",
		"        └───hello: package 'hello-1'",
	]);
});

test("as JSON", () => {
	const { json, warnings } = show(outputs);
	expect(json()).toEqual({
		apps: { "x86_64-linux": { run: { type: "app" } } },
		legacyPackages: { "x86_64-linux": {} },
		lib: { type: "unknown" },
		overlays: { default: { type: "nixpkgs-overlay" } },
		packages: {
			"aarch64-linux": { hello: {} },
			"x86_64-linux": { hello: { type: "derivation", name: "hello-1", description: "greets" } },
		},
	});
	expect(warnings).toEqual([
		"legacyPackages.x86_64-linux omitted (use '--legacy' to show)",
		"packages.aarch64-linux.hello omitted (use '--all-systems' to show)",
	]);
});

test("errors end it, but not those of legacyPackages", () => {
	expect(() => show(outputs, { allSystems: true }).json()).toThrow("of no interest");
	expect(show('{ legacyPackages.x86_64-linux = throw "x"; }', { legacy: true }).json()).toEqual({
		legacyPackages: { "x86_64-linux": {} },
	});
});
