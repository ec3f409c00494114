import fc from "fast-check";
import { expect, test } from "vitest";
import { credentialsFor, parseNetrc } from "./http-credentials";

const file = `# who I am
machine example.org login me password "a \\"b\\" c"
macdef init
machine not.one login x
	cd /

machine two.org
	login you
	account none
	password p#w
default login anonymous password guest
`;

test("a netrc file: machines over several lines, quoted words, macros, a default", () => {
	expect(parseNetrc(file)).toEqual([
		{ machine: "example.org", login: "me", password: 'a "b" c' },
		{ machine: "two.org", login: "you", password: "p#w" },
		{ machine: undefined, login: "anonymous", password: "guest" },
	]);
});

const authorization = (url: string) => {
	const header = credentialsFor(url, parseNetrc(file)).authorization;
	return header && Buffer.from(header.slice(6), "base64").toString("latin1");
};

test("the first that fits counts, and what the URL says goes first", () => {
	expect(authorization("https://example.org/x")).toBe('me:a "b" c');
	expect(authorization("https://EXAMPLE.org:8080/x")).toBe('me:a "b" c');
	expect(authorization("https://other.org/x")).toBe("anonymous:guest");
	expect(authorization("https://you@two.org/x")).toBe("you:p#w");
	expect(authorization("https://you:own@two.org/x")).toBe("you:own");
	expect(credentialsFor("https://u:p@two.org/x?y#z", []).url).toBe("https://two.org/x?y#z");
	expect(credentialsFor("https://two.org/x", [])).toEqual({ url: "https://two.org/x" });
});

test("no text does harm", () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom("machine", "login", '"', "\\", "macdef", "\n", " ", "#", "default", "x")),
			(words) => {
				expect(Array.isArray(parseNetrc(words.join("")))).toBe(true);
				expect(Array.isArray(parseNetrc(words.join(" ")))).toBe(true);
			},
		),
	);
});
