import { memfs } from "memfs";
import { expect, test } from "vitest";
import type { WritableSyncFs } from "../fs";
import { StorePath } from "../formats/store-path";
import { fileLogs } from "./file-logs";

const drvPath = new StorePath("8vf92l7v9s232gcyqhkydmgvrcanl7hj", "a.drv");
const place = "/log/drvs/8v/f92l7v9s232gcyqhkydmgvrcanl7hj-a.drv";

const keep = (lines: readonly string[], compress?: (log: Uint8Array) => Uint8Array | undefined) => {
	const { fs, vol } = memfs();
	const log = fileLogs(fs as unknown as WritableSyncFs, "/log", compress).open(drvPath);
	for (const line of lines) log.write(new TextEncoder().encode(line));
	log.close();
	return vol;
};

const reversed = (log: Uint8Array): Uint8Array => log.slice().reverse();

test("a log is kept where the reference looks for it", () => {
	expect(keep(["one\n", "two\n"]).toJSON()).toEqual({ [place]: "one\ntwo\n" });
});

test("it is compressed once the build is over", () => {
	expect(keep(["one\n", "two\n"], reversed).toJSON()).toEqual({ [`${place}.bz2`]: "\nowt\neno" });
});

test("it stays as it is where nothing compresses", () => {
	expect(keep(["one\n"], () => undefined).toJSON()).toEqual({ [place]: "one\n" });
});

test("of an empty one nothing has to be worked out", () => {
	const vol = keep([], () => {
		throw new Error("not asked");
	});
	// As bzip2 makes of nothing.
	expect(vol.readFileSync(`${place}.bz2`, "base64")).toBe("QlpoORdyRThQkAAAAAA=");
});
