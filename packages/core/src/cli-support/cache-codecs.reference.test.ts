import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decompressNar, fsAccessor, narBytes } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { nodeCacheCodecs } from "./cache-codecs";

const reference = process.env.TSNIX_REFERENCE ?? "";

describe("what real Nix puts into a cache", () => {
	it.each(["xz", "zstd"])("is what we make with %s, byte for byte", { timeout: 60_000 }, async (method) => {
		const top = mkdtempSync(join(tmpdir(), "codecs-"));
		try {
			const file = join(top, "file");
			writeFileSync(file, Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join(""));
			const nix = (...args: string[]): string => {
				const features = ["--extra-experimental-features", "nix-command"];
				const run = spawnSync(join(reference, "bin/nix"), [...features, ...args], { encoding: "utf8" });
				expect(run.stderr === "" || run.status === 0, run.stderr).toBe(true);
				return run.stdout.trim();
			};
			const path = nix("store", "add-file", "--store", top, file);
			nix("copy", "--store", top, "--to", `file://${top}/cache?compression=${method}`, path);
			const info = readFileSync(join(top, "cache", `${path.slice(11, 43)}.narinfo`), "utf8");
			const kept = readFileSync(join(top, "cache", /^URL: (.*)$/m.exec(info)?.[1] ?? ""));
			const nar = narBytes(fsAccessor(nodeFs, file));
			const made =
				(await nodeCacheCodecs.compressApart?.(method, nar, -1)) ?? nodeCacheCodecs.compress(method, nar, -1);
			expect(Buffer.from(made ?? []).equals(kept)).toBe(true);
			expect(Buffer.from(decompressNar(nodeCacheCodecs, method, kept)).equals(nar)).toBe(true);
		} finally {
			spawnSync("chmod", ["-R", "u+w", top]);
			rmSync(top, { recursive: true });
		}
	});
});
