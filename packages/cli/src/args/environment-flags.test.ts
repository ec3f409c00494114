import { expect, test } from "vitest";
import { EnvironmentOptions } from "./environment-flags";
import { Flags, parseArguments } from "./flags";

const environment = async (args: readonly string[]): Promise<Record<string, string>> => {
	const options = new EnvironmentOptions();
	const flags = new Flags().add(...options.flags());
	await parseArguments(args, { flag: (all, at) => flags.take(all, at), argument: () => {} });
	return options.environment({ PATH: "/bin", HOME: "/home", A: "a" });
};

test("variables are kept, set and left out", async () => {
	expect(await environment([])).toEqual({ A: "a", HOME: "/home", PATH: "/bin" });
	expect(Object.keys(await environment([]))).toEqual(["A", "HOME", "PATH"]);
	expect(await environment(["-i", "--keep", "HOME", "-s", "X", "1"])).toEqual({ HOME: "/home", X: "1" });
	expect(await environment(["-u", "A", "-s", "PATH", "/x"])).toEqual({ HOME: "/home", PATH: "/x" });
});

test("options do not contradict each other", async () => {
	await expect(environment(["-k", "A"])).rejects.toThrow("--keep-env-var does not make sense without --ignore-env");
	await expect(environment(["-i", "-u", "A"])).rejects.toThrow("--unset-env-var does not make sense with --ignore-env");
	await expect(environment(["-s", "A", "1", "-s", "A", "2"])).rejects.toThrow(
		"Duplicate definition of environment variable 'A' with '--set-env-var' is ambiguous",
	);
	await expect(environment(["-u", "A", "-s", "A", "2"])).rejects.toThrow(
		"Cannot set environment variable 'A' that is unset with '--unset-env-var'",
	);
	await expect(environment(["-s", "A", "2", "-u", "A"])).rejects.toThrow(
		"Cannot unset environment variable 'A' that is set with '--set-env-var'",
	);
});
