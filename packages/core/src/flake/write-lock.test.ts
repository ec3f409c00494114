import { expect, test } from "vitest";
import { parseFlakeRef } from "./ref";
import { memoryFiles } from "./testing/memory";
import { type LockWriter, writeLockOnHost } from "./write-lock";

const request = { path: "/r/s/flake.lock", relativePath: "s/flake.lock", contents: "{}\n" };
const fs = (): LockWriter["fs"] => memoryFiles({ "/r/s/flake.nix": "" }) as LockWriter["fs"];

test("a lock file in a Git repository is added, and committed where that is wanted", () => {
	const ran: string[] = [];
	const files = fs();
	writeLockOnHost(
		{ ...request, flake: parseFlakeRef("git+file:///r?dir=s"), commitMessage: "m" },
		{
			fs: files,
			git: (args, input) => {
				ran.push([...args, ...(input === undefined ? [] : [`< ${new TextDecoder().decode(input)}`])].join(" "));
				return args.includes("check-ignore") ? 1 : 0;
			},
		},
	);
	expect(ran).toEqual([
		"-C /r check-ignore --quiet s/flake.lock",
		"-C /r add --intent-to-add -- s/flake.lock",
		"-C /r commit s/flake.lock -F - < m",
	]);
	expect(String(files.readFileSync("/r/s/flake.lock"))).toBe("{}\n");
});

test("elsewhere it is only written", () => {
	const files = fs();
	writeLockOnHost({ ...request, flake: parseFlakeRef("path:/r?dir=s") }, { fs: files });
	expect(String(files.readFileSync("/r/s/flake.lock"))).toBe("{}\n");
});

test("git refuses", () => {
	const flake = parseFlakeRef("git+file:///r?dir=s");
	expect(() => writeLockOnHost({ ...request, flake }, { fs: fs(), git: () => 128 })).toThrow(
		"program 'git' failed with exit code 128",
	);
	expect(() => writeLockOnHost({ ...request, flake }, { fs: fs() })).toThrow("no such program was given");
});
