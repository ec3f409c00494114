/**
 * Builds every package whose sources, or those of the packages below it, have changed.
 *
 *     node scripts/build.mjs [--force] [PACKAGE...]
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { must, root, seconds } from "./lib/run.mjs";
import { hashOf, isCurrent, setStamp } from "./lib/stamp.mjs";

/** The packages by floor: those of one floor do not need each other, and are built at the same time. */
const floors = [["store"], ["eval", "fetchers"], ["core"], ["cli"]];

/** `TSNIX_NO_TYPES=1` leaves the types out, which take most of the time. */
const withTypes = process.env.TSNIX_NO_TYPES ? "without types" : "with types";

const shared = ["pnpm-lock.yaml", "tsconfig.base.json", "tsup.base.ts", "scripts/build.mjs"];

const filesOf = (name) =>
	["src", "bundle", "package.json", "tsup.config.ts", "tsconfig.json"].map((file) => `packages/${name}/${file}`);

export const build = async ({ force = false, only = [], say = console.error } = {}) => {
	const start = performance.now();
	let below = "";
	let built = 0;
	for (const floor of floors) {
		const hashes = new Map(floor.map((name) => [name, hashOf([...shared, ...filesOf(name)], below, withTypes)]));
		below += [...hashes.values()].join();
		await Promise.all(
			floor.map(async (name) => {
				const stamp = `build-${name}`;
				const folder = join(root, "packages", name);
				if (!existsSync(join(folder, "tsup.config.ts")) || (only.length > 0 && !only.includes(name))) return;
				if (!force && existsSync(join(folder, "dist")) && isCurrent(stamp, hashes.get(name))) return;
				if (built++ === 0) say("Building …");
				await must(`building packages/${name}`, join(root, "node_modules/.bin/tsup"), ["--silent"], { cwd: folder });
				setStamp(stamp, hashes.get(name));
			}),
		);
	}
	if (built > 0) say(`Built in ${seconds(start)}.`);
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	const args = process.argv.slice(2);
	await build({ force: args.includes("--force"), only: args.filter((arg) => arg !== "--force") });
}
