import { bytesToString, stringToBytes } from "@tsnix/store";
import { memfs } from "memfs";
import { expect, test } from "vitest";
import { fetchInputSync } from "../fetch";
import { type Input, inputFromAttrs, inputFromURL } from "../input";
import { createFetchWorld } from "../world";
import type { MercurialTransport } from "./transport";

const rev = "8a5e1d9bd3f0ac4c14e1d1c47c1a3c4f0d7e9a21";

/** An archive with one file in one folder, as tar lays it out. */
const archive = (): Uint8Array => {
	const header = new Uint8Array(512);
	const field = (at: number, text: string) => header.set(stringToBytes(text), at);
	field(0, "tree/hello");
	field(100, "0000644\0");
	field(108, "0000000\0");
	field(116, "0000000\0");
	field(124, "00000000006\0");
	field(136, "00000000000\0");
	field(148, "        ");
	field(156, "0");
	field(257, "ustar\0");
	field(263, "00");
	const sum = header.reduce((total, byte) => total + byte, 0);
	field(148, `${sum.toString(8).padStart(6, "0")}\0 `);
	const out = new Uint8Array(512 * 4);
	out.set(header);
	out.set(stringToBytes("world\n"), 512);
	return out;
};

/** A Mercurial that answers from a table of its commands. */
const hg = (answers: Readonly<Record<string, string | Uint8Array | number>>) => {
	const calls: string[] = [];
	const transport: MercurialTransport = {
		synchronous: true,
		run(args) {
			calls.push(args.join(" "));
			const [, answer = ""] = Object.entries(answers).find(([start]) => args.join(" ").startsWith(start)) ?? [];
			if (typeof answer === "number") return { status: answer, stdout: new Uint8Array() };
			return { status: 0, stdout: typeof answer === "string" ? stringToBytes(answer) : answer };
		},
	};
	return { transport, calls };
};

const worldOf = (transport: MercurialTransport, files: Record<string, string> = {}) => {
	const { fs } = memfs({ "/cache": null, ...files });
	const warnings: string[] = [];
	const world = createFetchWorld({
		fs: fs as never,
		clones: { fs: fs as never, dir: "/cache" },
		hg: transport,
		warn: (message) => warnings.push(message),
	});
	return { world, warnings };
};

const fetched = (input: Input, world: ReturnType<typeof worldOf>["world"]) => {
	const { accessor, locked } = fetchInputSync(input, world);
	return {
		text: bytesToString(accessor.readFile("/hello")),
		attrs: locked.attrs,
		shown: accessor.showPath?.("/hello"),
	};
};

test("a repository elsewhere is cloned, and the branch's revision taken from the clone", () => {
	const { transport, calls } = hg({ log: `${rev} 4 stable`, archive: archive() });
	const { world } = worldOf(transport);
	const { text, attrs, shown } = fetched(inputFromURL("hg+https://example.org/r?ref=stable"), world);
	expect(text).toBe("world\n");
	expect(attrs).toMatchObject({ rev, ref: "stable", revCount: 4 });
	expect(shown).toBe(`\xc2\xabhg+https://example.org/r?ref=stable&rev=${rev}\xc2\xbb/hello`);
	expect(calls[0]).toMatch(/^clone --noupdate -- https:\/\/example\.org\/r \/cache\/hg\/[0-9a-z]{52}$/);
});

test("what a local repository was changed to is taken as it is, without a revision", () => {
	const { transport } = hg({
		"status -R /repo --modified": "M hello\n",
		branch: "default\n",
		"status -R /repo --clean": "hello\0sub/a\0",
	});
	const { world, warnings } = worldOf(transport, {
		"/repo/.hg/x": "",
		"/repo/hello": "changed",
		"/repo/sub/a": "",
		"/repo/untracked": "",
	});
	const { accessor, locked } = fetchInputSync(inputFromURL("hg+file:///repo"), world);
	expect([...accessor.readDirectory("/")].map(([name]) => name).sort()).toEqual(["hello", "sub"]);
	expect(locked.attrs).toMatchObject({ ref: "default" });
	expect(locked.attrs).not.toHaveProperty("rev");
	expect(warnings).toEqual(["Mercurial tree '\"/repo\"' is unclean"]);
});

test("what hg fails with is told", () => {
	const { world } = worldOf(hg({ clone: 255 }).transport);
	expect(() => fetchInputSync(inputFromURL("hg+https://example.org/r"), world)).toThrow("hg failed with exit code 255");
	const bad = inputFromAttrs({ type: "hg", url: "https://example.org/r", rev: `sha256:${"0".repeat(64)}` });
	expect(() => fetchInputSync(bad, world)).toThrow(/is not supported by Mercurial/);
});
