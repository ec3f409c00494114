import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	symlinkSync,
	unlinkSync,
	writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nodeLocalStore } from "../stores/local/node-local-store";
import { collectGarbage, type GcOptions } from "./collect";
import { nodeRootsServer } from "./node-gc";
import { findRoots } from "./roots";

const renderSize = (bytes: number): string => `${bytes} B`;

/** A store in a new folder, and another opening of it: what another process would have. */
const stores = () => {
	const root = mkdtempSync(join(tmpdir(), "tsnix-gc-"));
	return { root, store: nodeLocalStore({ root }), other: nodeLocalStore({ root }) };
};

const names = (paths: readonly string[]): string[] => paths.map((path) => path.replace(/^.*[a-z0-9]{32}-/, "")).sort();

const collect = (store: ReturnType<typeof nodeLocalStore>, options: Partial<GcOptions> = {}) =>
	collectGarbage(store, { action: "delete-dead", renderSize, ...options });

describe("collecting garbage", () => {
	test("leaves what roots lead to, and takes the rest with its files", async () => {
		const { root, store } = stores();
		const kept = store.addTextToStore("kept", "a", []);
		const root1 = store.addTextToStore("root", `${kept.toString()}`, [kept]);
		const dead = store.addTextToStore("dead", "b", []);
		symlinkSync(root1.toString(), `${root}/nix/var/nix/gcroots/one`);
		store.close();
		const again = nodeLocalStore({ root });
		const { paths, bytesFreed } = await collect(again);
		expect(names(paths)).toEqual(["dead"]);
		expect(bytesFreed).toBe(1);
		expect(again.isValidPath(kept)).toBe(true);
		expect(again.isValidPath(dead)).toBe(false);
		expect(existsSync(again.realPath(dead))).toBe(false);
	});

	test("leaves what another process has just added", async () => {
		const { store, other } = stores();
		other.addTextToStore("new", "x", []);
		expect((await collect(store)).paths).toEqual([]);
		other.close();
		expect(names((await collect(store)).paths)).toEqual(["new"]);
	});

	test("hears of what others begin to use meanwhile", async () => {
		const { root, store } = stores();
		const path = store.addTextToStore("late", "x", []);
		store.close();
		const again = nodeLocalStore({ root });
		const server: GcOptions["server"] = {
			listen: async (socket, onRoot) => {
				const stop = await nodeRootsServer.listen(socket, onRoot);
				await new Promise<void>((resolve) => {
					const client = connect(socket, () => client.write(`${path.toString()}\n`));
					client.on("data", () => {
						client.end();
						resolve();
					});
				});
				return stop;
			},
		};
		expect((await collect(again, { server })).paths).toEqual([]);
	});

	test("follows links of users, and forgets those that are gone", () => {
		const { root, store } = stores();
		const path = store.addTextToStore("kept", "a", []);
		const link = `${root}/result`;
		symlinkSync(path.toString(), link);
		mkdirSync(`${root}/nix/var/nix/gcroots/auto`);
		symlinkSync(link, `${root}/nix/var/nix/gcroots/auto/x`);
		const told: string[] = [];
		const permanent = (): string[] =>
			[...findRoots(store, { onInfo: (message) => told.push(message) }).values()]
				.flatMap(({ links }) => [...links])
				.filter((name) => !name.startsWith("{"));
		expect(permanent()).toEqual([link]);
		unlinkSync(link);
		expect(permanent()).toEqual([]);
		expect(told).toEqual([`removing stale link from "${root}/nix/var/nix/gcroots/auto/x" to "${link}"`]);
		expect(readdirSync(`${root}/nix/var/nix/gcroots/auto`)).toEqual([]);
	});

	test("stops when enough was freed", async () => {
		const { root, store } = stores();
		for (const name of ["a", "b", "c"]) store.addTextToStore(name, "12345", []);
		store.close();
		const again = nodeLocalStore({ root });
		const told: string[] = [];
		const { bytesFreed } = await collect(again, { maxFreed: 6, onInfo: (message) => told.push(message) });
		expect(bytesFreed).toBe(10);
		expect(told).toContain("deleted more than 6 bytes; stopping");
		expect(again.queryAllValidPaths()).toHaveLength(1);
	});

	test("refuses to delete a path that lives", async () => {
		const { store, root } = stores();
		const path = store.addTextToStore("kept", "a", []);
		store.close();
		const again = nodeLocalStore({ root });
		symlinkSync(path.toString(), `${root}/nix/var/nix/gcroots/one`);
		const deleting = collect(again, { action: "delete-specific", paths: [path] });
		await expect(deleting).rejects.toThrow(
			`Cannot delete path '${path.toString()}' since it is still alive. To find out why, use: nix-store --query --roots and nix-store --query --referrers`,
		);
		await collect(again, { action: "delete-specific", paths: [path], ignoreLiveness: true });
		expect(again.isValidPath(path)).toBe(false);
	});

	test("removes what an interrupted process left, but not what one is at", async () => {
		const { root, store, other } = stores();
		writeFileSync(`${root}/nix/store/rubbish`, "x");
		const path = other.addTextToStore("new", "x", []);
		writeFileSync(`${root}/nix/store/${path.hashPart}-0.tmp`, "half");
		const { paths } = await collect(store);
		expect(paths).toEqual(["/nix/store/rubbish"]);
	});

	test("removes the folders of builds whose process is gone", async () => {
		const { root, store, other } = stores();
		const builds = `${root}/nix/var/nix/builds`;
		mkdirSync(builds);
		other.addTextToStore("used", "x", []);
		const folders = [`nix-${process.pid}-a1-0`, "nix-4194305-a1-0", "nix-4194305-a1-1", "nix-4194305-2"];
		for (const name of folders) mkdirSync(`${builds}/${name}`, { mode: 0o700 });
		chmodSync(`${builds}/nix-4194305-a1-1`, 0o755); // somebody asked to keep it
		mkdirSync(`${builds}/nix-4194305-a1-0/build`, { mode: 0o500 });
		await collect(store);
		expect(readdirSync(builds).sort()).toEqual([`nix-${process.pid}-a1-0`, "nix-4194305-2", "nix-4194305-a1-1"].sort());
		other.close();
		await collect(store, { action: "return-dead" });
		expect(readdirSync(builds)).toHaveLength(3);
	});
});
