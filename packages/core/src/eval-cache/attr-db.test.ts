import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqlDatabase } from "@tsnix/store";
import { openNodeDatabase } from "@tsnix/store/node";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AttrDb, type CachedValue, openAttrDb } from "./attr-db";

const openFile = openNodeDatabase as (path: string) => SqlDatabase;
const open = (path = ":memory:"): AttrDb => openAttrDb(() => openFile(path)) as AttrDb;

/** Bytes, but for what separates in the file. */
const bytes = fc.stringMatching(/^[\x01-\x08\x0b-\x1f!-\xff]{1,8}$/);

const values: fc.Arbitrary<CachedValue> = fc.oneof(
	fc.constantFrom(...(["placeholder", "missing", "misc", "failed"] as const)).map((kind) => ({ kind })),
	fc.record({ kind: fc.constant("attrs" as const), names: fc.uniqueArray(bytes) }),
	fc.record({ kind: fc.constant("string" as const), text: bytes, context: fc.array(bytes) }),
	fc.record({ kind: fc.constant("strings" as const), values: fc.array(bytes) }),
	fc.record({ kind: fc.constant("bool" as const), value: fc.boolean() }),
	fc.record({ kind: fc.constant("int" as const), value: fc.oneof(fc.integer(), fc.constant(2n ** 62n)) }),
);

describe("remembered attributes", () => {
	let dir: string;
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), "tsnix-attrs-"));
	});
	afterAll(() => rmSync(dir, { recursive: true }));

	test("are as they were written", () => {
		fc.assert(
			fc.property(bytes, values, (name, value) => {
				const db = open();
				const root = db.set(0, "", { kind: "placeholder" });
				const { id } = db.set(root.id, name, value);
				const read = db.get(root.id, name);
				expect(read?.id).toBe(id);
				if (value.kind === "attrs")
					expect(read?.value).toEqual({ kind: "attrs", names: expect.arrayContaining([...value.names]) });
				else expect(read?.value).toEqual(value);
			}),
		);
	});

	test("of a set are there, and those of others are not", () => {
		const db = open();
		const { id } = db.set(0, "", { kind: "attrs", names: ["a", "b"] });
		expect(db.get(id, "a")?.value).toEqual({ kind: "placeholder" });
		expect(db.get(id, "c")).toBeUndefined();
	});

	test("are seen by others once they were made to last", () => {
		const path = join(dir, "shared.sqlite");
		const [one, two] = [open(path), open(path)];
		one.set(0, "", { kind: "misc" });
		expect(two.get(0, "")).toBeUndefined();
		one.commit();
		expect(two.get(0, "")?.value).toEqual({ kind: "misc" });
	});

	test("who cannot write does without", () => {
		const path = join(dir, "busy.sqlite");
		const [one, two] = [open(path), open(path)];
		one.set(0, "", { kind: "misc" });
		expect(two.set(0, "", { kind: "failed" })).toEqual({ id: 0, value: { kind: "failed" } });
		two.commit();
		one.commit();
		expect(open(path).get(0, "")?.value).toEqual({ kind: "misc" });
	});

	test("a file that is no database is none", () => {
		const path = join(dir, "broken.sqlite");
		writeFileSync(path, "not a database, but long enough to be taken for one");
		expect(openAttrDb(() => openFile(path))).toBeUndefined();
	});
});
