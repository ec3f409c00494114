import { describe, expect, test } from "vitest";
import { printJson } from "./json";
import { type NarInfo, narInfoToJSON, parseNarInfo, writeNarInfo } from "./narinfo";
import {
	countGoodSignatures,
	isContentAddressed,
	pathInfoFingerprint,
	pathInfoFromJSON,
	pathInfoToJSON,
	signPathInfo,
} from "./path-info";
import { publicKeys, SecretKey } from "./signature";

// Written by `nix copy` with a secret key.
const text = `StorePath: /nix/store/11249ak1zcdbqnxzyqqpaf4s7fam2p2x-s
URL: nar/0d32kcid2nv7fhghgz475mq86mrlng7cmynf0rvxqq6nrjv9r7f3.nar
Compression: none
FileHash: sha256:0d32kcid2nv7fhghgz475mq86mrlng7cmynf0rvxqq6nrjv9r7f3
FileSize: 120
NarHash: sha256:0d32kcid2nv7fhghgz475mq86mrlng7cmynf0rvxqq6nrjv9r7f3
NarSize: 120
References: 
Sig: k1:TahLFYxPqmdGmhUfziv4EAmdprTsegM7SXTMixCMPaHb5APJHQ9Ppq0AhJ42lkXhrq8+sRRZWD9McaM0R43GDg==
CA: text:sha256:1n1x4zv2nh21xiq1rsxp1smlq9xscqzh6hvfvr5ps4hsld6qmfg3
`;
const secret = SecretKey.parse(
	"k1:cUZek6OihU+/uj24cezeWBm1AeA1Fjm2cMxOWTs7aNpRM8VUVdRR68TNZFl0Kf+fsqEvwX45VQsudvkkovQWOQ==",
);
const keys = publicKeys([secret.publicKey().toString()]);
const parse = (text: string): NarInfo => parseNarInfo(text, "x.narinfo");

describe("narinfo files", () => {
	test("read and write back", () => {
		expect(writeNarInfo(parse(text))).toBe(text);
	});

	test("are signed as the reference signs", () => {
		const { contentAddress: _, ...info } = parse(text);
		expect(signPathInfo({ ...info, signatures: [] }, secret).signatures).toEqual(parse(text).signatures);
		expect(countGoodSignatures(info, keys)).toBe(1);
		expect(countGoodSignatures({ ...info, narSize: 121 }, keys)).toBe(0);
		expect(() => pathInfoFingerprint({ ...info, narSize: 0 })).toThrow(
			"cannot calculate fingerprint of path '/nix/store/11249ak1zcdbqnxzyqqpaf4s7fam2p2x-s' because its size is not known",
		);
	});

	test("of content-addressed paths need no signature", () => {
		expect(isContentAddressed(parse(text))).toBe(true);
		expect(countGoodSignatures(parse(text), new Map())).toBe(Number.POSITIVE_INFINITY);
	});

	test("of old caches are compressed with bzip2, and unknown fields are passed over", () => {
		const old = `StorePath: /nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-a\nURL: x\nNarHash: sha256:${"0".repeat(52)}\nNarSize: 8\nNew: y\nDeriver: unknown-deriver\nReferences: c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-b c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-a\n`;
		const info = parse(old);
		expect(info.compression).toBe("bzip2");
		expect(info.deriver).toBeUndefined();
		expect(info.references.map((path) => path.name)).toEqual(["a", "b"]);
	});

	test.each([
		["x", "expecting ':' at line 1"],
		["URL: x", "expecting '\\n' at line 1"],
		["URL: x\nNarHash: y:z\n", "unknown hash algorithm"],
		["URL: x\nNarHash: sha256:z\n", "bad hash at line 2"],
		["NarSize: x\n", "invalid NarSize at line 1"],
		["FileSize: -1\n", "invalid FileSize at line 1"],
		["URL: x\n", "StorePath missing"],
		[text.replace(/NarHash.*\n/, ""), "NarHash missing"],
		[text.replace(/URL.*\n/, ""), "URL missing"],
		[text.replace(/NarSize.*\n/, ""), "NarSize missing or zero"],
		[`${text}CA: text:sha256:1n1x4zv2nh21xiq1rsxp1smlq9xscqzh6hvfvr5ps4hsld6qmfg3\n`, "extra CA at line 11"],
	])("%s is corrupt", (text, reason) => {
		expect(() => parse(text)).toThrow(reason);
		if (!reason.startsWith("unknown")) {
			expect(() => parse(text)).toThrow(`NAR info file 'x.narinfo' is corrupt: ${reason}`);
		}
	});
});

describe("JSON of path information", () => {
	const info = parse(text);

	test("version 1 has whole paths", () => {
		expect(printJson(pathInfoToJSON(info, { version: 1, impure: false }))).toBe(
			'{"ca":"text:sha256:1n1x4zv2nh21xiq1rsxp1smlq9xscqzh6hvfvr5ps4hsld6qmfg3","narHash":"sha256-w52ctszWYNx3Bs76ys6zNFeDcC2H/AcfdGdb0SKbYjQ=","narSize":120,"references":[],"storeDir":"/nix/store","version":1}',
		);
	});

	test("version 2 has base names", () => {
		expect(narInfoToJSON(info, { version: 2 })).toMatchObject({
			ca: { method: "text" },
			compression: "none",
			deriver: null,
			downloadSize: 120,
			registrationTime: null,
			ultimate: false,
			version: 2,
		});
	});

	test.each([1, 2] as const)("version %s reads back", (version) => {
		const { url: _u, compression: _c, fileHash: _f, fileSize: _s, path, ...rest } = info;
		const full = { ...rest, deriver: path, references: [path], registrationTime: 5, ultimate: true };
		expect(pathInfoFromJSON(pathInfoToJSON(full, { version }))).toEqual(full);
	});

	test("is refused in other versions", () => {
		expect(() => pathInfoFromJSON({ version: 3 })).toThrow(
			"unsupported path info JSON format version 3; supported versions are 1 and 2",
		);
		expect(() => pathInfoFromJSON({ version: 2 })).toThrow(
			"'storeDir' field is required in path info JSON format version 2",
		);
	});
});
