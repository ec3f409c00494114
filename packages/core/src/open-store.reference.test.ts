import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncStore, closureIn, copyPaths, memoryStore, parseStorePath } from "@tsnix/store";
import { afterAll, describe, expect, test } from "vitest";
import { createNix } from ".";
import { openStore } from "./open-store";

// Stores that the reference serves, opened by their references: what is copied there it verifies, what it builds is read.

const top = mkdtempSync(join(tmpdir(), "open-store-"));
afterAll(() => {
	spawnSync("chmod", ["-R", "u+w", top]);
	rmSync(top, { recursive: true, force: true });
});
const bin = join(process.env.TSNIX_REFERENCE as string, "bin");

/** The surroundings of a store of its own. */
const place = (name: string) => {
	const folder = join(top, name);
	spawnSync("mkdir", ["-p", join(folder, "etc")]);
	writeFileSync(join(folder, "etc/nix.conf"), "sandbox = false\nsubstituters =\nbuild-users-group =\n");
	return {
		PATH: process.env.PATH ?? "",
		HOME: folder,
		NIX_STORE_DIR: join(folder, "store"),
		NIX_STATE_DIR: join(folder, "var/nix"),
		NIX_LOG_DIR: join(folder, "var/log/nix"),
		NIX_CONF_DIR: join(folder, "etc"),
	};
};

const sources = (storeDir: string) => {
	const store = memoryStore({ storeDir });
	const a = store.addTextToStore("a", "one", []);
	return { store, paths: [a, store.addTextToStore("b", `see ${a.toString(storeDir)}`, [a])] };
};

describe.each([
	["ssh-ng", `ssh-ng://localhost?remote-program=${bin}/nix-daemon`],
	["ssh", `ssh://localhost?remote-program=${bin}/nix-store`],
])("a store behind %s", (name, reference) => {
	test("takes what is copied there, and gives it back", async () => {
		const env = place(name);
		const { store, paths } = sources(env.NIX_STORE_DIR);
		const opened = await openStore(reference, { env });
		await copyPaths(asyncStore(store), opened, (await closureIn(asyncStore(store), paths)).values());
		const files = await opened.accessor(paths[1]);
		expect(Buffer.from(files.readFile("/")).toString()).toBe(`see ${paths[0].toString(env.NIX_STORE_DIR)}`);
		expect(new Set(await opened.queryValidPaths?.(paths, false))).toEqual(new Set(paths));
		expect(await opened.queryPathInfo(paths[1])).toMatchObject({ references: [paths[0]] });
		await opened.close();
		const verified = spawnSync(join(bin, "nix-store"), ["--verify", "--check-contents"], { env, encoding: "utf8" });
		expect(verified).toMatchObject({ status: 0, stderr: expect.not.stringContaining("error") });
	});
});

test("a daemon builds", async () => {
	const env = place("builds");
	const store = await openStore(`ssh-ng://localhost?remote-program=${bin}/nix-daemon`, { env });
	const nix = createNix({ worker: false, store: memoryStore({ storeDir: env.NIX_STORE_DIR }) });
	const { drvPath } = await nix.instantiate(
		`derivation { name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo hello > $out" ]; }`,
	);
	const drv = parseStorePath(drvPath, env.NIX_STORE_DIR);
	await store.addDerivation(nix.store.readDerivation(drv));
	const [built] =
		(await store.build?.([{ kind: "built", drvPath: { kind: "opaque", path: drv }, outputs: "all" }])) ?? [];
	expect(built.status).toBe("Built");
	const out = built.builtOutputs.get("out")!.outPath;
	expect(Buffer.from((await store.accessor(out)).readFile("/")).toString()).toBe("hello\n");
	await expect(
		store.readDerivation(parseStorePath(`${env.NIX_STORE_DIR}/${"0".repeat(32)}-x.drv`, env.NIX_STORE_DIR)),
	).rejects.toThrow("is not valid");
	await store.close();
});
