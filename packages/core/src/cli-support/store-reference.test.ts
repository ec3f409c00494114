import { describe, expect, it } from "vitest";
import { parseStoreReference, renderStoreReference } from "./store-reference";

const again = (text: string): string => renderStoreReference(parseStoreReference(text, "/work"));

describe("store references", () => {
	it.each(["auto", "daemon", "local", "auto?root=/a", "unix:///run/nix.sock?max-connections=7", "ssh://me@host:22"])(
		"reads and prints %s",
		(text) => expect(again(text)).toBe(text),
	);

	it.each([
		["", "auto"],
		["daemon?trusted=true", "unix://?trusted=true"],
		["local?root=/a b", "local://?root=/a%20b"],
		["./store", "local:///work/store"],
		["/a/../b", "local:///b"],
		["ssh://::1", "ssh://[::1]"],
		["ssh://me@fe80::1%eth0?a=b", "ssh://me@[fe80::1%25eth0]?a=b"],
		["ssh://[fe80::1%eth0]", "ssh://[fe80::1%25eth0]"],
		["https://cache.example.org/x", "https://cache.example.org/x"],
		["memory:", "memory://"],
	])("knows %s as %s", (text, canonical) => expect(again(text)).toBe(canonical));

	it("refuses what is none", () => {
		expect(() => again("nonsense")).toThrow("Cannot parse Nix store 'nonsense'");
	});
});
