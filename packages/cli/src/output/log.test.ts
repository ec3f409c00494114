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

test("a warning stands behind its label; an empty one is a line", () => {
	const warned = (text: string): string => logged((log) => log.warn(text, "evaluation warning:"));
	expect(warned("one")).toBe("evaluation warning: one\n");
	expect(warned("\nsecond line")).toBe("evaluation warning:\nsecond line\n");
	expect(warned("")).toBe("\n");
});

test("tabs become spaces, and escape sequences go where there is no terminal", () => {
	expect(logged((log) => log.line(level.error, "trace: a\tb \x1b[31mred\x1b[0m"))).toBe("trace: a        b red\n");
});
