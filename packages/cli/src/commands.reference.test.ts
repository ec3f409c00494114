import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CommandScripts } from "./testing/command-scripts";
import { scenarios } from "./testing/command-scenarios";

// Scripts around single commands, with the reference and with the built command: what every command prints, how it exits,
// and the files that the scripts show are the same.

const scripts = new CommandScripts();
afterAll(() => scripts.close());

test.each(Object.entries(scenarios))(
	"%s",
	(_, script) => {
		const reference = join(process.env.TSNIX_REFERENCE as string, "bin");
		expect(scripts.record(script, scripts.own)).toBe(scripts.record(script, reference));
	},
	180_000,
);
