import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	decodeQuery,
	fixGitURL,
	type ParsedURL,
	parseURL,
	percentDecode,
	percentEncode,
	urlPathToPath,
	urlToString,
} from "./url";

const rewrite = (url: string) => urlToString(parseURL(url));
const messageOf = (run: () => unknown): string => {
	try {
		run();
	} catch (error) {
		return (error as Error).message;
	}
	return "no error";
};

describe("parseURL", () => {
	test("takes a URL apart", () => {
		expect(parseURL("git+ssh://me:pw@host.org:22/a%20b//c?x=1&y=a+b#frag%23")).toEqual({
			scheme: "git+ssh",
			authority: { hostType: "name", host: "host.org", user: "me", password: "pw", port: 22 },
			path: ["", "a b", "", "c"],
			query: new Map([
				["x", "1"],
				["y", "a+b"],
			]),
			fragment: "frag#",
		});
	});

	test.each([
		["http://x.org/a?q=[]", "http://x.org/a?q=%5B%5D"],
		["http://x.org/a#b#c", "http://x.org/a#b%23c"],
		["http://x.org:0080/", "http://x.org:80/"],
		["http://x.org:/", "http://x.org/"],
		["http://X%41.org/%41%2f%20~!$'()*+,;=:@", "http://XA.org/A%2F%20~%21%24%27%28%29%2A%2B%2C%3B%3D:@"],
		["http://x/?a=%2f%26=&c==", "http://x/?a=/%26%3D&c=%3D"],
		["http://x/a?b=c&b=d&a=1", "http://x/a?a=1&b=c"],
		["http://u%40:p%3a@h:80/x", "http://u%40:p%3A@h:80/x"],
		["http://u:@h/", "http://u:@h/"],
		["http://[::1]:8080/x", "http://[::1]:8080/x"],
		["http://[fe80::1%25en0]/", "http://[fe80::1%25en0]/"],
		["http://[v1.a]/x", "http://[v1.a]/x"],
		["http://256.1.1.1/x", "http://256.1.1.1/x"],
		["file:", "file:/"],
		["file:///a//b/", "file:///a//b/"],
		["path:./a", "path:./a"],
	])("writes %s as %s", (url, written) => expect(rewrite(url)).toBe(written));

	test.each([
		["http://a b/x", "'http://a b/x' is not a valid URL: leftover"],
		["http://x/a[b", "'http://x/a[b' is not a valid URL: leftover"],
		["http://x/?a=%zz", "'http://x/?a=%zz' is not a valid URL: leftover"],
		["http://x/%4", "'http://x/%4' is not a valid URL: mismatch"],
		["http://x/#%zz", "'http://x/#%zz' is not a valid URL: mismatch"],
		["http://[::1", "'http://[::1' is not a valid URL: mismatch"],
		["1http://x", "'1http://x' is not a valid URL: mismatch"],
		[":", "':' is not a valid URL: leftover"],
		["foo/bar", "'foo/bar' doesn't have a scheme"],
		["", "'' doesn't have a scheme"],
		["http://x.org:65536/", "port '65536' is invalid"],
		["git+file://a/b", "file:// URL 'git+file://a/b' has unexpected authority 'a'"],
	])("refuses %s", (url, message) => expect(messageOf(() => parseURL(url))).toBe(message));

	test("is lenient where flake references are", () => {
		const url = parseURL('http://x/y?a "= 1"#b^c"d e', { lenient: true });
		expect([...url.query]).toEqual([['a "', ' 1"']]);
		expect(url.fragment).toBe('b^c"d e');
	});

	test("tells of parameters without a value", () => {
		const warnings: string[] = [];
		expect(parseURL("http://x/y?a&b=1", { warn: (message) => warnings.push(message) }).query.size).toBe(1);
		expect(warnings).toEqual(["dubious URI query 'a' is missing equal sign '=', ignoring"]);
	});

	test.each(["b=%zz", "b=%", "a={", "^", "b=%2&c=1"])("refuses the query %s", (query) =>
		expect(messageOf(() => decodeQuery(query))).toBe(`invalid URI query '${query}': leftover`),
	);

	test("reads back what urlToString writes", () => {
		const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
		const url = fc.record<ParsedURL>({
			scheme: fc.constantFrom("http", "git+ssh", "x-y.z"),
			authority: fc.record({ hostType: fc.constant("name" as const), host: bytes, user: bytes, password: bytes }),
			path: fc.array(bytes).map((segments) => ["", ...segments]),
			query: fc.array(fc.tuple(bytes, bytes)).map((pairs) => new Map(pairs)),
			fragment: bytes,
		});
		fc.assert(
			fc.property(url, (original) => {
				const read = parseURL(urlToString(original));
				expect(urlToString(read)).toBe(urlToString(original));
				expect(read.path).toEqual(original.path);
				expect(read.fragment).toBe(original.fragment);
				expect(new Map(read.query)).toEqual(original.query);
			}),
		);
	});
});

test("percent-encoding is undone by decoding", () => {
	fc.assert(fc.property(fc.string({ unit: "binary-ascii" }), (text) => percentDecode(percentEncode(text)) === text));
	expect(messageOf(() => percentDecode("a%z"))).toContain("invalid URI parameter 'a%z'");
});

describe("fixGitURL", () => {
	test.each([
		["git@github.com:owner/repo.git", "ssh://git@github.com/owner/repo.git"],
		["user@[2001:db8:1::2]:/home/file", "ssh://user@[2001:db8:1::2]//home/file"],
		["/home/me/repo", "file:///home/me/repo"],
		["relative/repo", "file:relative/repo"],
		["git+ssh://user@domain:1234/path", "ssh://user@domain:1234/path"],
		["file:/var/x", "file:/var/x"],
	])("%s is %s", (url, fixed) => expect(urlToString(fixGitURL(url))).toBe(fixed));

	test("a host without a user is refused", () => {
		expect(messageOf(() => fixGitURL("github.com:owner/repo"))).toBe(
			"SCP-like URL 'github.com:owner/repo' is not supported; use SSH URL syntax instead (ssh://...)",
		);
	});
});

test("a path in a URL names files", () => {
	expect(urlPathToPath(["", "a", "", "b"])).toBe("/a/b");
	expect(urlPathToPath(["a", ".."])).toBe("a/..");
	expect(messageOf(() => urlPathToPath(["", "a/b"]))).toBe(
		"URL path component 'a/b' contains '/', which is not allowed in file names",
	);
});
