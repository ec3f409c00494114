import { fromBytes, toBytes } from "@tsnix/store";
import { expect, test } from "vitest";
import { stripIndentation } from "./doc-comment";
import { renderMarkdown } from "./markdown";

const shown = (markdown: string): string => fromBytes(renderMarkdown(toBytes(markdown)));

test("Markdown is laid out as the reference lays it out where there is no terminal", () => {
	expect(shown("# Title\n\n*a* **b** `c`\n\n## Sub\n\n- one\n- two\n\n```nix\nx\n```\n\nhard\\\nbreak")).toBe(
		"Title\n\na b c\n\n## Sub\n\n  · one \n  · two \n\n  │ x\n\nhard\nbreak\n",
	);
	expect(shown(`${"word ".repeat(13)}`)).toBe(`${"word ".repeat(12).trim()}\nword\n`);
});

test("images, tables and rules", () => {
	expect(
		shown("a ![img](http://x.org/i.png)\n\n![pic](p.png)\n\n***\n\n| a | b |\n|---|:-:|\n| 1 | long cell |\n\nx"),
	).toBe(
		`a [🖻 img http://x.org/i.png]\n\n[🖻 pic]\n\n${"─".repeat(20)}\n\na │ b        \n──┼───────────\n1 │ long cell\n\nx\n`,
	);
});

test("the indentation that all lines share is left out", () => {
	expect(stripIndentation("   a\n     b\n\n   c")).toBe("a\n  b\n\nc\n");
});
