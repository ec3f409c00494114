import { fromBytes } from "@tsnix/store";
import { expect, test } from "vitest";
import { callFlake } from "./call";
import {
	type AttrsValue,
	ContextGatherer,
	force,
	getAttr,
	type Lazy,
	printValueAsJSON,
	renderErrorBytes,
} from "./evaluation";
import { lockFlakeSync } from "./lock";
import { writeLockFile } from "./lock-file";
import { parseFlakeRef } from "./ref";
import { type MemoryWorld, memoryWorld } from "./testing/memory";

const top = parseFlakeRef("path:/top");

const files = {
	"/top/flake.nix": `{
		inputs = { a.url = path:/a; b.url = path:/b; tree = { url = path:/tree; flake = false; }; };
		outputs = { self, a, b, tree }: {
			one = 1; a = a.x; b = b.x; names = builtins.attrNames self; text = builtins.readFile "\${tree}/file";
			isFlake = self._type; same = self.inputs.a.sourceInfo == a.sourceInfo;
		};
	}`,
	"/a/flake.nix": '{ outputs = { self }: { x = "a"; }; }',
	"/b/flake.nix": "{ outputs = 1; }",
	"/tree/file": "text",
};

const lockFile = (): string => {
	const world = memoryWorld({ ...files, "/b/flake.nix": "{ outputs = _: { }; }" });
	return writeLockFile(lockFlakeSync(world, top).lock);
};

const open = (): { world: MemoryWorld; output: (name: string) => unknown } => {
	const world = memoryWorld({ ...files, "/top/flake.lock": lockFile() });
	const st = world.evaluator;
	const flake = force(callFlake(st, lockFlakeSync(world, top), world), 0) as AttrsValue;
	return {
		world,
		output: (name) =>
			JSON.parse(printValueAsJSON(st, getAttr(flake, st.symbols.create(name)) as Lazy, 0, new ContextGatherer())),
	};
};

test("inputs are fetched when something of them is used", () => {
	const { world, output } = open();
	expect(output("one")).toBe(1);
	expect(world.fetched).toEqual(["path:/top"]);
	expect(output("a")).toBe("a");
	expect(world.fetched).toHaveLength(2);
	expect(output("text")).toBe("text");
	expect(output("same")).toBe(true);
	expect(world.fetched).toHaveLength(3);
});

test("what a flake is made of", () => {
	const { output } = open();
	expect(output("isFlake")).toBe("flake");
	expect(output("names")).toEqual(
		["_type", "a", "b", "inputs", "isFlake", "lastModified", "lastModifiedDate", "names", "narHash"].concat([
			"one",
			"outPath",
			"outputs",
			"same",
			"sourceInfo",
			"text",
		]),
	);
});

test("an input that has changed since it was locked", () => {
	expect(() => open().output("b")).toThrow(/NAR hash mismatch in input 'path:\/b/);
});

test("outputs that are no function", () => {
	const world = memoryWorld({
		...files,
		"/top/flake.lock": lockFile().replace(
			/("b": \{\s*"locked": \{[^}]*"narHash": ")[^"]*/,
			(_, before) => `${before}${narHashOfB()}`,
		),
	});
	const st = world.evaluator;
	const flake = force(callFlake(st, lockFlakeSync(world, top), world), 0) as AttrsValue;
	expect(() => force(getAttr(flake, st.symbols.create("b")) as Lazy, 0)).toThrow(
		"assertion '(builtins.isFunction flake.outputs)' failed",
	);
});

const narHashOfB = (): string => {
	const world = memoryWorld(files);
	const tree = world.fetchLocked(parseFlakeRef("path:/b").input);
	return tree.narHash.sri();
};

test("errors name the places that they passed, as the reference names them", () => {
	const world = memoryWorld({ "/top/flake.nix": '{ outputs = _: throw "x"; }' });
	const flake = callFlake(world.evaluator, lockFlakeSync(world, top), world);
	let said = "";
	try {
		force(flake, 0);
	} catch (error) {
		said = fromBytes(renderErrorBytes(error));
	}
	expect(said).toContain(`
       … while evaluating the attribute 'root.result'
         at «flakes-internal»/call-flake.nix:94:7:
           93|     {
           94|       result =
             |       ^
           95|         if node.flake or true then

       … in the left operand of the update (//) operator
         at «flakes-internal»/call-flake.nix:75:9:
           74|       result =
           75|         outputs
             |         ^
           76|         # We add the sourceInfo attribute for its metadata, as they are
`);
});
