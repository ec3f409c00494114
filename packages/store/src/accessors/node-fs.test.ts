import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeFs } from "./node-fs";

test("makes folders with those above them, and ends where none can be made", () => {
	const top = mkdtempSync(join(tmpdir(), "tsnix-folders-"));
	try {
		nodeFs.mkdirSync(`${top}/a/b//c/`, { recursive: true, mode: 0o700 });
		nodeFs.mkdirSync(`${top}/a/b/c`, { recursive: true });
		expect(statSync(`${top}/a/b`).mode & 0o777).toBe(0o700);
		symlinkSync("a", `${top}/link`);
		nodeFs.mkdirSync(`${top}/link/d`, { recursive: true });
		writeFileSync(`${top}/file`, "");
		expect(() => nodeFs.mkdirSync(`${top}/file`, { recursive: true })).toThrow("EEXIST");
		expect(() => nodeFs.mkdirSync(`${top}/file/a/b`, { recursive: true })).toThrow("ENOTDIR");
		// Node's own call does not come back from here.
		if (process.platform === "linux")
			expect(() => nodeFs.mkdirSync("/proc/none/of/it", { recursive: true })).toThrow("ENOENT");
	} finally {
		rmSync(top, { recursive: true });
	}
});
