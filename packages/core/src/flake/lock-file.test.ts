import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LockFileError } from "./errors";
import { findUnlocked, lockFileData, lockFilesEqual, parseLockFile, writeLockFile } from "./lock-file";
import {
	addInput,
	allInputs,
	checkFollows,
	emptyLockGraph,
	findInput,
	graphOf,
	type LockTree,
	removeInput,
} from "./lock-graph";
import { type FlakeRef, flakeRefFromAttrs, flakeRefToString } from "./ref";

const hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

const locked = (path: string, extra: object = {}): object => ({
	locked: { lastModified: 1, narHash: hash, path, type: "path" },
	original: { path, type: "path" },
	...extra,
});

const file = (nodes: object, version: unknown = 7, root = "root"): string => JSON.stringify({ nodes, root, version });

/** A file as Nix 2.34.8 wrote it. */
const written = `{
  "nodes": {
    "dep": {
      "locked": {
        "lastModified": 1795449838,
        "narHash": "sha256-bZsJIso1URwbhSoVqrjnrnTw30qQQx3ZriTo15rlkyw=",
        "path": "/tmp/dep",
        "type": "path"
      },
      "original": {
        "path": "/tmp/dep",
        "type": "path"
      }
    },
    "root": {
      "inputs": {
        "dep": "dep"
      }
    }
  },
  "root": "root",
  "version": 7
}
`;

test("what Nix wrote is written the same", () => {
	expect(writeLockFile(parseLockFile(written))).toBe(written);
});

test("the lock file of a flake without inputs", () => {
	expect(writeLockFile(emptyLockGraph)).toBe(
		'{\n  "nodes": {\n    "root": {}\n  },\n  "root": "root",\n  "version": 7\n}\n',
	);
});

test("nodes are named for the inputs that lead to them", () => {
	const graph = parseLockFile(
		file(
			{
				top: { inputs: { a: "x1", nixpkgs: "x2" } },
				x1: locked("/a", { inputs: { nixpkgs: "x3", root: "x4" } }),
				x2: locked("/n"),
				x3: locked("/m"),
				x4: locked("/r", { inputs: { again: "x3", up: [], other: ["nixpkgs"] }, flake: false, parent: ["a"] }),
				unused: locked("/u"),
			},
			7,
			"top",
		),
	);
	const { json, keys } = lockFileData(graph);
	expect(json).toMatchObject({
		nodes: {
			a: { inputs: { nixpkgs: "nixpkgs", root: "root_2" } },
			nixpkgs: { original: { path: "/m" } },
			nixpkgs_2: { original: { path: "/n" } },
			root_2: { inputs: { again: "nixpkgs", up: [], other: ["nixpkgs"] }, flake: false, parent: ["a"] },
		},
	});
	expect(keys.get("x2")).toBe("nixpkgs_2");
	expect(keys.has("unused")).toBe(false);
});

test("version 5 has more of an input in `info`", () => {
	const graph = parseLockFile(
		file({ root: { inputs: { a: "a" } }, a: { ...locked("/a"), info: { lastModified: 5 } } }, 5),
	);
	expect(graph.nodes.get("a")?.input?.locked.input.attrs.lastModified).toBe(5);
});

test("numbers are kept in 64 bits without a sign", () => {
	// All as real Nix writes them back.
	for (const [written, kept] of [
		["-1", "18446744073709551615"],
		["1.5", "1"],
		["1e3", "1000"],
		["9223372036854775808", "9223372036854775808"],
		["-9223372036854775809", "9223372036854775808"],
		["18446744073709551616", "0"],
		["1e30", "0"],
	]) {
		const text = file({ root: { inputs: { a: "a" } }, a: locked("/a", {}) });
		const graph = parseLockFile(text.replace(/"lastModified":\d+/, `"lastModified":${written}`));
		expect(writeLockFile(graph)).toContain(`"lastModified": ${kept},`);
		expect(flakeRefToString(graph.nodes.get("a")?.input?.locked as FlakeRef)).toContain(`lastModified=${kept}&`);
	}
});

