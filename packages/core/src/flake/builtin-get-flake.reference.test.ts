import { fromBytes } from "@tsnix/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtinGetFlake } from "./builtin-get-flake";
import { adoptError } from "./errors";
import { ContextGatherer, forceAttrs, getAttr, printValueAsJSON, renderErrorBytes } from "./evaluation";
import { Scratch } from "./testing/scenario";
import { testWorld } from "./testing/world";

let scratch: Scratch;
beforeAll(() => {
	scratch = new Scratch();
	scratch.make(
		{
			"a/flake.nix": '{ inputs.b.url = "git+file://@/b"; outputs = { self, b }: { x = b.x; s = toString self; }; }',
			"b/flake.nix": "{ outputs = { self }: { x = [ 1 2 ]; }; }",
			"plain/flake.nix": "{ outputs = { self }: { x = 1; }; }",
			"dangling/flake.nix": '{ inputs.x.follows = "y"; outputs = _: { }; }',
		},
		["a", "b"],
	);
});
afterAll(() => scratch.remove());

test.each([
	["path:@/plain", false],
	["path:@/plain", true],
	["git+file://@/a", false],
	["git+file://@/a", true],
	["git+file://@/a?rev=0000000000000000000000000000000000000000", true],
	["path:@/nope", false],
	["./plain", false],
	["nosuch", false],
	["path:@/dangling", false],
	["git+file://@/b", false],
])("builtins.getFlake %j (pure: %s)", (text, pure) => {
	const ref = text.replaceAll("@/", `${scratch.path()}/`);
	const mode = pure ? [] : ["--impure"];
	const real = scratch.nix("eval", "--json", ...mode, "--expr", `(builtins.getFlake "${ref}").x`);
	const world = testWorld({ env: scratch.env, evaluation: { pureEval: pure } });
	const st = world.evaluator;
	let ours: string;
	try {
		const flake = forceAttrs(st, builtinGetFlake(ref, world), 0, "");
		ours = printValueAsJSON(st, getAttr(flake, st.symbols.create("x")) as never, 0, new ContextGatherer());
	} catch (error) {
		ours = renderErrorBytes(adoptError(error));
	}
	// The call itself adds a line to the trace: it is the evaluator's to add.
	const said = fromBytes(real.stderr).replace(/^ +… while calling the 'getFlake' builtin\n(?: +.*\n)+\n/m, "");
	const expected =
		real.status === 0 ? fromBytes(real.stdout).trim() : said.replace(/^error:\n +error: /, "error: ").trim();
	expect(fromBytes(ours)).toBe(expected);
});
