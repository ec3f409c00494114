import { expect, test } from "vitest";
import { readFlakeFile } from "./flake-file";
import { parseFlakeRef } from "./ref";
import { memoryWorld } from "./testing/memory";

const read = (text: string) => {
	const world = memoryWorld({ "/f/flake.nix": text });
	const root = { id: "root", prefix: "", accessor: world.evaluator.host.root } as const;
	return readFlakeFile({ evaluator: world.evaluator, root, dir: "/f", lockRoot: ["top"] }, parseFlakeRef("path:/f"));
};

test("what a flake.nix says", () => {
	const file = read(`{
		description = "All of it";
		inputs = {
			self.submodules = true;
			nixpkgs.url = "github:NixOS/nixpkgs";
			tree = { url = ./tree; flake = false; };
			same = { follows = "nixpkgs"; };
			other = { type = "git"; url = "https://x/y"; inputs.nixpkgs.follows = "nixpkgs"; };
		};
		outputs = { self, nixpkgs, implicit, ... }: { };
		nixConfig = { bash-prompt = "x"; cores = 4; sandbox = true; substituters = [ "a" "b" ]; };
	}`);
	expect(file.description).toBe("All of it");
	expect(file.selfAttrs).toEqual({ submodules: true });
	expect([...file.inputs.keys()]).toEqual(["implicit", "nixpkgs", "other", "same", "tree"]);
	expect(file.inputs.get("implicit")?.ref?.input.attrs).toEqual({ type: "indirect", id: "implicit" });
	expect(file.inputs.get("tree")).toMatchObject({ isFlake: false, ref: { input: { attrs: { path: "tree" } } } });
	expect(file.inputs.get("same")?.follows).toEqual(["top", "nixpkgs"]);
	expect(file.inputs.get("other")?.overrides.get("nixpkgs")?.follows).toEqual(["top", "nixpkgs"]);
	expect(Object.fromEntries(file.config)).toEqual({
		"bash-prompt": "x",
		cores: 4,
		sandbox: true,
		substituters: ["a", "b"],
	});
});

test.each([
	["1", "file '/f/flake.nix' must be an attribute set"],
	["{ }", "flake 'path:/f' lacks attribute 'outputs'"],
	["{ outputs = 1; }", "expected a function but got an integer at /f/flake.nix:1:3"],
	['{ description = "a" + "b"; outputs = _: 1; }', "expected a string but got a thunk at /f/flake.nix:1:3"],
	["{ x = 1; outputs = _: 1; }", "flake 'path:/f' has an unsupported attribute 'x', at /f/flake.nix:1:3"],
	["{ inputs.x.a = 1; outputs = _: 1; }", "unexpected flake input attribute 'a', at /f/flake.nix:1:3"],
])("%s", (text, message) => {
	expect(() => read(text)).toThrow(message);
});
