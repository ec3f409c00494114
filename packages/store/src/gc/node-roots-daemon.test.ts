import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { askForRoots, rootsDaemonSocket, serveRoots } from "./node-roots-daemon";

const folder = mkdtempSync(join(tmpdir(), "tsnix-roots-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("who asks is told the store paths that are in use, and not by whom", async () => {
	const socket = rootsDaemonSocket(folder);
	const [a, b] = ["a", "b"].map((name) => `/nix/store/${"0".repeat(32)}-${name}`);
	const source = {
		find: () =>
			[
				[`${a}/bin/a`, "/proc/1/exe"],
				[a, "/proc/2/cwd"],
				["/usr/bin/c", "/proc/3/exe"],
				["/nix/store/no-path", "/proc/4/exe"],
				[`${b}/lib`, "/proc/5/maps"],
			] as const,
	};
	const ended = new AbortController();
	const served = serveRoots(socket, "/nix/store", ended.signal, source);
	const roots = await askForRoots(socket);
	expect([...roots.find("/nix/store")]).toEqual([
		[a, "{censored}"],
		[b, "{censored}"],
	]);
	ended.abort();
	await served;
	await expect(askForRoots(socket)).rejects.toThrow(`cannot connect to socket at '${socket}'`);
});
