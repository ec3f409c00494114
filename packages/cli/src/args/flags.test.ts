import { describe, expect, test } from "vitest";
import { UsageError } from "../usage-error";
import { type Flag, Flags, parseArguments } from "./flags";

/** What a command line comes to. */
const parse = async (...args: string[]): Promise<string[]> => {
	const seen: string[] = [];
	const note = (long: string, arity: number, short?: string): Flag => ({
		long,
		arity,
		...(short === undefined ? {} : { short }),
		handle: (...values) => void seen.push([`--${long}`, ...values].join(" ")),
	});
	const flags = new Flags().add(note("verbose", 0, "v"), note("jobs", 1, "j"), note("arg", 2));
	await parseArguments(args, { flag: (all, at) => flags.take(all, at), argument: (arg) => void seen.push(arg) });
	return seen;
};

describe("a command line", () => {
	test("has options with and without arguments, and arguments", async () => {
		expect(await parse("a", "--arg", "x", "1", "-v", "b")).toEqual(["a", "--arg x 1", "--verbose", "b"]);
	});

	test("may have short options together", async () => {
		expect(await parse("-vv", "-vj3", "x")).toEqual(["--verbose", "--verbose", "--verbose", "--jobs 3", "x"]);
	});

	test("has only arguments after --", async () => {
		expect(await parse("--", "-v", "--arg")).toEqual(["-v", "--arg"]);
	});

	test("with an option that is not known is an error", async () => {
		await expect(parse("--frob")).rejects.toThrow(new UsageError("unrecognised flag '--frob'"));
		await expect(parse("-vx")).rejects.toThrow("unrecognised flag '-x'");
	});

	test("with an option that lacks arguments is an error", async () => {
		await expect(parse("--arg", "x")).rejects.toThrow("flag '--arg' requires 2 argument(s), but only 1 were given");
	});
});
