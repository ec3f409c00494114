import type { Evaluator, PosIdx } from "./evaluation";

/**
 * The lines that messages quote of the Nix code in which the reference calls flakes. Nothing evaluates them: they only
 * let traces of flakes name the same places, with the same lines around them, as the reference's messages.
 */
const quoted: Readonly<Record<number, string>> = {
	14: "# This is `prim_fetchFinalTree`.",
	15: "fetchTreeFinal:",
	55: "          # Note: lock file entries are always final.",
	56: '          fetchTreeFinal (node.info or { } // removeAttrs node.locked [ "dir" ]);',
	66: '      flake = import (outPath + "/flake.nix");',
	68: `      inputs = mapAttrs (inputName: inputSpec: allNodes.\${resolveInput inputSpec}.result) (`,
	69: "        node.inputs or { }",
	72: "      outputs = flake.outputs (inputs // { self = result; });",
	74: "      result =",
	75: "        outputs",
	76: "        # We add the sourceInfo attribute for its metadata, as they are",
	93: "    {",
	94: "      result =",
	95: "        if node.flake or true then",
	96: "          assert builtins.isFunction flake.outputs;",
	97: "          result",
	98: "        else",
	99: "          sourceInfo // { inherit sourceInfo outPath; };",
};

/** Line and column of each step of calling a flake. */
const steps = {
	call: [15, 1],
	fetch: [56, 11],
	import: [66, 15],
	input: [68, 37],
	outputsCall: [72, 17],
	outputs: [75, 9],
	result: [94, 7],
	assertion: [96, 11],
	isFunction: [96, 18],
	source: [99, 11],
} as const;

/** A step of calling a flake that errors can pass. */
export type CallStep = keyof typeof steps;

const lines = Array.from({ length: 100 }, (_, i) => quoted[i + 1] ?? "");
const text = `${lines.join("\n")}\n`;

/** Where each step of calling a flake is, in the positions of an evaluation. */
export const callFlakePositions = (st: Evaluator): Readonly<Record<CallStep, PosIdx>> => {
	const path = "\xc2\xabflakes-internal\xc2\xbb/call-flake.nix";
	const base = st.positions.add({ kind: "file", path }, text.length, () => text);
	const at = ([line, column]: readonly [number, number]): PosIdx =>
		base + lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
	return Object.fromEntries(Object.entries(steps).map(([step, place]) => [step, at(place)])) as Record<
		CallStep,
		PosIdx
	>;
};
