import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasCode, hashLine, loadScript } from "./code-cache";

describe("compiled code of a script", () => {
	let folder: string;
	let script: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "code-"));
		script = join(folder, "program.cjs");
		writeFileSync(script, "globalThis.ran = (globalThis.ran ?? 0) + require('node:path').posix.sep.length;");
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	it("is kept after a run, and taken by the next", () => {
		const first = loadScript(script, "", {});
		expect(first.codeIsSaved).toBe(false);
		first.save();
		expect(hasCode(script, "", {})).toBe(true);
		expect(loadScript(script, "", {}).codeIsSaved).toBe(true);
		expect((globalThis as { ran?: number }).ran).toBe(2);
	});

	it("is other code for other text and other flags, and old code goes", () => {
		loadScript(script, "", {}).save();
		expect(hasCode(script, "-tuned", {})).toBe(false);
		writeFileSync(script, "globalThis.ran = 0;");
		expect(hasCode(script, "", {})).toBe(false);
		loadScript(script, "", {}).save();
		expect(readdirSync(join(folder, "code"))).toHaveLength(1);
	});

	it("goes by the hash that the build wrote at the script's end", () => {
		const text = Buffer.from("globalThis.ran = 1;");
		writeFileSync(script, text);
		loadScript(script, "", {}).save();
		const [before = ""] = readdirSync(join(folder, "code"));
		writeFileSync(script, Buffer.concat([text, Buffer.from(hashLine(text))]));
		expect(hasCode(script, "", {})).toBe(true);
		loadScript(script, "", {}).save();
		expect(readdirSync(join(folder, "code"))).toEqual([before]);
	});

	it("is kept among the user's caches where the program's folder is not to be written", () => {
		writeFileSync(join(folder, "code"), "in the way");
		loadScript(script, "", { XDG_CACHE_HOME: join(folder, "cache") }).save();
		expect(readdirSync(join(folder, "cache", "tsnix", "code"))).toHaveLength(1);
	});

	it("is not believed where others may have written it", () => {
		loadScript(script, "", {}).save();
		const [name = ""] = readdirSync(join(folder, "code"));
		chmodSync(join(folder, "code", name), 0o666);
		expect(hasCode(script, "", {})).toBe(false);
	});

	it("does not matter where it cannot be kept", () => {
		mkdirSync(join(folder, "none"));
		writeFileSync(join(folder, "code"), "in the way");
		const loaded = loadScript(script, "", {});
		loaded.save();
		expect(loaded.codeIsSaved).toBe(false);
	});
});
