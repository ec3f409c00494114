/** For tests only: asks real Nix, found through `TSNIX_REFERENCE`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const hasReference = process.env.TSNIX_REFERENCE !== undefined;

/** Runs `nix-instantiate --eval` on an expression (a byte string) with further arguments. */
export const evaluateByReference = (expression: string, ...options: string[]): { output: string; error: string } => {
	const { stdout, stderr } = spawnSync(
		join(process.env.TSNIX_REFERENCE ?? "", "bin", "nix-instantiate"),
		["--eval", "--strict", "--store", "dummy://", ...options, "-"],
		{ input: Buffer.from(expression, "latin1"), maxBuffer: 1 << 28 },
	);
	return { output: stdout.toString("latin1"), error: stderr.toString("latin1") };
};

/** A string literal of the language for a byte string. */
export const quoteNix = (text: string): string =>
	`"${text.replace(/["\\]|\$\{/g, (c) => `\\${c}`).replaceAll("\r", "\\r")}"`;

/** The last error's message in what the command printed, its indentation taken away. */
export const errorMessage = (printed: string): string => {
	const lines = (printed.split(/^ *error: /m).pop() ?? "").split("\n");
	return lines
		.map((line) => line.replace(/^ {7}/, ""))
		.join("\n")
		.replace(/[ \n]+$/, "");
};

/** Pseudo-random numbers below `n`, the same in every run. */
export const pseudoRandom = (seed: number): ((n: number) => number) => {
	let state = seed;
	return (n) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * n);
	};
};
