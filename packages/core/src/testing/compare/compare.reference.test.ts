import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

// A bounded part of what `npm run compare` does: see `--help` there.

const script = fileURLToPath(new URL("../../../../../scripts/compare.mjs", import.meta.url));

it("texts that were expressions print what they print in the reference", () => {
	const folder = fileURLToPath(new URL("../../../../../examples", import.meta.url));
	const args = [script, "--corrupt", folder, "--seed", "1", "--count", "2000", "--seconds", "10", "--limit", "3"];
	const { stdout } = spawnSync(process.execPath, [...args, "--shrinks", "40"], {
		encoding: "latin1",
		timeout: 120_000,
	});
	expect(stdout).toMatch(/^\d+ programs \(\d+ failing\), 0 differences/);
});

it("programs made at random print what they print in the reference", () => {
	const args = [script, "--seed", "1000", "--count", "2000", "--seconds", "50", "--limit", "3", "--shrinks", "40"];
	const { stdout } = spawnSync(process.execPath, args, { encoding: "latin1", timeout: 240_000 });
	expect(stdout).toMatch(/^\d+ programs \(\d+ failing\), 0 differences/);
});
