import { describe, expect, it } from "vitest";
import { stringToBytes } from "../../byte-string";
import { hashString } from "../../formats/hash";
import { parseNarInfo, writeNarInfo } from "../../formats/narinfo";
import { openNodeDatabase } from "../local/node-database";
import { DiskKnowledge } from "./disk-knowledge";

const uri = "https://cache.example.org";
const info = parseNarInfo(
	`StorePath: /nix/store/g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-x
URL: nar/1.nar.xz
Compression: xz
FileHash: sha256:${hashString("sha256", "file").nix32()}
FileSize: 5
NarHash: sha256:${hashString("sha256", "nar").nix32()}
NarSize: 7
References: g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-x
Sig: cache-1:${Buffer.from(stringToBytes("s".repeat(64))).toString("base64")}
`,
	"x",
);

describe("what is remembered of caches", () => {
	const ages = { positive: 100, negative: 10, meta: 50 };
	const open = (times: { now: number }): DiskKnowledge => {
		if (openNodeDatabase === undefined) throw new Error("no SQLite");
		return new DiskKnowledge({ database: openNodeDatabase(":memory:"), ages, clock: () => times.now });
	};

	it("is found again until it is too old", () => {
		const times = { now: 1000 };
		const knowledge = open(times);
		expect(knowledge.cacheInfo(uri)).toBeUndefined();
		knowledge.setCacheInfo(uri, "/nix/store", { wantMassQuery: true, priority: 40 });
		expect(knowledge.cacheInfo(uri)).toMatchObject({ wantMassQuery: true, priority: 40 });
		expect(knowledge.lookUp(uri, info.path.hashPart)).toBeUndefined();
		knowledge.remember(uri, info.path.hashPart, info);
		knowledge.remember(uri, "0".repeat(32), undefined);
		const found = knowledge.lookUp(uri, info.path.hashPart);
		if (found === undefined || found === "absent") throw new Error("not found");
		expect(writeNarInfo(found)).toBe(writeNarInfo(info));
		expect(knowledge.lookUp(uri, "0".repeat(32))).toBe("absent");
		times.now += 11;
		expect(knowledge.lookUp(uri, "0".repeat(32))).toBeUndefined();
		times.now += 100;
		expect(knowledge.lookUp(uri, info.path.hashPart)).toBeUndefined();
		knowledge.close();
	});

	it("has realisations, too", () => {
		const knowledge = open({ now: 1 });
		knowledge.setCacheInfo(uri, "/nix/store", { wantMassQuery: false, priority: 50 });
		const id = { drvHash: hashString("sha256", "drv"), outputName: "out" };
		const outputId = `sha256:${id.drvHash.base16()}!out`;
		expect(knowledge.lookUpRealisation(uri, outputId)).toBeUndefined();
		knowledge.rememberRealisation(uri, outputId, undefined);
		expect(knowledge.lookUpRealisation(uri, outputId)).toBe("absent");
		knowledge.rememberRealisation(uri, outputId, { id, outPath: info.path, signatures: ["a:YQ=="] });
		expect(knowledge.lookUpRealisation(uri, outputId)).toMatchObject({ signatures: ["a:YQ=="] });
		knowledge.close();
	});
});
