import { describe, expect, test } from "vitest";
import { executable, memoryAccessor, memoryNode, type MemoryTree, symlink } from "../../../accessors/memory";
import { stringToBytes } from "../../../byte-string";
import type { Derivation, DerivationOutput } from "../../../formats/derivation/derivation";
import { fillOutputs } from "../../../formats/derivation/fill-outputs";
import { parseHash } from "../../../formats/hash";
import { listTree } from "../../../formats/nar/listing";
import type { StorePath } from "../../../formats/store-path";
import type { SourceAccessor } from "../../../source-accessor";
import { memoryStore } from "../../../stores/memory";
import { realise } from "../../realise";
import { builtinBuilder, type BuiltinBuilderWorld } from "./builtin";

const store = memoryStore();
const add = (name: string, tree: MemoryTree): StorePath => store.addToStore(name, memoryAccessor(tree), "/");

const build = async (
	builder: string,
	env: Record<string, string>,
	inputSrcs: StorePath[],
	world: BuiltinBuilderWorld = {},
	output: DerivationOutput = { kind: "deferred" },
): Promise<SourceAccessor> => {
	const drv: Derivation = {
		name: "built",
		outputs: new Map([["out", output]]),
		inputDrvs: new Map(),
		inputSrcs,
		platform: "builtin",
		builder,
		args: [],
		env: new Map(Object.entries({ ...env, out: "" })),
	};
	const drvPath = store.addDerivation(fillOutputs(drv, (path) => store.readDerivation(path)));
	const options = { store, builders: [builtinBuilder(world)], system: "x86_64-linux" };
	const { targets } = await realise([{ drvPath, outputs: "all" }], options);
	return store.accessor(targets[0]?.outputs.get("out") as StorePath);
};

describe("builtin:buildenv", () => {
	const a = add("a", { bin: { tool: executable("a") }, share: { doc: { a: "a" } }, "nix-support": { x: "" } });
	const b = add("b", { bin: { other: executable("b") }, share: { doc: { b: "b" } } });
	const b2 = add("b2", { bin: { tool: executable("b2") } });
	const manifest = add("manifest", "[]");

	test("links what one package has, and merges folders that several have", async () => {
		const env = { derivations: `true 5 1 ${a} true 5 1 ${b}`, manifest: `${manifest}` };
		const tree = await build("builtin:buildenv", env, [a, b, manifest]);
		expect(listTree(tree)).toEqual(
			listTree(
				memoryAccessor({
					bin: { tool: symlink(`${a}/bin/tool`), other: symlink(`${b}/bin/other`) },
					share: { doc: { a: symlink(`${a}/share/doc/a`), b: symlink(`${b}/share/doc/b`) } },
					"manifest.nix": symlink(`${manifest}`),
				}),
			),
		);
	});

	test("the lower priority number wins; equal ones are a conflict", async () => {
		const env = { derivations: `true 5 1 ${a} true 4 1 ${b2}`, manifest: `${manifest}` };
		const tree = await build("builtin:buildenv", env, [a, b2, manifest]);
		expect(tree.readLink("/bin/tool")).toBe(`${b2}/bin/tool`);
		const same = { derivations: `true 5 1 ${a} true 5 1 ${b2}`, manifest: `${manifest}` };
		await expect(build("builtin:buildenv", same, [a, b2, manifest])).rejects.toThrow(
			"> \x1b[31;1merror:\x1b[0m Unable to build profile. There is a conflict for the following files:",
		);
	});
});

describe("builtin:fetchurl", () => {
	const hash = parseHash("sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=");
	const fixed: DerivationOutput = { kind: "fixed", contentAddress: { method: "flat", hash } };

	test("in a sandbox there are no files of the host", async () => {
		const file = stringToBytes("y");
		const world: BuiltinBuilderWorld = { download: async () => file, sandbox: true, sandboxPaths: ["/shown"] };
		const hash = parseHash("sha256-ofzkNjhU/4iM/0uOeHXWAMJoI5BBKoz3mzfQsRFIsPo=");
		const fixed: DerivationOutput = { kind: "fixed", contentAddress: { method: "flat", hash } };
		await expect(build("builtin:fetchurl", { url: "file:///hidden" }, [], world, fixed)).rejects.toThrow(
			"\x1b[35;1mCould not read a file:// file\x1b[0m (\x1b[35;1m37\x1b[0m) \x1b[35;1mCould not open file /hidden\x1b[0m",
		);
		const made = await build("builtin:fetchurl", { url: "file:///shown/x" }, [], world, fixed);
		expect(made.readFile("/")).toEqual(file);
	});

	test("downloads a file, from mirrors first", async () => {
		const asked: string[] = [];
		const download = async (url: string): Promise<Uint8Array> => {
			asked.push(url);
			if (url.startsWith("http://mirror")) throw new Error("404");
			return stringToBytes("x");
		};
		const world = { download, hashedMirrors: ["http://mirror"] };
		const file = await build("builtin:fetchurl", { url: "http://example/x" }, [], world, fixed);
		expect(file.lstat("/")).toEqual({ kind: "regular", executable: false, size: 1 });
		expect(asked).toEqual([`http://mirror/sha256/${hash.base16()}`, "http://example/x"]);
	});

	test("only for fixed outputs", async () => {
		const world = { download: async () => stringToBytes("x") };
		await expect(build("builtin:fetchurl", { url: "u" }, [], world)).rejects.toThrow(
			"> \x1b[31;1merror:\x1b[0m 'builtin:fetchurl' must be a fixed-output or impure derivation",
		);
	});
});

test("builtin:unpack-channel renames the only entry", async () => {
	const src = add("channel.tar", "tar");
	const unpackTarball = () => memoryNode({ "nixpkgs-1.2": { "default.nix": "1" } });
	const tree = await build("builtin:unpack-channel", { src: `${src}`, channelName: "nixpkgs" }, [src], {
		unpackTarball,
	});
	expect(listTree(tree)).toEqual(listTree(memoryAccessor({ nixpkgs: { "default.nix": "1" } })));
});

test("other builtins do not exist", async () => {
	await expect(build("builtin:nope", {}, [])).rejects.toThrow(
		"> \x1b[31;1merror:\x1b[0m unsupported builtin builder '\x1b[35;1mnope\x1b[0m'",
	);
});
