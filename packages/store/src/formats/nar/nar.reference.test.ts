import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { fsAccessor } from "../../accessors/fs";
import { copyToMemory, memoryAccessor } from "../../accessors/memory";
import { nodeFs } from "../../accessors/node-fs";
import { bytesToString } from "../../byte-string";
import { memoryStore } from "../../stores/memory";
import { reference, referenceError, referenceText, scratchFolder } from "../../testing/reference";
import { makeFixedOutputPath } from "../content-address";
import { type HashAlgorithm, hashString, parseHashReturningFormat } from "../hash";
import { hashPath } from "../hash-path";
import { parseJson, printJson } from "../json";
import { parseNarInfo, writeNarInfo } from "../narinfo";
import { countGoodSignatures, pathInfoToJSON, signPathInfo } from "../path-info";
import { publicKeys, SecretKey } from "../signature";
import { parseNarListing } from "./listing";
import { narToMemory } from "./memory";
import { narBytes } from "./write";

/** A tree with everything in it that a NAR can hold; `odd` adds a name that is not UTF-8. */
const makeTree = (odd: boolean): string => {
	const root = join(scratchFolder(), "tree");
	for (const folder of ["", "/sub", "/sub/deep", "/empty", "/a", "/a.b", "/a-b"]) nodeFs.mkdirSync(root + folder);
	const files: Record<string, string> = {
		"/a.txt": "hello\n",
		"/zero": "",
		"/eight": "12345678",
		"/sub/deep/f": "x",
		"/a/f": "1",
		"/a.b/f": "2",
		"/a-b/f": "3",
	};
	for (const [name, contents] of Object.entries(files)) nodeFs.writeFileSync(root + name, contents);
	nodeFs.writeFileSync(`${root}/run`, "#!/bin/sh\n", { mode: 0o755 });
	nodeFs.writeFileSync(
		`${root}/large`,
		Uint8Array.from({ length: 3_000_001 }, (_, i) => i * i),
	);
	nodeFs.writeFileSync(`${root}/\xc3\xa9`, "utf-8");
	if (odd) nodeFs.writeFileSync(`${root}/caf\xe9`, "latin1");
	nodeFs.symlinkSync("../a.txt", `${root}/sub/link`);
	return root;
};

describe("a tree's NAR", () => {
	let root: string;
	beforeAll(() => {
		root = makeTree(true);
	});

	test("is what `nix-store --dump` writes, and reads back", () => {
		const dumped = reference("nix-store", "--dump", root);
		expect(Buffer.compare(dumped, narBytes(fsAccessor(nodeFs, root)))).toBe(0);
		expect(Buffer.compare(dumped, narBytes(memoryAccessor(copyToMemory(fsAccessor(nodeFs, root)))))).toBe(0);
		expect(Buffer.compare(dumped, narBytes(memoryAccessor(narToMemory(dumped))))).toBe(0);
	});

	test.each<["nar" | "git", HashAlgorithm]>([
		["nar", "md5"],
		["nar", "sha1"],
		["nar", "sha256"],
		["nar", "sha512"],
		["nar", "blake3"],
		["git", "sha1"],
		["git", "sha256"],
	])("hashes as the reference does: %s, %s", (method, algorithm) => {
		const printed = referenceText("nix", "hash", "path", "--mode", method, "--algo", algorithm, root);
		expect(hashPath(fsAccessor(nodeFs, root), "/", { method, algorithm }).sri()).toBe(printed);
	});

	test("flat, of a large file", () => {
		const printed = referenceText("nix", "hash", "path", "--mode", "flat", `${root}/large`);
		expect(hashPath(fsAccessor(nodeFs, root), "/large", { method: "flat" }).sri()).toBe(printed);
	});

	test.each<["nar" | "flat" | "text" | "git", HashAlgorithm]>([
		["nar", "sha256"],
		["nar", "sha1"],
		["flat", "sha256"],
		["flat", "md5"],
		["text", "sha256"],
		["git", "sha1"],
	])("is added to the same path: %s, %s", (method, algorithm) => {
		const store = join(scratchFolder(), "store");
		const options = ["--name", "n", "--mode", method, "--hash-algo", algorithm, `${root}/a.txt`];
		const printed = referenceText("nix", "--store", store, "store", "add", ...options);
		const hash = hashPath(fsAccessor(nodeFs, root), "/a.txt", { method, algorithm });
		expect(makeFixedOutputPath("n", { method, hash }).toString()).toBe(printed);
		expect(memoryStore().addToStore("n", fsAccessor(nodeFs, root), "/a.txt", { method, algorithm }).toString()).toBe(
			printed,
		);
	});
});

