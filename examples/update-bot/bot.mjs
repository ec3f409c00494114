/** Updates the lock file of a flake in memory, and prints the text of a pull request. */
import { pathToFileURL } from "node:url";
import { checkLockPolicy, createNix, pullRequestText } from "@tsnix/core";
import { Volume } from "memfs";
import { startForge } from "./forge.mjs";

/** Renews every input of a flake. Gives its pull request, or undefined where nothing is new; throws what is not allowed. */
export const updateLock = async ({ fs, fetch, flake, policy = {}, now }) => {
	const nix = createNix({ fs, fetch, clock: () => now, system: "x86_64-linux", pure: true, worker: false });
	try {
		const { graph, changes, text } = await nix.flake.lock(flake, { update: true });
		const [violation] = checkLockPolicy(graph, policy, now);
		if (violation !== undefined) throw violation;
		if (changes.length === 0) return undefined;
		fs.writeFileSync(`${flake}/flake.lock`, text);
		const { title, body } = pullRequestText(changes);
		return { title, body: Buffer.from(body, "latin1").toString() };
	} finally {
		await nix.close();
	}
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	const files = { "flake.nix": "{ outputs = _: { answer = 42; }; }" };
	const repositories = { "example/lib": { rev: "1".repeat(40), time: 1_700_000_000, files } };
	const forge = await startForge(repositories);
	const fs = Volume.fromJSON({
		"/project/flake.nix":
			'{ inputs.lib.url = "github:example/lib"; outputs = { self, lib }: { inherit (lib) answer; }; }',
	});
	const update = { fs, fetch: forge.fetch, flake: "/project", policy: { allowedHosts: ["github.com"] } };
	await updateLock({ ...update, now: 1_700_000_000 });
	repositories["example/lib"] = { rev: "2".repeat(40), time: 1_700_500_000, files };
	const { title, body } = await updateLock({ ...update, now: 1_700_600_000 });
	console.log(`${title}\n\n${body}`);
	await forge.stop();
}
