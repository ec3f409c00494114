/**
 * `npm test`: installs, builds, checks style, floors and types, and runs every test that needs no network and no root.
 * With `--reference`, fetches real Nix and runs the comparisons with it instead. Further arguments go to vitest.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { getReference } from "./get-reference.mjs";
import { installed, run } from "./lib/run.mjs";
import { setup } from "./setup.mjs";

const args = process.argv.slice(2);
const reference = args.includes("--reference");
const forVitest = args.filter((arg) => arg !== "--reference");

await setup();
await build();

const failed = [];
const check = async (what, command, commandArgs, env = process.env) => {
	const { status } = await run(command, commandArgs, { quiet: false, env });
	if (status !== 0) failed.push(what);
};

const env = { ...process.env };
if (reference) env.TSNIX_REFERENCE ??= await getReference();
else {
	delete env.TSNIX_REFERENCE;
	if (forVitest.length === 0) {
		await check("lint", "npm", ["run", "--silent", "lint"]);
		await check("types", "npm", ["run", "--silent", "types"]);
	}
}

const scratch = mkdtempSync(join(tmpdir(), "tsnix-test-"));
const report = join(scratch, "report.json");
await check(
	"tests",
	installed("vitest"),
	["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...forVitest],
	env,
);
let counts = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTotalTests: 0 };
try {
	counts = JSON.parse(readFileSync(report, "utf8"));
} catch {
	failed.push("the tests' report");
}
rmSync(scratch, { recursive: true, force: true });
if (counts.numPassedTests + counts.numFailedTests === 0) failed.push("no test was run");
if (failed.length > 0) console.log(`Failed: ${failed.join(", ")}`);
console.log(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests} skipped`);
process.exit(failed.length > 0 ? 1 : 0);