describe("a binary cache that Nix writes", () => {
	const scratch = scratchFolder();
	const store = join(scratch, "store");
	const cache = join(scratch, "cache");
	let secret: SecretKey;
	let tree: string;

	beforeAll(() => {
		tree = makeTree(false);
		secret = SecretKey.parse(referenceText("nix", "key", "generate-secret", "--key-name", "test-1"));
		writeFileSync(join(scratch, "key"), secret.toString());
		const path = referenceText("nix-store", "--store", store, "--add", tree);
		const expression = `derivation { name = "q"; system = "x"; builder = "y"; src = builtins.toFile "s" "t"; }`;
		const drv = referenceText("nix-instantiate", "--store", store, "-E", expression);
		const to = `file://${cache}?secret-key=${join(scratch, "key")}&write-nar-listing=1&compression=none`;
		referenceText("nix", "copy", "--store", store, "--to", to, path);
		referenceText("nix", "copy", "--store", store, "--to", to, "--derivation", drv);
	});

	const names = (suffix: string): string[] => readdirSync(cache).filter((name) => name.endsWith(suffix));
	const read = (name: string): string => bytesToString(readFileSync(join(cache, name)));

	test("has narinfo files that read and write back, with good signatures", () => {
		expect(names(".narinfo")).toHaveLength(3);
		const keys = publicKeys([secret.publicKey().toString()]);
		for (const name of names(".narinfo")) {
			const info = parseNarInfo(read(name), name);
			expect(writeNarInfo(info)).toBe(read(name));
			const { contentAddress: _, ...input } = info;
			expect(countGoodSignatures(input, keys)).toBe(1);
			expect(signPathInfo({ ...info, signatures: [] }, secret).signatures).toEqual(info.signatures);
		}
	});

	test("has listings", () => {
		for (const name of names(".narinfo")) {
			const nar = readFileSync(join(cache, parseNarInfo(read(name), name).url));
			const listing = printJson({ root: parseNarListing(nar), version: 1 });
			expect(listing).toBe(printJson(parseJson(readFileSync(join(cache, name.replace("narinfo", "ls")), "utf8"))));
		}
	});

	test.each([1, 2] as const)("has paths whose JSON we print the same, version %s", (version) => {
		const ours = memoryStore();
		const path = ours.addToStore("tree", fsAccessor(nodeFs, tree), "/");
		const printed = referenceText(
			"nix",
			"path-info",
			"--store",
			store,
			"--json",
			"--json-format",
			String(version),
			path.toString(),
		);
		const parsed = parseJson(printed) as { info: Record<string, unknown> } & Record<
			string,
			{ registrationTime: number }
		>;
		const theirs = (version === 2 ? parsed.info[path.baseName] : parsed[path.toString()]) as {
			registrationTime: number;
		};
		const info = ours.queryPathInfo(path);
		const json = info && pathInfoToJSON({ ...info, registrationTime: theirs.registrationTime }, { version });
		expect(json).toEqual(theirs);
	});
});

describe("hashes", () => {
	const formats = ["base16", "nix32", "base64", "sri"] as const;
	test.each(["md5", "sha1", "sha256", "sha512", "blake3"] as const)("%s in every format", (algorithm) => {
		const hash = hashString(algorithm, "some text");
		for (const from of formats) {
			for (const to of formats) {
				const printed = referenceText(
					"nix",
					"hash",
					"convert",
					"--hash-algo",
					algorithm,
					"--to",
					to,
					hash.format(from),
				);
				expect(hash.format(to)).toBe(printed);
			}
		}
	});

	test.each([
		["sha256", "zzz"],
		["sha256", "g".repeat(64)],
		["sha256", "e".repeat(52)],
		["sha256", "z".repeat(52)],
		["sha256", "sha256-abcd"],
		["sha256", "sha1-9XLTlvrpIGYocU+yzgD3LpTyJY8="],
		["sha512", "sha256:abc"],
		["md5", "sha3:abc"],
		["sha1", "=".repeat(28)],
	] as const)("errors: %s %s", (algorithm, text) => {
		let message = "";
		try {
			parseHashReturningFormat(text, algorithm);
		} catch (error) {
			message = (error as Error).message;
		}
		const printed = referenceError("nix", "hash", "convert", "--hash-algo", algorithm, "--to", "sri", text);
		expect(printed.split("\n")[0]).toBe(message);
	});
});