describe("files that are not as they have to be", () => {
	const failure = (text: string): LockFileError => {
		try {
			parseLockFile(text);
		} catch (error) {
			if (error instanceof LockFileError) return error;
			throw error;
		}
		throw new Error("it was taken");
	};

	test.each([
		["no JSON", "{", "LOCK_FILE_SYNTAX", ""],
		["an old version", file({}, 4), "LOCK_FILE_VERSION", "version"],
		["no version", "{}", "LOCK_FILE_VERSION", "version"],
		["no object", "[]", "BAD_LOCK_FILE", ""],
		["a version that is no number", '{"version":"7"}', "BAD_LOCK_FILE", "version"],
		["no root", '{"version":7,"nodes":{}}', "BAD_LOCK_FILE", "root"],
		["nodes that are a list", '{"version":7,"root":"root","nodes":[]}', "BAD_LOCK_FILE", "nodes"],
		["a node that is none", file({ root: 1 }), "BAD_LOCK_FILE", "nodes.root"],
		["an input that is none", file({ root: { inputs: { a: 1 } } }), "BAD_LOCK_FILE", "nodes.root.inputs.a"],
		["a missing node", file({ root: { inputs: { a: "a" } } }), "BAD_LOCK_FILE", "nodes"],
		["a node without a lock", file({ root: { inputs: { a: "a" } }, a: {} }), "BAD_LOCK_FILE", "nodes.a"],
		[
			"an attribute that is an object",
			file({ root: {}, a: { locked: { type: {} } } }),
			"BAD_LOCK_FILE",
			"nodes.a.locked.type",
		],
		[
			"an unlocked input",
			file({
				root: { inputs: { a: "a" } },
				a: { locked: { type: "path", path: "/a" }, original: { type: "path", path: "/a" } },
			}),
			"UNLOCKED_INPUT",
			"nodes.a",
		],
		[
			"a circle",
			file({
				root: { inputs: { a: "a" } },
				a: locked("/a", { inputs: { b: "b" } }),
				b: locked("/b", { inputs: { a: "a" } }),
			}),
			"LOCK_FILE_CYCLE",
			"nodes.a",
		],
		[
			"a circle through the root",
			file({ root: { inputs: { a: "a" } }, a: locked("/a", { inputs: { b: "root" } }) }),
			"LOCK_FILE_CYCLE",
			"",
		],
		[
			"names of JavaScript's own",
			'{"version":7,"root":"toString","nodes":{"__proto__":{"inputs":{"a":"constructor"}},"toString":{"inputs":{"x":"__proto__"}}}}',
			"BAD_LOCK_FILE",
			"nodes.__proto__",
		],
	])("%s", (_, text, code, place) => {
		const error = failure(text);
		expect({ code: error.code, place: error.place }).toEqual({ code, place });
	});

	test("values of the wrong type, in the reference's words", () => {
		const said = (text: string): string => failure(text).message;
		expect(said('{"version":null}')).toBe("[json.exception.type_error.302] type must be number, but is null");
		expect(said(file({ root: { inputs: { a: 3 } } }))).toBe(
			"[json.exception.type_error.302] type must be string, but is number",
		);
		expect(said("[]")).toBe("[json.exception.type_error.306] cannot use value() with array");
	});

	test("without nodes there are no inputs", () => {
		expect([...parseLockFile('{"version":7,"root":"root"}').nodes.keys()]).toEqual(["root"]);
	});

	test("a chain too long to be true", () => {
		const nodes: Record<string, object> = { root: { inputs: { n: "n0" } } };
		for (let i = 0; i < 5000; i++) nodes[`n${i}`] = locked("/n", { inputs: { n: `n${i + 1}` } });
		expect(failure(file(nodes)).code).toBe("LOCK_FILE_CYCLE");
	});

	test("text nested too deeply to be true", () => {
		expect(failure(`${"[".repeat(1_000_000)}`).code).toBe("LOCK_FILE_SYNTAX");
	});
});

