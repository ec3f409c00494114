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

it("takes recursive sets as they are written", () => {
	const source = '{ inputs = rec { a.url = "path:/a"; b = rec /* c */ { url = "path:/b"; }; }; outputs = _: { }; }';
	expect(editFlakeInputs(source, [{ set: ["a"], url: "path:/x" }])).toBe(source.replace("path:/a", "path:/x"));
	expect(editFlakeInputs(source, [{ set: ["b", "a"], follows: "a" }])).toBe(
		source.replace('"path:/b";', '"path:/b"; inputs.a.follows = "a";'),
	);
	expect(editFlakeInputs(source, [{ remove: ["a"] }])).toBe(source.replace(' a.url = "path:/a";', ""));
});

it("keeps every comment, wherever it stands", () => {
	const source =
		'/*0*/{/*1*/inputs/*2*/./*3*/a/*4*/=/*5*/{/*6*/url/*7*/=/*8*/"path:/a"/*9*/;}/*10*/;/*11*/outputs = _: { }; }';
	expect(editFlakeInputs(source, [{ set: ["a"], url: "path:/x" }])).toBe(source.replace("path:/a", "path:/x"));
	expect(editFlakeInputs(source, [{ set: ["a", "b"], follows: "" }])).toBe(
		source.replace("/*9*/;", '/*9*/; inputs.b.follows = "";'),
	);
});

it("keeps comments within what is replaced", () => {
	const source = `{
  inputs.a = {
    type = /* which */ "github"; # forge
    owner # whose
      = "o#x"; /* not in "a string" */
    repo = "r/*";
  };
  outputs = _: { };
}`;
	expect(editFlakeInputs(source, [{ set: ["a"], url: "path:/x" }])).toBe(`{
  inputs.a = {
    /* which */ # forge
    # whose
     /* not in "a string" */
    url = "path:/x";
  };
  outputs = _: { };
}`);
	const follows = '{ inputs.a.url /* where */ = "path:/a"; outputs = _: { }; }';
	expect(editFlakeInputs(follows, [{ set: ["a"], follows: "b" }])).toBe(
		'{ /* where */ inputs.a.follows = "b"; outputs = _: { }; }',
	);
});

it("finds an input's inputs in whichever way the path is split", () => {
	const follows = 'follows = "b";';
	for (const written of [
		`inputs.a.inputs.b.${follows} inputs.a.url = "path:/a";`,
		`inputs.a = { inputs.b.${follows} url = "path:/a"; };`,
		`inputs = { a = { inputs = { b = { ${follows} }; }; }; a.url = "path:/a"; };`,
		`inputs.a.inputs = { b.${follows} }; inputs = { a.url = "path:/a"; };`,
		`"inputs"."a" = { "inputs"."b" = { ${follows} }; "url" = "path:/a"; };`,
	]) {
		const source = `{ ${written} outputs = _: { }; }`;
		expect(editFlakeInputs(source, [{ set: ["a", "b"], follows: "c/d" }])).toBe(source.replace('"b";', '"c/d";'));
		expect(editFlakeInputs(source, [{ set: ["a"], url: "path:/x" }])).toBe(source.replace("path:/a", "path:/x"));
	}
});

it("keeps line ends, tabs and a missing end of line", () => {
	const source = '{\r\n\tinputs = {\r\n\t\ta.url = "path:/a"; # a\r\n\t};\r\n\toutputs = _: { };\r\n}';
	expect(editFlakeInputs(source, [{ set: ["b"], url: "path:/b" }])).toBe(
		source.replace("# a\r\n", '# a\r\n\t\tb.url = "path:/b";\r\n'),
	);
});

it("refuses what is inherited, computed or not a set, also to remove it", () => {
	const outputs = "outputs = _: { };";
	const inheriting = `{ inputs.a = { inherit (import ./x.nix) url; }; ${outputs} }`;
	expect(() => editFlakeInputs(inheriting, [{ set: ["a"], url: "path:/x" }])).toThrow("'inputs.a.url' is not written");
	expect(editFlakeInputs(inheriting, [{ remove: ["a"] }])).toBe(`{ ${outputs} }`);
	for (const [source, place] of [
		[`{ inputs = { inherit (import ./x.nix) a; }; ${outputs} }`, "inputs.a"],
		[`{ inherit (import ./x.nix) inputs; ${outputs} }`, "inputs"],
		[`{ inputs."\${"a"}".url = "path:/a"; ${outputs} }`, "inputs"],
		[`{ inputs = let u = "path:/a"; in { a.url = u; }; ${outputs} }`, "inputs"],
		[`{ inputs = ({ a.url = "path:/a"; }); ${outputs} }`, "inputs"],
	])
		for (const change of [{ set: ["a"], url: "path:/x" }, { set: ["a"], follows: "b" }, { remove: ["a"] }])
			expect(() => editFlakeInputs(source, [change])).toThrow(`'${place}' is not written as an attribute set`);
});
