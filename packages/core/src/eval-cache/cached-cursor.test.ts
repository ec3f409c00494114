import { openNodeDatabase } from "@tsnix/store/node";
import { beforeEach, expect, test } from "vitest";
import { callFlake } from "../flake/call";
import { AttrsValue, forceAttrs, getAttr, type Lazy, NixString } from "../flake/evaluation";
import { lockFlakeSync } from "../flake/lock";
import { parseFlakeRef } from "../flake/ref";
import { memoryWorld } from "../flake/testing/memory";
import { type AttrDb, openAttrDb } from "./attr-db";
import { type CachedCursor, CachedEvalError } from "./cached-cursor";
import { EvalCache } from "./eval-cache";

let db: AttrDb | undefined;
beforeEach(() => {
	db = openAttrDb(() => (openNodeDatabase as NonNullable<typeof openNodeDatabase>)(":memory:"));
});

/** The outputs of a flake, as a command of its own has them, and how often it evaluated them. */
const command = (outputs: string) => {
	let evaluations = 0;
	const world = memoryWorld({ "/a/flake.nix": `{ outputs = { self }: ${outputs}; }` });
	const st = world.evaluator;
	const load = (): Lazy => {
		evaluations++;
		const flake = callFlake(st, lockFlakeSync(world, parseFlakeRef("path:/a")), world);
		return getAttr(forceAttrs(st, flake, 0, ""), st.symbols.create("outputs")) as Lazy;
	};
	const cache = new EvalCache(st, db, load);
	return { cursor: cache.cursor(), evaluations: () => evaluations, st };
};

const at = (cursor: CachedCursor, ...path: string[]): CachedCursor => cursor.follow(path) as CachedCursor;

const outputs = `{
	a = { s = "text"; n = -3; b = true; l = [ "x" "y" ]; f = 1.5; set = { }; };
	bad.x = throw "it breaks";
	file = builtins.toFile "f" "contents";
}`;

test("what was evaluated once is evaluated no more", () => {
	const look = (cursor: CachedCursor) => [
		at(cursor, "a", "s").string(),
		at(cursor, "a", "n").integer(),
		at(cursor, "a", "b").bool(),
		at(cursor, "a", "l").strings(),
		cursor.find("none"),
		at(cursor, "a").find("none"),
		at(cursor, "a", "s").find("inner"),
		at(cursor, "a", "set").names(),
	];
	const [first, second] = [command(outputs), command(outputs)];
	const seen = look(first.cursor);
	expect(seen).toEqual(["text", -3, true, ["x", "y"], undefined, undefined, undefined, []]);
	expect(first.evaluations()).toBe(1);
	expect(look(second.cursor)).toEqual(seen);
	expect(second.evaluations()).toBe(0);
});

test("a failure is remembered, and evaluated again to tell what it was", () => {
	expect(() => at(command(outputs).cursor, "bad", "x").string()).toThrow("it breaks");
	const { cursor, evaluations } = command(outputs);
	let failure: unknown;
	try {
		at(cursor, "bad", "x");
	} catch (error) {
		failure = error;
	}
	expect(failure).toBeInstanceOf(CachedEvalError);
	expect([(failure as Error).message, evaluations()]).toEqual(["cached failure of attribute 'bad.x'", 0]);
	expect(() => (failure as CachedEvalError).evaluate()).toThrow("it breaks");
	expect(evaluations()).toBe(1);
});

test("a string whose context is gone from the store is evaluated again", () => {
	const first = at(command(outputs).cursor, "file").stringWithContext();
	expect(first.context?.elements).toHaveLength(1);
	// Another store: nothing of it is there.
	const { cursor, evaluations } = command(outputs);
	expect(at(cursor, "file").string()).toBe(first.text);
	expect(evaluations()).toBe(0);
	expect(at(cursor, "file").stringWithContext().text).toBe(first.text);
	expect(evaluations()).toBe(1);
});

test("what is of another kind is told of, remembered or not", () => {
	const { cursor } = command(outputs);
	expect(() => at(cursor, "a", "f").string()).toThrow("'a.f' is not a string but a float");
	expect(() => at(command(outputs).cursor, "a", "f").string()).toThrow("'a.f' is not a string");
	expect(() => at(cursor, "a", "s").bool()).toThrow("'a.s' is not a Boolean");
	expect(() => at(cursor, "a", "s").integer()).toThrow("'a.s' is not an integer");
	expect(() => at(cursor, "a", "s").names()).toThrow("'a.s' is not an attribute set");
	expect(() => at(cursor, "a", "s").strings()).toThrow("'a.s' is not a list");
});

test("names that are not there bring others to mind", () => {
	expect(command(outputs).cursor.follow(["bat"])).toMatchObject({ suggestions: [{ name: "bad" }, { name: "a" }] });
});

test("values are evaluated where they are asked for themselves", () => {
	command(outputs).cursor.names();
	const { cursor, evaluations } = command(outputs);
	expect(at(cursor, "a").force()).toBeInstanceOf(AttrsValue);
	expect(at(cursor, "file").force()).toBeInstanceOf(NixString);
	expect(evaluations()).toBe(1);
});
