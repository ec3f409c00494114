import { Volume } from "memfs";
import { afterEach, expect, test } from "vitest";
import { updateLock } from "./bot.mjs";
import { startForge } from "./forge.mjs";

// The example runs as it is; and what locking asks of a forge is counted.

let forge;
afterEach(() => forge.stop());

const leaf = { "flake.nix": "{ outputs = _: { }; }" };

test("a bot updates a lock file and writes a pull request", async () => {
	const repositories = {
		"example/lib": { rev: "1".repeat(40), time: 1_700_000_000, files: leaf },
	};
	forge = await startForge(repositories);
	const fs = Volume.fromJSON({
		"/p/flake.nix": `{ inputs.lib.url = "github:example/lib"; outputs = _: { }; }`,
	});
	const update = { fs, fetch: forge.fetch, flake: "/p", now: 1_700_600_000 };
	expect((await updateLock(update))?.title).toBe("flake.lock: add lib");
	expect(await updateLock(update)).toBeUndefined();
	repositories["example/lib"] = { rev: "2".repeat(40), time: 1_700_500_000, files: leaf };
	expect(await updateLock(update)).toEqual({
		title: "flake.lock: update lib",
		body: `- **lib**: \`111111111111\` (2023-11-14) → \`222222222222\` (2023-11-20), 6 days newer ([compare](https://github.com/example/lib/compare/${"1".repeat(40)}...${"2".repeat(40)}))\n`,
	});
	await expect(updateLock({ ...update, policy: { maximumAge: 60 } })).rejects.toThrow(
		"input 'lib' is too old: it is of 2023-11-20",
	);
});

test("every input is fetched once, however many flakes name it", async () => {
	const user = (name) => ({
		rev: "3".repeat(40).replace(/.$/, name),
		time: 1_700_000_000,
		files: { "flake.nix": `{ inputs.lib.url = "github:example/lib"; outputs = _: { }; }` },
	});
	forge = await startForge({
		"example/lib": { rev: "1".repeat(40), time: 1_700_000_000, files: leaf },
		"example/a": user("a"),
		"example/b": user("b"),
	});
	const fs = Volume.fromJSON({
		"/p/flake.nix": `{ inputs.a.url = "github:example/a"; inputs.b.url = "github:example/b"; outputs = _: { }; }`,
	});
	await updateLock({ fs, fetch: forge.fetch, flake: "/p", now: 1_700_000_000 });
	expect([...forge.asked].sort()).toEqual([...new Set(forge.asked)].sort());
	expect(forge.asked).toHaveLength(6);
});
