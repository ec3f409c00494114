import fc from "fast-check";
import { expect, test } from "vitest";
import { resolveLiteral } from "./path-literals";

test("relative literals are resolved against the folder of their file", () => {
	expect(resolveLiteral("./x/y.nix", "/a/b")).toBe("/a/b/x/y.nix");
	expect(resolveLiteral("./x", "/")).toBe("/x");
	expect(resolveLiteral("../x/", "/a/b")).toBe("/a/x/");
	expect(resolveLiteral("./.", "/a")).toBe("/a");
	expect(resolveLiteral("./..", "/a/b")).toBe("/a");
	expect(resolveLiteral("./.x/..y", "/a")).toBe("/a/.x/..y");
});

test("whatever the segments, the result is the canonical path", () => {
	const segment = fc.constantFrom("", ".", "..", "x", ".x", "..y", "x.", "z..");
	fc.assert(
		fc.property(
			fc.array(segment, { minLength: 1, maxLength: 6 }),
			fc.constantFrom("/", "/a", "/a/b"),
			(segments, base) => {
				const literal = `./${segments.join("/")}`;
				const out: string[] = [];
				for (const part of `${base}/${literal}`.split("/"))
					if (part === "..") out.pop();
					else if (part !== "" && part !== ".") out.push(part);
				expect(resolveLiteral(literal, base)).toBe(`/${out.join("/")}${literal.endsWith("/") ? "/" : ""}`);
			},
		),
	);
});
