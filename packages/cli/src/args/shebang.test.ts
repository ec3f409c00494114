import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { scriptWords, shebangWords } from "./shebang";

describe("the words of a script's lines for nix", () => {
	test.each([
		["shell  nixpkgs#hello\n--command bash\n", ["shell", "nixpkgs#hello", "--command", "bash"]],
		["--expr ``{ a = 1; }``", ["--expr", "{ a = 1; }"]],
		['--expr ``"a`" ``', ["--expr", '"a`"']],
		["--expr ``" + "a```b````c``", ["--expr", "a``b```c"]],
		// What stands before the backticks is lost, as it is in the reference.
		["ab``c``d", ["c", "d"]],
		["", []],
	])("%j are %j", (text, words) => {
		expect(shebangWords(text)).toEqual(words);
	});

	test.each([
		["*", "unsupported unquoted character in nix shebang: *. Use double backticks to escape?"],
		["#x", "unquoted nix shebang argument cannot start with #. Use double backticks to escape?"],
		["`a`", "single backtick is not a supported syntax in the nix shebang."],
		["``a", "unterminated quoted string in nix shebang"],
	])("%j are none", (text, message) => {
		expect(() => shebangWords(text)).toThrow(message);
	});

	test("hold any text within double backticks that has none of its own, and does not end in a blank", () => {
		const inner = fc.string().filter((text) => !text.includes("`") && !text.endsWith(" "));
		const holds = (text: string): void => {
			expect(shebangWords(`a \`\`${text}\`\` b`)).toEqual(["a", text, "b"]);
		};
		fc.assert(fc.property(inner, holds));
	});
});

describe("a script", () => {
	const folder = mkdtempSync(join(tmpdir(), "tsnix-shebang-"));
	afterAll(() => rmSync(folder, { recursive: true }));
	const words = (text: string): string[] | undefined => {
		writeFileSync(join(folder, "script"), text);
		return scriptWords(join(folder, "script"));
	};

	test("has its words in comments of many languages, up to the first line that is none", () => {
		expect(words("#! /usr/bin/env nix\n#! nix eval\n// other\n(* other\n#!nix --expr ``1``\n\n#! nix no\n")).toEqual([
			"eval",
			"--expr",
			"1",
		]);
	});

	test("is one that begins with #!", () => {
		expect(words("#! nix\necho")).toEqual([]);
		expect(words("echo\n")).toBeUndefined();
		expect(scriptWords(join(folder, "nowhere"))).toBeUndefined();
		expect(scriptWords(folder)).toBeUndefined();
	});
});
