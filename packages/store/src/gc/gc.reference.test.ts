import { execFile } from "node:child_process";
import { readdirSync, symlinkSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { nodeFs } from "../accessors/node-fs";
import { asyncStore } from "../stores/async";
import { openBinaryCache } from "../stores/binary-cache/binary-cache";
import { folderFiles } from "../stores/binary-cache/folder-files";
import { httpFiles } from "../stores/binary-cache/http-files";
import { closureIn, copyPaths } from "../stores/copy";
import { nodeLocalStore } from "../stores/local/node-local-store";
import { optimiseStore } from "../stores/local/optimise";
import { verifyStore } from "../stores/local/verify";
import { referenceText, scratchFolder } from "../testing/reference";
import { collectGarbage } from "./collect";
import { findRoots } from "./roots";

const renderSize = (bytes: number): string => `${bytes} B`;

test("Nix leaves what we use, and collects it when we are done", () => {
	const root = join(scratchFolder(), "store");
	const store = nodeLocalStore({ root });
	const path = store.addTextToStore("x", "x", []);
	const dead = (): string => referenceText("nix-store", "--store", root, "--gc", "--print-dead");
	expect(dead()).toBe("");
	expect(referenceText("nix-store", "--store", root, "--gc", "--print-roots")).toBe(
		`"{temp:${process.pid}}" -> ${path.toString()}`,
	);
	store.close();
	expect(dead()).toBe(path.toString());
	referenceText("nix-store", "--store", root, "--gc");
	expect(nodeLocalStore({ root }).queryAllValidPaths()).toEqual([]);
});

test("we find the roots that Nix finds, and collect what it made", async () => {
	const folder = scratchFolder();
	const root = join(folder, "store");
	const kept = referenceText("nix-store", "--store", root, "--add", join(__dirname, "roots.ts"));
	referenceText("nix-store", "--store", root, "--realise", kept, "--add-root", join(folder, "result"));
	const dead = referenceText("nix-store", "--store", root, "--add", join(__dirname, "collect.ts"));
	const store = nodeLocalStore({ root });
	const roots = [...findRoots(store).values()].map(({ path, links }) => [path.toString(), [...links]]);
	expect(roots).toEqual([[kept, [join(folder, "result")]]]);
	const { paths } = await collectGarbage(store, { action: "delete-dead", renderSize });
	expect(paths).toEqual([dead]);
	store.close();
	referenceText("nix-store", "--store", root, "--verify", "--check-contents");
	expect(readdirSync(`${root}/nix/store`).sort()).toEqual([".links", kept.slice("/nix/store/".length)]);
});

test("files that we share are those that Nix would share", async () => {
	const root = join(scratchFolder(), "store");
	for (const name of ["a", "b"])
		referenceText(
			"nix-store",
			"--store",
			root,
			"--add",
			join(__dirname, "..", "formats", name === "a" ? "nar" : "derivation"),
		);
	const store = nodeLocalStore({ root });
	const first = store.addTextToStore("one", "same", []);
	store.addTextToStore("two", "same", []);
	symlinkSync(first.toString(), `${root}/nix/var/nix/gcroots/one`);
	expect(optimiseStore(store).filesLinked).toBe(1);
	expect(await verifyStore(store, { checkContents: true })).toBe(false);
	referenceText("nix-store", "--store", root, "--verify", "--check-contents");
	referenceText("nix-store", "--store", root, "--optimise");
	expect(optimiseStore(store).filesLinked).toBe(0);
});

test("Nix reads our binary caches, and we read its", async () => {
	const folder = scratchFolder();
	const store = nodeLocalStore({ root: join(folder, "store") });
	const low = store.addTextToStore("low", "hello", []);
	const high = store.addTextToStore("high", low.toString(), [low]);
	const ours = await openBinaryCache({
		files: folderFiles(nodeFs, join(folder, "ours"), "1"),
		compression: "none",
		writeNarListing: true,
	});
	const source = asyncStore(store);
	await copyPaths(source, ours, (await closureIn(source, [high])).values());
	const from = `file://${folder}/ours`;
	referenceText("nix", "copy", "--from", from, "--to", join(folder, "theirs"), high.toString());
	referenceText("nix-store", "--store", join(folder, "theirs"), "--verify", "--check-contents");
	expect(referenceText("nix", "store", "ls", "--store", from, high.toString())).toBe("");

	const url = `file://${folder}/cache?compression=none`;
	referenceText("nix", "copy", "--from", join(folder, "theirs"), "--to", url, high.toString());
	const theirs = await openBinaryCache({ files: folderFiles(nodeFs, join(folder, "cache"), "1") });
	const target = nodeLocalStore({ root: join(folder, "again") });
	await copyPaths(theirs, asyncStore(target), (await closureIn(theirs, [high])).values());
	expect(target.queryPathInfo(high)?.narHash).toEqual(store.queryPathInfo(high)?.narHash);
});

test("a cache behind HTTP that one has filled is read by the other", async () => {
	const folder = scratchFolder();
	const files = new Map<string, Buffer>();
	const body = async (request: IncomingMessage): Promise<Buffer> => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		return Buffer.concat(chunks);
	};
	const server = createServer(async (request, response) => {
		const path = request.url ?? "";
		if (request.method === "PUT") files.set(path, await body(request));
		const known = files.get(path);
		response.writeHead(known === undefined ? 404 : 200);
		response.end(request.method === "GET" ? known : undefined);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	try {
		const store = nodeLocalStore({ root: join(folder, "store") });
		const path = store.addTextToStore("x", "hello", []);
		const open = () =>
			openBinaryCache({
				files: httpFiles(url, { fetch: (to, init) => fetch(to, init as RequestInit) }),
				compression: "none",
			});
		const source = asyncStore(store);
		await copyPaths(source, await open(), (await closureIn(source, [path])).values());
		const nix = join(process.env.TSNIX_REFERENCE as string, "bin/nix");
		const run = (...args: string[]) =>
			promisify(execFile)(nix, ["--extra-experimental-features", "nix-command", ...args], {
				env: { PATH: process.env.PATH, HOME: folder },
			});
		await run("copy", "--from", url, "--to", join(folder, "theirs"), path.toString());
		files.clear();
		await run(
			"copy",
			"--from",
			join(folder, "theirs"),
			"--to",
			`${url}?compression=none`,
			"--refresh",
			path.toString(),
		);
		const cache = await open();
		const target = nodeLocalStore({ root: join(folder, "again") });
		await copyPaths(cache, asyncStore(target), (await closureIn(cache, [path])).values());
		expect(target.isValidPath(path)).toBe(true);
	} finally {
		server.close();
	}
});