test("a worktree with changes that is checked by its NAR hash is a warning", () => {
	const warnings: string[] = [];
	const dirty = { type: "git", url: "file:///a", narHash: hash };
	const graph = parseLockFile(file({ root: { inputs: { a: "a" } }, a: { locked: dirty, original: dirty } }), {
		warn: (message) => warnings.push(message),
	});
	expect(warnings).toEqual([
		"Lock file entry 'git+file:///a' is unlocked (e.g. lacks a Git revision) but is checked by NAR hash. " +
			"This is not reproducible and will break after garbage collection or when shared.",
	]);
	expect(findUnlocked(graph)?.input.attrs.url).toBe("file:///a");
});

test("inputs are found through what they follow", () => {
	const graph = parseLockFile(
		file({
			root: { inputs: { a: "a", b: ["a", "c"], d: ["d"], e: ["nope"], self: [] } },
			a: locked("/a", { inputs: { c: "c" } }),
			c: locked("/c"),
		}),
	);
	expect(findInput(graph, ["b"])).toBe("c");
	expect(findInput(graph, [])).toBe("root");
	expect(findInput(graph, ["self", "a", "c"])).toBe("c");
	expect(findInput(graph, ["b", "x"])).toBeUndefined();
	expect(() => findInput(graph, ["d"])).toThrow("follow cycle detected: [d -> d]");
	expect(() => checkFollows(removeInput(graph, "root", "d"))).toThrow("input 'e' follows a non-existent input 'nope'");
	expect(allInputs(graph).map(({ path }) => path.join("/"))).toEqual(["a", "a/c", "b", "d", "e", "self"]);
});

test("a graph is changed without touching the old one", () => {
	const graph = addInput(emptyLockGraph, "root", "a", { kind: "follows", path: ["b"] });
	expect(emptyLockGraph.nodes.get("root")?.inputs.size).toBe(0);
	expect(lockFilesEqual(removeInput(graph, "root", "a"), emptyLockGraph)).toBe(true);
});

/** Any tree of inputs. */
const { tree } = fc.letrec<{ tree: LockTree }>((tie) => ({
	tree: fc
		.record({
			inputs: fc.dictionary(
				fc.oneof(fc.constantFrom("nixpkgs", "root", "__proto__", "nixpkgs_2"), fc.string({ maxLength: 4 })),
				fc.oneof({ depthSize: "small" }, fc.array(fc.string({ maxLength: 3 })), tie("tree")),
				{ maxKeys: 4 },
			),
			path: fc.webPath(),
			flake: fc.boolean(),
			parent: fc.option(fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }), { nil: undefined }),
			time: fc.nat(),
		})
		.map(({ inputs, path, flake, parent, time }): LockTree => {
			const ref = flakeRefFromAttrs({
				type: "path",
				path: `/${path}`,
				lastModified: time,
				narHash: hash,
				__final: true,
			});
			const original = flakeRefFromAttrs({ type: "path", path: `/${path}`, dir: "d" });
			return {
				input: { locked: ref, original, isFlake: flake, ...(parent === undefined ? {} : { parent }) },
				inputs: new Map(
					Object.entries(inputs).map(([name, edge]) => [
						name,
						Array.isArray(edge) ? { kind: "follows", path: edge } : (edge as LockTree),
					]),
				),
			};
		}),
}));

test("any lock file is read back as it was written", () => {
	fc.assert(
		fc.property(tree, (root) => {
			const text = writeLockFile(graphOf({ inputs: root.inputs }));
			expect(writeLockFile(parseLockFile(text))).toBe(text);
		}),
	);
});

test("no text does anything but throw a LockFileError", () => {
	fc.assert(
		fc.property(fc.json(), (text) => {
			try {
				parseLockFile(text);
			} catch (error) {
				expect(error).toBeInstanceOf(LockFileError);
			}
		}),
	);
});
