import { expect, test } from "vitest";
import { isLegalRefName } from "./ref-name";

test.each([
	"A/b",
	"HEAD",
	"refs/tags/1.2.3",
	"main",
	"1337",
	"foo.baz",
	"foo./bar",
	"heads/a@b",
	"branch#",
	"$1",
	"FOO/x",
])("%s is a name", (name) => expect(isLegalRefName(name)).toBe(true));

test.each([
	"",
	"@",
	"*",
	"a/*",
	".a",
	"a/.b",
	"a..b",
	"a//b",
	"/a",
	"a/",
	"a.",
	"a.lock",
	"a.lock/b",
	"a b",
	"a~b",
	"a^b",
	"a:b",
	"a?b",
	"a[b",
	"a\\b",
	"v@{x",
	"a\x7f",
	"\x1f",
	"-x",
])("%j is not", (name) => expect(isLegalRefName(name)).toBe(false));
