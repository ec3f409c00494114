/** Installs the packages that the lock file names, unless they are. Needs Node and npm alone. */
import { pathToFileURL } from "node:url";
import { must, seconds } from "./lib/run.mjs";
import { hashOf, isCurrent, setStamp } from "./lib/stamp.mjs";

/** What the packages of this repository are installed with: newer major versions need a newer Node. */
const pnpm = "pnpm@10.34.9";

export const setup = async ({ say = console.error } = {}) => {
	const manifests = ["store", "eval", "fetchers", "core", "cli"].map((name) => `packages/${name}/package.json`);
	const hash = hashOf(
		["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...manifests],
		process.version,
		process.arch,
	);
	if (isCurrent("install", hash)) return;
	const start = performance.now();
	say("Installing packages …");
	await must("installing", "npx", ["--yes", pnpm, "install", "--frozen-lockfile"]);
	setStamp("install", hash);
	say(`Installed in ${seconds(start)}.`);
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) await setup();
