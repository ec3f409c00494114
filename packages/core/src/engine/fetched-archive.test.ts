import { type NamedFs, stringToBytes } from "@tsnix/store";
import { memfs } from "memfs";
import { afterAll, expect, test } from "vitest";
import { createNix, type Nix } from "../instance/create-nix";

/** A tar archive of small files. */
const tar = (files: Readonly<Record<string, string>>): Uint8Array => {
	const blocks = Object.entries(files).map(([name, contents]) => {
		const octal = (n: number) => `${n.toString(8).padStart(11, "0")}\0`;
		const head = `${name.padEnd(100, "\0")}0000644\0${"0000000\0".repeat(2)}${octal(contents.length)}${octal(1)}`;
		const sum = [...head].reduce((total, char) => total + char.charCodeAt(0), 8 * 32 + 48);
		const header = `${head}${sum.toString(8).padStart(6, "0")}\0 0`;
		return header.padEnd(512, "\0") + contents.padEnd(512, "\0");
	});
	return stringToBytes(blocks.join("").padEnd(512 * 2 * (blocks.length + 1), "\0"));
};

const open: Nix[] = [];
afterAll(() => Promise.all(open.map((nix) => nix.close())));

const world = (): Nix => {
	const { fs } = memfs();
	fs.mkdirSync("/a");
	fs.writeFileSync("/a/one.tar", tar({ "x/default.nix": "{ y = import ./y.nix; }", "x/y.nix": "6 * 7" }));
	const nix = createNix({ fs: fs as unknown as NamedFs, pure: false, worker: false });
	open.push(nix);
	return nix;
};

test("what fetchTarball gives is read by its path before it is in the store", async () => {
	const nix = world();
	expect(await nix.evaluate('(import (fetchTarball "file:///a/one.tar")).y')).toBe(42);
	expect(await nix.evaluate('builtins.readDir (fetchTarball "file:///a/one.tar")')).toEqual({
		"default.nix": "regular",
		"y.nix": "regular",
	});
});

test("a file that it lacks is named by its place in the store", async () => {
	const nix = world();
	await expect(nix.evaluate('builtins.readFile ((fetchTarball "file:///a/one.tar") + "/z")')).rejects.toThrow(
		/^path '\/nix\/store\/[a-z0-9]{32}-source\/z' does not exist$/,
	);
});

test("a store in memory has nothing of a name that is no store path's", async () => {
	expect(await world().evaluate('builtins.pathExists "/nix/store/foo"')).toBe(false);
});
