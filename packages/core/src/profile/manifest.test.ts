import { describe, expect, it } from "vitest";
import { elementIdentifier, elementName, elementVersions, manifestJson, parseManifest, withElement } from "./manifest";
import { profileChanges } from "./profile-changes";
import { urlName } from "./url-name";

const path = (name: string): string => `/nix/store/${"0".repeat(32)}-${name}`;
const options = { name: "/profile/manifest.json", storeDir: "/nix/store" };
const read = (json: object) => parseManifest(JSON.stringify(json), options);
const hello = {
	active: true,
	attrPath: "packages.x86_64-linux.hello",
	originalUrl: "flake:nixpkgs",
	outputs: null,
	priority: 6,
	storePaths: [path("hello-2.12"), path("hello-2.12-man")],
	url: "github:NixOS/nixpkgs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
};

describe("a profile's manifest", () => {
	it("of version 3 is read and written again as it was", () => {
		const json = { elements: { mine: hello, other: { active: false, priority: 5, storePaths: [] } }, version: 3 };
		expect(manifestJson(read(json), "/nix/store")).toEqual(json);
	});

	it("of version 2 has no names: packages get them from where they came", () => {
		const elements = read({ version: 2, elements: [hello, hello, { active: true, storePaths: [path("foo-1.0")] }] });
		expect([...elements.keys()]).toEqual(["foo", "hello", "hello-1"]);
		expect(elements.get("foo")?.priority).toBe(5);
	});

	it("of version 1 calls URLs otherwise", () => {
		const { url, originalUrl, ...rest } = hello;
		const [element] = read({ version: 1, elements: [{ ...rest, uri: url, originalUri: originalUrl }] }).values();
		expect(elementIdentifier(element)).toBe("flake:nixpkgs#packages.x86_64-linux.hello");
	});

	it("of another version, or of another shape, is refused", () => {
		expect(() => read({ version: 4 })).toThrow('profile manifest "/profile/manifest.json" has unsupported version 4');
		expect(() => read({ version: 3, elements: { a: { storePaths: 1 } } })).toThrow(/^unexpected number at/);
	});
});

describe("a package of a profile", () => {
	const [element] = read({ version: 3, elements: { x: { ...hello, outputs: ["dev", "out"] } } }).values();
	const [plain] = read({ version: 3, elements: { x: { ...hello, url: "" } } }).values();

	it("is told by its source, or by its names", () => {
		expect(elementIdentifier(element)).toBe("flake:nixpkgs#packages.x86_64-linux.hello^dev,out");
		expect(elementIdentifier(plain)).toBe("hello");
		expect([elementName(element), elementName(plain)]).toEqual(["hello", "hello"]);
		expect(elementVersions(element)).toBe("2.12, 2.12-man");
	});

	it("gets a number where its name is taken", () => {
		const once = withElement(new Map(), "a", plain);
		expect([...withElement(withElement(once, "a", plain), "a", plain).keys()]).toEqual(["a", "a-1", "a-2"]);
	});

	it("is one of the changes where its versions differ", () => {
		const later = { ...element, storePaths: [] };
		const none = "\xe2\x88\x85";
		expect(profileChanges(new Map(), new Map([["a", plain]]))).toEqual([`hello: ${none} -> 2.12, 2.12-man`]);
		expect(profileChanges(new Map([["a", plain]]), new Map())).toEqual([`hello: 2.12, 2.12-man -> ${none}`]);
		expect(profileChanges(new Map([["a", plain]]), new Map([["a", later]]))[0]).toMatch(/^hello: 2\.12, 2\.12-man -> /);
		expect(profileChanges(new Map([["a", plain]]), new Map([["a", plain]]))).toEqual(["No changes."]);
	});
});

describe("the name that a flake reference tells", () => {
	it.each([
		["github:NixOS/nixpkgs#legacyPackages.x86_64-linux.hello", "hello"],
		["github:NixOS/nixpkgs#legacyPackages.x86_64-linux.hello^*", "hello"],
		["github:edolstra/dwarffs#packages.x86_64-linux.default", "dwarffs"],
		["github:edolstra/dwarffs/1.0?dir=sub#packages.x86_64-linux.default", "sub"],
		["path:/home/me/project#packages.x86_64-linux.default", "project"],
		["path:/home/me/project#defaultPackage.x86_64-linux", "project"],
		["git+https://example.org/a/tool?ref=main#packages.x86_64-linux.default", "tool"],
		["path:/a/b.c#packages.x86_64-linux.default", undefined],
	])("%s is %s", (url, name) => expect(urlName(url)).toBe(name));
});
