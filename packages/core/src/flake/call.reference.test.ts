import { fromBytes, printJson } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { outputsCursor } from "./attr-cursor";
import { callFlake } from "./call";
import { type AttrsValue, ContextGatherer, force, forceAttrs, getAttr, printValueAsJSON } from "./evaluation";
import { lockFlakeSync } from "./lock";
import { flakeRefToString, parseFlakeRef } from "./ref";
import { showJson, showText } from "./show";
import { type Files, plain, Scratch } from "./testing/scenario";
import { testWorld } from "./testing/world";

// The outputs of flakes, as real Nix and we call them and show them.

let scratch: Scratch;
beforeAll(() => {
	scratch = new Scratch();
});
afterAll(() => scratch.remove());

const leaf = "{ outputs = { self }: { x = 7; inherit self; }; }";

interface Scenario {
	readonly files: Files;
	readonly repositories?: readonly string[];
	readonly flake: string;
	/** Outputs to evaluate. */
	readonly outputs: readonly string[];
	readonly changed?: Files;
	/** Whether it has a lock file before. */
	readonly locked?: boolean;
}

const everything = `
	names = builtins.attrNames self;
	inputNames = builtins.attrNames self.inputs;
	info = builtins.mapAttrs (n: v: "\${toString v}") self.sourceInfo;
	type = self._type;
	path = "\${self}";
	outPath = self.outPath;
	context = builtins.attrNames (builtins.getContext self.outPath);
	dirty = self.dirtyRev or "clean";
	revision = self.rev or "none";
`;

const scenarios: Record<string, Scenario> = {
	"a path": {
		files: { "a/flake.nix": `{ outputs = { self }: { ${everything} }; }` },
		flake: "path:@/a",
		outputs: ["names", "inputNames", "info", "type", "path", "outPath", "context", "dirty", "revision"],
	},
	"a Git repository": {
		files: { "a/flake.nix": `{ outputs = { self }: { ${everything} }; }` },
		repositories: ["a"],
		flake: "@/a",
		outputs: ["names", "info", "path", "outPath", "dirty", "revision"],
	},
	"a Git repository with changes": {
		files: { "a/flake.nix": leaf },
		repositories: ["a"],
		changed: { "a/flake.nix": `{ outputs = { self }: { ${everything} }; }` },
		flake: "@/a",
		outputs: ["names", "info", "path", "outPath", "dirty", "revision"],
	},
	"a folder of a repository": {
		files: {
			"a/s/flake.nix": `{ outputs = { self }: { ${everything} src = ./.; text = builtins.readFile ./t; }; }`,
			"a/s/t": "text",
		},
		repositories: ["a"],
		flake: "git+file://@/a?dir=s",
		outputs: ["path", "outPath", "src", "text", "info"],
	},
	inputs: {
		files: {
			"a/flake.nix": `{
				inputs = { b.url = "git+file://@/b"; c = { url = "path:@/c"; flake = false; }; d.follows = "b/d"; e = { url = "git+file://@/b?dir=s"; flake = false; }; };
				outputs = { self, b, c, d, e }: {
					${everything}
					y = b.x + d.x;
					names_ = { b = builtins.attrNames b; c = builtins.attrNames c; };
					c = c.outPath; e = e.outPath; text = builtins.readFile (c + "/t");
					b = { inherit (b.sourceInfo) rev lastModifiedDate narHash outPath; inputs = builtins.attrNames b.inputs; };
					same = b.inputs.d == d;
					lazy = builtins.attrNames { inherit b c d e; };
				};
			}`,
			"b/flake.nix": `{ inputs.d.url = "path:@/d"; outputs = { self, d }: { x = d.x * 6; }; }`,
			"b/s/t": "",
			"c/t": "the text",
			"d/flake.nix": leaf,
		},
		repositories: ["b"],
		flake: "path:@/a",
		outputs: ["y", "names_", "c", "e", "text", "b", "same", "lazy", "names", "info"],
	},
	"relative inputs": {
		files: {
			"r/flake.nix": `{ inputs.sub0.url = ./sub0; inputs.f = { url = ./t; flake = false; }; outputs = { self, sub0, f }: { ${everything} y = sub0.x * 2; where = { sub = sub0.outPath; file = "\${f}"; info = f.sourceInfo.outPath; }; }; }`,
			"r/t": "t",
			"r/sub0/flake.nix": leaf,
			"r/sub1/flake.nix": `{ inputs.root.url = "../"; outputs = { self, root }: { y = root.y; where = root.where // { root = root.outPath; self = self.outPath; }; }; }`,
		},
		repositories: ["r"],
		flake: "@/r/sub1",
		outputs: ["y", "where"],
	},
	"circular inputs": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; inputs.b.inputs.a.follows = ""; outputs = { self, b }: { foo = 123 + b.bar; xyzzy = 1000; }; }`,
			"b/flake.nix": `{ inputs.a.url = "path:@/a"; outputs = { self, a }: { bar = 456 + a.xyzzy; }; }`,
		},
		flake: "path:@/a",
		outputs: ["foo"],
	},
};

describe.each(Object.entries(scenarios))("%s", (_, scenario) => {
	const at = (text: string): string => text.replaceAll("@/", `${scratch.path()}/`);
	test.each([false, true])("evaluates as in the reference (with a lock file: %s)", (withLock) => {
		scratch.make(scenario.files, scenario.repositories);
		if (scenario.changed !== undefined) scratch.change(scenario.changed);
		if (withLock) scratch.nix("flake", "lock", at(scenario.flake));
		const ref = at(scenario.flake);
		const expected = scenario.outputs.map((name) => {
			const one = scratch.nix("eval", "--json", "--no-write-lock-file", `${ref}#${name}`);
			return one.status === 0 ? JSON.parse(fromBytes(one.stdout)) : one.stderr;
		});
		const world = testWorld({ env: scratch.env });
		const st = world.evaluator;
		const locked = lockFlakeSync(world, parseFlakeRef(ref, { baseDir: scratch.dir, fs: nodeFs }), { write: false });
		const flake = forceAttrs(st, callFlake(st, locked, world), 0, "");
		const outputs = force(getAttr(flake, st.symbols.create("outputs")) as never, 0) as AttrsValue;
		const ours = scenario.outputs.map((name) => {
			const value = getAttr(outputs, st.symbols.create(name));
			if (value === undefined) throw new Error(name);
			return JSON.parse(fromBytes(printValueAsJSON(st, value, 0, new ContextGatherer(), { copyToStore: false })));
		});
		expect(ours).toEqual(expected);
	});
});

