import { expect, it } from "vitest";
import { editFlakeInputs } from "./edit";

const flake = `# A flake. é
{
  description = "x";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs"; # the big one
    # and this
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }: let a = 1; in { inherit a; };
}
`;

it("points an input elsewhere", () => {
	const edited = editFlakeInputs(flake, [{ set: ["nixpkgs"], url: "path:/x" }]);
	expect(edited).toBe(flake.replace("github:NixOS/nixpkgs", "path:/x"));
});

it("adds an input after the others, and one that is no flake", () => {
	const edited = editFlakeInputs(flake, [{ set: ["new"], url: "path:/x", flake: false }]);
	expect(edited).toBe(
		flake.replace("    };\n  };\n", '    };\n    new.url = "path:/x";\n    new.flake = false;\n  };\n'),
	);
});

it("adds what an input's input follows, where the input is written", () => {
	const edited = editFlakeInputs(flake, [
		{ set: ["home-manager", "utils"], follows: "nixpkgs/utils" },
		{ set: ["nixpkgs", "lib"], follows: "" },
	]);
	expect(edited).toBe(
		flake
			.replace('= "nixpkgs";', '= "nixpkgs";\n      inputs.utils.follows = "nixpkgs/utils";')
			.replace("# the big one", '# the big one\n    nixpkgs.inputs.lib.follows = "";'),
	);
});

it("removes an input with its lines, but no comment", () => {
	const edited = editFlakeInputs(flake, [{ remove: ["home-manager"] }]);
	expect(edited).toBe(flake.replace(/ {4}home-manager = [^]*?\n {4}\};\n/, ""));
	expect(editFlakeInputs(flake, [{ remove: ["nixpkgs"] }])).toBe(
		flake.replace('nixpkgs.url = "github:NixOS/nixpkgs";', ""),
	);
	expect(editFlakeInputs(flake, [{ remove: ["home-manager", "nixpkgs"] }])).toBe(
		flake.replace('      inputs.nixpkgs.follows = "nixpkgs";\n', ""),
	);
});

it("changes the way in which an input is given", () => {
	const source = '{ inputs.a = { type = "github"; owner = "o"; repo = "r"; flake = false; }; outputs = _: { }; }';
	const byUrl = '{ inputs.a = { flake = false; url = "path:/x"; }; outputs = _: { }; }';
	expect(editFlakeInputs(source, [{ set: ["a"], url: "path:/x" }])).toBe(byUrl);
	expect(editFlakeInputs(byUrl, [{ set: ["a"], follows: "b/c" }])).toBe(
		'{ inputs.a = { flake = false; follows = "b/c"; }; outputs = _: { }; }',
	);
});

it("starts the inputs of a flake that has none", () => {
	const change = [{ set: ["a b"], url: "path:/x" }];
	expect(editFlakeInputs("{\n  outputs = _: { };\n}\n", change)).toBe(
		'{\n  inputs."a b".url = "path:/x";\n  outputs = _: { };\n}\n',
	);
	expect(editFlakeInputs('{\r\n  description = "";\r\n  outputs = 1;\r\n}', change)).toBe(
		'{\r\n  description = "";\r\n  inputs."a b".url = "path:/x";\r\n  outputs = 1;\r\n}',
	);
	expect(editFlakeInputs("{ inputs = { }; }", change)).toBe('{ inputs = { "a b".url = "path:/x"; }; }');
	expect(editFlakeInputs("{ inputs = {}; }", change)).toBe('{ inputs = { "a b".url = "path:/x"; }; }');
	expect(editFlakeInputs("{\n  inputs = {\n  };\n}", change)).toBe(
		'{\n  inputs = {\n    "a b".url = "path:/x";\n  };\n}',
	);
});

it("refuses what is not written as sets", () => {
	expect(() => editFlakeInputs("{ inputs = import ./x; }", [{ set: ["a"], url: "b" }])).toThrow(
		"'inputs' is not written as an attribute set",
	);
	expect(() => editFlakeInputs("a: { }", [{ set: ["a"], url: "b" }])).toThrow("must be an attribute set");
	expect(() => editFlakeInputs("{ ", [])).not.toThrow();
	expect(() => editFlakeInputs("{ ", [{ remove: ["a"] }])).toThrow("syntax error");
});
