import type { LogEntry } from "@tsnix/eval";
import { expect, test } from "vitest";
import { testWorld } from "../flake/testing/world";
import { Thunk } from "./evaluation";
import { checkFlakeValue, type PlainCheckOptions, type PlainFlakeCheck } from "./flake-check";

/** Checks a flake that has these outputs; gives what was found, and what was said. */
const check = (
	outputs: string,
	options: Partial<PlainCheckOptions> = {},
): { readonly found: PlainFlakeCheck; readonly said: readonly LogEntry[] } => {
	const { evaluator: st } = testWorld({ evaluation: { readOnly: true } });
	const drv = `name: derivation { inherit name; system = "x86_64-linux"; builder = "/bin/sh"; }`;
	const text = `let drv = ${drv}; in { outputs = ${outputs}; }`;
	const { code } = st.compile(text, { origin: { kind: "string" }, basePath: "/" });
	const said: LogEntry[] = [];
	const found = checkFlakeValue(
		st,
		new Thunk(code, undefined),
		{
			system: "x86_64-linux",
			allSystems: false,
			keepGoing: false,
			keepImportFromDerivation: false,
			showTrace: false,
			...options,
		},
		(entry) => void said.push(entry),
	);
	return { found, said };
};

const a = "/nix/store/7g5giqf764p3y3zv7a8rqsy9sqqq5kw4-a.drv";

test("what is done is told, and what is to be built is given", () => {
	const { found, said } = check(`{ checks.x86_64-linux.a = drv "a"; checks.aarch64-linux = 1; foo = 1; }`);
	expect(found).toEqual({
		toBuild: [{ drvPath: a, attributes: ["checks.x86_64-linux.a"] }],
		failed: false,
		omitted: "The check omitted these incompatible systems: aarch64-linux\nUse '--all-systems' to check all.",
	});
	expect(said).toEqual([
		{ kind: "info", text: "evaluating flake..." },
		{ kind: "info", text: "checking flake output 'checks'..." },
		{ kind: "info", text: "checking derivation checks.x86_64-linux.a..." },
		{ kind: "info", text: `derivation evaluated to ${a}` },
		{ kind: "info", text: "checking flake output 'foo'..." },
		{ kind: "warning", text: "unknown flake output 'foo'" },
	]);
});

test("errors are told in their turn where the check goes on, else thrown", () => {
	const outputs = "{ packages.x86_64 = 1; lib = { }; }";
	const { found, said } = check(outputs, { keepGoing: true });
	expect(found.failed).toBe(true);
	expect(said.map(({ text }) => text.replace(/\x1b\[[0-9;]*m/g, "").split(" at ")[0])).toEqual([
		"evaluating flake...",
		"checking flake output 'packages'...",
		"error: 'x86_64' is not a valid system type,",
		"checking flake output 'lib'...",
	]);
	expect(() => check(outputs)).toThrow("'x86_64' is not a valid system type");
});