const drv = (name: string): string =>
	`derivation { name = "${name}"; system = "x"; builder = "/b"; } // { meta.description = "a ${name}"; }`;

const shown: Record<string, string> = {
	"all kinds": `{
		packages.x86_64-linux = { default = ${drv("p")}; e = ${drv("q")}; };
		packages.aarch64-darwin.default = throw "not looked at";
		packages.empty = { };
		checks.x86_64-linux.c = ${drv("c")};
		devShells.x86_64-linux.default = derivation { name = "s"; system = "x"; builder = "/b"; };
		devShell.x86_64-linux = ${drv("shell")};
		defaultPackage.x86_64-linux = ${drv("dp")};
		formatter.x86_64-linux = ${drv("f")};
		apps.x86_64-linux = { a = { type = "app"; program = "/x"; }; b = { type = "app"; meta.description = "B"; }; };
		defaultApp.x86_64-linux = { type = "app"; };
		hydraJobs = { a.b = ${drv("j")}; c = { }; };
		legacyPackages.x86_64-linux = { x = ${drv("l")}; y = throw "hidden"; };
		legacyPackages.aarch64-linux = throw "hidden";
		overlay = a: b: { }; overlays.default = a: b: { };
		nixosModule = { }; nixosModules = { a = { }; }; nixosConfigurations = { };
		templates.t = { path = ./.; description = "T"; }; defaultTemplate = { description = "D"; };
		lib.x = throw "not looked at"; something = 1; overlays2 = { };
	}`,
	"not what it should be": `{ packages.x86_64-linux.x = 1; apps.x86_64-linux = { }; }`,
	"an error": `{ packages.x86_64-linux = { a = ${drv("a")}; b = throw "no"; }; }`,
	"not an app": `{ apps.x86_64-linux.x = { type = "nap"; }; }`,
	"no set": `{ packages = 1; }`,
	nothing: "{ }",
};

describe.each(Object.entries(shown))("showing: %s", (_, outputs) => {
	test.each<[string[]]>([[[]], [["--legacy"]], [["--legacy", "--all-systems"]]])("with %s", (flags) => {
		scratch.make({ "a/flake.nix": `{ outputs = { self }: ${outputs}; }` });
		const flake = `path:${scratch.path("a")}`;
		const json = scratch.nix("flake", "show", "--json", flake, ...flags);
		const text = scratch.nix("flake", "show", flake, ...flags);
		const world = testWorld({ env: scratch.env });
		const st = world.evaluator;
		const locked = lockFlakeSync(world, parseFlakeRef(flake));
		const value = callFlake(st, locked, world);
		const options = {
			system: "x86_64-linux",
			legacy: flags.includes("--legacy"),
			allSystems: flags.includes("--all-systems"),
			warn: world.warn,
		};
		let ours: string;
		try {
			ours = `${printJson(showJson(outputsCursor(st, value), options))}\n`;
		} catch (error) {
			ours = `error: ${(error as Error).message}`;
		}
		const lastError = (stderr: string): string =>
			fromBytes(stderr)
				.replace(/^[^]*error: /, "error: ")
				.split("\n")[0];
		expect(ours).toBe(json.status === 0 ? fromBytes(json.stdout) : lastError(json.stderr));
		expect(world.warnings.map((line) => `warning: ${line}`)).toEqual(
			json.stderr.split("\n").filter((line) => line.startsWith("warning: ")),
		);
		const lines: string[] = [];
		let failed = false;
		try {
			const title = flakeRefToString(locked.flake.lockedRef);
			showText(outputsCursor(st, value), { ...options, title, print: (line) => lines.push(line) });
		} catch {
			failed = true;
		}
		expect(lines.map((line) => `${fromBytes(line)}\n`).join("")).toBe(fromBytes(plain(text.stdout)));
		expect(failed).toBe(text.status !== 0);
	});
});
