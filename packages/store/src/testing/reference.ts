import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const features = [
	"nix-command",
	"ca-derivations",
	"impure-derivations",
	"dynamic-derivations",
	"git-hashing",
	"blake3-hashes",
].join(" ");

/** The folder of the reference; reference tests run only where it is given. */
const root = (): string => {
	const path = process.env.TSNIX_REFERENCE;
	if (path === undefined) throw new Error("TSNIX_REFERENCE is not set");
	return path;
};

/** A new folder for one test. */
export const scratchFolder = (): string => mkdtempSync(join(tmpdir(), "tsnix-reference-"));

const environment = {
	PATH: process.env.PATH,
	HOME: "/nonexistent",
	NIX_PATH: "",
	NIX_CONFIG: `experimental-features = ${features}`,
};
const options = { env: environment, maxBuffer: 1 << 30 };

/** What a program of the reference prints. `nix` unless its first argument is another program's name. */
export const reference = (program: string, ...args: string[]): Buffer =>
	execFileSync(join(root(), "bin", program), args, { ...options, stdio: ["ignore", "pipe", "pipe"] });

/** The same as text, without the last newline. */
export const referenceText = (program: string, ...args: string[]): string =>
	reference(program, ...args)
		.toString("latin1")
		.replace(/\n$/, "");

/** The error that a program of the reference ends with, without `error: `. */
export const referenceError = (program: string, ...args: string[]): string => {
	const { stderr } = spawnSync(join(root(), "bin", program), args, options);
	return stderr
		.toString("latin1")
		.replace(/\n$/, "")
		.replace(/^error: /, "");
};
