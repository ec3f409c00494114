import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../../../scripts/kill-store.mjs", import.meta.url));

test("a store stays whole when the command that works on it is killed", { timeout: 900_000 }, () => {
	const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--no-build", "--count", "22"], {
		encoding: "utf8",
	});
	expect(stderr).toBe("");
	expect(stdout).toMatch(/^add: \d killed/);
	expect(status).toBe(0);
});
