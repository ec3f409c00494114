import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { run } from "./run";
import { noLines } from "./testing/no-lines";

const folder = mkdtempSync(join(tmpdir(), "tsnix-cli-"));
writeFileSync(join(folder, "file"), "hi\n");
symlinkSync("file", join(folder, "link"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program in a folder of its own, with nothing of this process's surroundings. */
const tsnix = async (
	programName: string,
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
): Promise<{ status: number; out: string; err: string }> => {
	let out = "";
	let err = "";
	const status = await run({
		programName,
		args,
		env: { NIX_CONF_DIR: "/nonexistent", NIX_USER_CONF_FILES: "", ...env },
		workingDirectory: folder,
		system: "x86_64-linux",
		writeOut: (data) => void (out += typeof data === "string" ? data : Buffer.from(data).toString("latin1")),
		writeError: (bytes) => void (err += bytes),
		readInput: () => new Uint8Array(),
		inputPieces: () => [],
		execute: async () => 0,
		openLines: () => noLines,
		isTerminal: { input: false, output: false, error: false },
		signal: new AbortController().signal,
	});
	return { status, out, err };
};

test("the name decides the program", async () => {
	const version = { status: 0, out: "nix-hash (Nix) 2.34.8\n", err: "" };
	expect(await tsnix("nix-hash", ["--version"])).toEqual(version);
	expect(await tsnix("tsnix", ["nix-hash", "--version"])).toEqual(version);
	expect(await tsnix("tsnix", ["--version"])).toEqual({ ...version, out: "nix (Nix) 2.34.8\n" });
});

test("help is shown, and where there is no man it fails as the reference's help fails", async () => {
	const { status, out, err } = await tsnix("nix-hash", ["--help"], { PATH: "" });
	expect(out).toMatch(/^Usage: nix-hash /);
	expect(err).toMatch(/^error: The 'man' command was not found, but it is needed for 'nix-hash' and some other/);
	expect(status).toBe(1);
});

test("commands that are none are told, with those that may have been meant", async () => {
	expect(await tsnix("nix", ["eva"])).toEqual({
		status: 1,
		out: "",
		err: "error: 'eva' is not a recognised command\n       Did you mean one of eval or env?\nTry 'nix --help' for more information.\n",
	});
	expect((await tsnix("nix", [])).err).toBe("error: no subcommand specified\nTry 'nix --help' for more information.\n");
});

test("options that are none are told", async () => {
	expect(await tsnix("nix-hash", ["--frob"])).toEqual({
		status: 1,
		out: "",
		err: "error: unrecognised flag '--frob'\nTry 'nix-hash --help' for more information.\n",
	});
});

test("names of hash algorithms that are none point to the help", async () => {
	const { err } = await tsnix("nix-hash", ["--type", "sha0", "file"]);
	expect(err).toBe(
		"error: unknown hash algorithm 'sha0', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'\nTry 'nix-hash --help' for more information.\n",
	);
});

test("blake3 is refused wherever a hash may be given, unless it is turned on", async () => {
	const refused =
		"error: experimental Nix feature 'blake3-hashes' is disabled; add '--extra-experimental-features blake3-hashes' to enable it\n";
	const zeros = "0".repeat(64);
	const environment = { NIX_CONFIG: "experimental-features = nix-command" };
	for (const [program, ...args] of [
		["nix", "hash", "file", "--type", "blake3", "file"],
		["nix", "hash", "convert", `blake3:${zeros}`],
		["nix-hash", "--type", "blake3", "file"],
		["nix-hash", "--to-base32", `blake3:${zeros}`],
	])
		expect((await tsnix(program, args, environment)).err).toBe(refused);
	const on = ["--extra-experimental-features", "blake3-hashes"];
	const converted = ["hash", "convert", ...on, "--to", "base16", `blake3:${zeros}`];
	expect((await tsnix("nix", converted, environment)).out).toBe(`${zeros}\n`);
});

test("settings that are not known are warned of", async () => {
	const { err } = await tsnix("nix", ["hash", "file", "--option", "foo", "bar"], { NIX_CONFIG: "baz = 1" });
	expect(err).toBe("warning: unknown setting 'baz'\nwarning: unknown setting 'foo'\n");
});

test("commands behind an experimental feature need it", async () => {
	const { status, err } = await tsnix("nix", ["hash", "file"], { NIX_CONFIG: "experimental-features =" });
	expect(status).toBe(1);
	expect(err).toBe(
		"error: experimental Nix feature 'nix-command' is disabled; add '--extra-experimental-features nix-command' to enable it\n",
	);
});

test("hashes of files", async () => {
	expect((await tsnix("nix-hash", ["--flat", "--type", "sha256", "file"])).out).toBe(
		"98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4\n",
	);
	expect((await tsnix("nix", ["hash", "file", "file"])).out).toBe(
		"sha256-mOpuTyFvL7S2n/+bOkSELDhobKaF8/VdxIxdP7EQe+Q=\n",
	);
	expect((await tsnix("nix", ["hash", "file", "nope"])).err).toBe(
		'error: opening file "nope": No such file or directory\n',
	);
});

test("a store in memory lasts as long as the command", async () => {
	const added = await tsnix("nix-store", ["--store", "memory:", "--add", "file"]);
	expect(added).toEqual({ status: 0, out: "/nix/store/a5ninyv8g00ffl81x1qccsrj5xklh0wb-file\n", err: "" });
	expect(await tsnix("nix-store", ["--store", "memory:", "-q", "--hash", added.out.trim()])).toEqual({
		status: 1,
		out: "",
		err: `error: path '${added.out.trim()}' is not valid\n`,
	});
});

test("a shell is told what a word may go on with", async () => {
	const complete = async (word: number, ...args: string[]): Promise<string[]> =>
		(await tsnix("nix", args, { NIX_GET_COMPLETIONS: String(word) })).out.split("\n").slice(0, -1);
	expect(await complete(1, "buil")).toEqual(["normal", "build\t"]);
	expect(await complete(2, "flake", "metad")).toEqual(["normal", "metadata\t"]);
	expect(await complete(2, "eval", "--wri")).toEqual(["normal", "--write-to\t"]);
	expect(await complete(3, "build", "--option", "max-j")).toEqual(["normal", "max-jobs\t"]);
	expect(await complete(3, "nar", "ls", "./f")).toEqual(["filenames", "./file\t"]);
});
