import { fromBytes } from "@tsnix/store";
import { expect, test } from "vitest";
import { lockFlakeSync } from "./lock";
import { flakeMetadata, metadataJson, metadataText } from "./metadata";
import { parseFlakeRef } from "./ref";
import { memoryWorld } from "./testing/memory";

test("what is known of a flake without evaluating it", () => {
	const world = memoryWorld({
		"/top/flake.nix": '{ description = "Top"; inputs = { a.url = path:/a; b.follows = "a"; }; outputs = _: { }; }',
		"/a/flake.nix": "{ outputs = _: { }; }",
	});
	const metadata = flakeMetadata(lockFlakeSync(world, parseFlakeRef("path:/top"), { write: false }));
	expect(metadata.fingerprint).toMatch(/^[0-9a-f]{64}$/);
	expect(metadataJson(metadata)).toMatchObject({
		description: "Top",
		lastModified: 1,
		locks: { nodes: { root: { inputs: { a: "a", b: ["a"] } } } },
		original: { path: "/top", type: "path" },
		originalUrl: "path:/top",
		path: metadata.path,
	});
	const lines = fromBytes(metadataText(metadata)).split("\n");
	expect(lines[0]).toBe("Resolved URL:  path:/top");
	expect(lines).toContain("Last modified: 1970-01-01 00:00:01");
	expect(lines.slice(-4)).toEqual([
		"Inputs:",
		expect.stringMatching(/^├───a: path:\/a\?lastModified=1&narHash=.* \(1970-01-01 00:00:01\)$/),
		"└───b follows input 'a'",
		"",
	]);
});
