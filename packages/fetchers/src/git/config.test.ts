import { stringToBytes } from "@tsnix/store";
import { expect, test } from "vitest";
import { isTrue, parseGitConfig } from "./config";
import { parseLsRemoteLine } from "./ls-remote";
import { parseSubmodules } from "./submodules";

test("a configuration has sections, subsections, comments and quotes", () => {
	const config = parseGitConfig(
		stringToBytes(
			'[core]\n\tbare = false ; no\n\tIgnoreCase\n[Remote "Or\\"igin"] url = "a # b" # c\n\tx = 1 \\\n2\n[a]\ny = tab\\there\n',
		),
	);
	expect([...config]).toEqual([
		["core.bare", "false"],
		["core.ignorecase", "true"],
		['remote.Or"igin.url', "a # b"],
		['remote.Or"igin.x', "1 2"],
		["a.y", "tab\there"],
	]);
	expect(isTrue(config.get("core.ignorecase"))).toBe(true);
	expect(isTrue(config.get("core.bare"))).toBe(false);
});

test("submodules come in the order of their names", () => {
	const text = '[submodule "b"]\n\tpath = x/./y\n\turl = ../b\n[submodule "a"]\n\tpath = z\n\turl = u\n\tbranch = .\n';
	expect(parseSubmodules(stringToBytes(text))).toEqual([
		{ path: "z", url: "u", branch: "." },
		{ path: "x/y", url: "../b", branch: "" },
	]);
});

test("lines of git ls-remote", () => {
	expect(parseLsRemoteLine("ref: refs/heads/main\tHEAD")).toEqual({
		kind: "symbolic",
		target: "refs/heads/main",
		reference: "HEAD",
	});
	expect(parseLsRemoteLine("abc\trefs/heads/x")).toEqual({ kind: "object", target: "abc", reference: "refs/heads/x" });
	expect(parseLsRemoteLine("ref: refs/heads/main")).toEqual({ kind: "symbolic", target: "refs/heads/main" });
	expect(parseLsRemoteLine("")).toBeUndefined();
});
