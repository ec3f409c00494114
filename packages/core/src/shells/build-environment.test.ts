import { printJson } from "@tsnix/store";
import { describe, expect, test } from "vitest";
import { buildEnvironmentJson, outputPlaces, parseBuildEnvironment } from "./build-environment";
import { environmentRecorder } from "./environment-recorder";
import { environmentScript } from "./environment-script";
import { nixShellRc } from "./nix-shell-rc";

const text = printJson({
	bashFunctions: { fun: " \n    echo hi\n" },
	variables: {
		PATH: { type: "exported", value: "/bin" },
		V: { type: "var", value: "it's" },
		HOME: { type: "exported", value: "/homeless-shelter" },
		list: { type: "array", value: ["a", "b c"] },
		outputs: { type: "exported", value: "out dev" },
		out: { type: "exported", value: "/nix/store/x-env" },
		dev: { type: "exported", value: "/nix/store/x-env-dev" },
		table: { type: "associative", value: { k: "v w", "10": "x", "2": "y" } },
		PPID: { type: "unknown" },
	},
});

describe("a build's environment", () => {
	const environment = parseBuildEnvironment(text);

	test("is code for bash, that leaves some of the user's variables alone", () => {
		expect(environmentScript(environment)).toBe(`unset shellHook
PATH=\${PATH:-}
nix_saved_PATH="$PATH"
XDG_DATA_DIRS=\${XDG_DATA_DIRS:-}
nix_saved_XDG_DATA_DIRS="$XDG_DATA_DIRS"
PATH='/bin'
export PATH
V='it'\\''s'
dev='/nix/store/x-env-dev'
export dev
declare -a list=('a' 'b c' )
out='/nix/store/x-env'
export out
outputs='out dev'
export outputs
declare -A table=(['10']='x' ['2']='y' ['k']='v w' )
fun ()
{
 
    echo hi
}
PATH="$PATH\${nix_saved_PATH:+:$nix_saved_PATH}"
XDG_DATA_DIRS="$XDG_DATA_DIRS\${nix_saved_XDG_DATA_DIRS:+:$nix_saved_XDG_DATA_DIRS}"
export NIX_BUILD_TOP="$(mktemp -d -t nix-shell.XXXXXX)"
export TMP="$NIX_BUILD_TOP"
export TMPDIR="$NIX_BUILD_TOP"
export TEMP="$NIX_BUILD_TOP"
export TEMPDIR="$NIX_BUILD_TOP"
eval "\${shellHook:-}"
`);
	});

	test("is JSON, without what it could not say", () => {
		const json = JSON.parse(printJson(buildEnvironmentJson(environment)));
		const { PPID: _, ...known } = JSON.parse(text).variables;
		expect(json).toEqual({ bashFunctions: JSON.parse(text).bashFunctions, variables: known });
	});

	test("knows its outputs", () => {
		expect([...outputPlaces(environment)]).toEqual([
			["out", "/nix/store/x-env"],
			["dev", "/nix/store/x-env-dev"],
		]);
		expect(() => outputPlaces(parseBuildEnvironment('{"variables":{},"bashFunctions":{}}'))).toThrow("'outputs'");
	});

	test.each(["{}", '{"variables":[],"bashFunctions":{}}', '{"variables":{"a":3},"bashFunctions":{}}'])(
		"%s is none",
		(other) => {
			expect(() => parseBuildEnvironment(other)).toThrow("the environment of a build is not what it should be");
		},
	);
});

test("the recorder takes the values of plain variables on the line that is LINENO's", () => {
	expect(environmentRecorder.split("\n")[78]).toContain("__nix_string");
	expect(environmentRecorder).not.toContain("\\$");
});

test("what nix-shell is told to run is in the third line of its script", () => {
	const rc = nixShellRc({
		temporaryFolder: "/tmp/it's",
		pure: true,
		structuredAttrs: "",
		shell: "/bin/bash",
		root: false,
		timeZone: "UTC",
		command: "echo $0\nexit",
	});
	const lines = rc.split("\n");
	expect(lines[0]).toContain("command rm -rf '/tmp/it'\\''s'");
	expect(lines[2]).toMatch(/PATH='\/bin':"\$PATH".*export TZ='UTC'.*; echo \$0$/);
	expect(rc).not.toContain("bashrc");
});
