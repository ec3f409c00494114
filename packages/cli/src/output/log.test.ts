import { expect, test } from "vitest";
import type { Shell } from "../shell";
import { Log, level } from "./log";

const logged = (say: (log: Log) => void): string => {
	let text = "";
	const shell = {
		env: {},
		isTerminal: { input: false, output: false, error: false },
		writeError: (bytes: string) => void (text += bytes),
	} as unknown as Shell;
	say(new Log(shell, { verbosity: level.info } as ConstructorParameters<typeof Log>[1]));
	return text;
};

test("a warning of several lines keeps to its column", () => {
	expect(logged((log) => log.warnIndented("one\n\n  two  \n", "evaluation warning:"))).toBe(
		"evaluation warning: one\n\n                      two\n",
	);
	expect(logged((log) => log.warnIndented("", "evaluation warning:"))).toBe("\n");
});

test("tabs become spaces, and escape sequences go where there is no terminal", () => {
	expect(logged((log) => log.line(level.error, "trace: a\tb \x1b[31mred\x1b[0m"))).toBe("trace: a        b red\n");
});
