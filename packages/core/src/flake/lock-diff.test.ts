import { fromBytes } from "@tsnix/store";
import { expect, test } from "vitest";
import { diffLocks, renderLockDiff } from "./lock-diff";
import { graphOf, type LockGraph, type LockTreeEdge } from "./lock-graph";
import { flakeRefFromAttrs } from "./ref";

const lock = (inputs: Record<string, LockTreeEdge>): LockGraph => graphOf({ inputs: new Map(Object.entries(inputs)) });
const node = (path: string, lastModified: number, inputs: Record<string, LockTreeEdge> = {}): LockTreeEdge => {
	const ref = flakeRefFromAttrs({ type: "path", path, lastModified });
	return { input: { locked: ref, original: ref, isFlake: true }, inputs: new Map(Object.entries(inputs)) };
};

test("what changed, as data and as text", () => {
	const before = lock({ a: node("/a", 0), b: node("/b", 86400), gone: { kind: "follows", path: ["a"] } });
	const now = lock({ a: node("/a", 0, { x: { kind: "follows", path: ["b"] } }), b: node("/b", 864000) });
	const changes = diffLocks(before, now);
	expect(changes.map(({ kind, path }) => `${kind} ${path.join("/")}`)).toEqual([
		"added a/x",
		"updated b",
		"removed gone",
	]);
	expect(fromBytes(renderLockDiff(changes))).toBe(`• Added input 'a/x':
    follows 'b'
• Updated input 'b':
    'path:/b?lastModified=86400' (1970-01-02)
  → 'path:/b?lastModified=864000' (1970-01-11)
• Removed input 'gone'
`);
	expect(diffLocks(now, now)).toEqual([]);
});

test("colours", () => {
	const text = renderLockDiff(diffLocks(lock({}), lock({ a: { kind: "follows", path: [] } })), { color: true });
	expect(fromBytes(text)).toBe("• \x1b[32;1mAdded input 'a':\x1b[0m\n    follows ''\n");
});
