import { memfs } from "memfs";
import { expect, test } from "vitest";
import { cloneSource } from "./clone";
import { inputFromURL } from "./input";
import { createFetchWorld } from "./world";

const { fs } = memfs({ "/tree/.git/HEAD": "", "/tree/.git/objects/x": "", "/bare/HEAD": "", "/bare/objects/x": "" });
const world = createFetchWorld({ fs: fs as never });
const source = (url: string) => cloneSource(inputFromURL(url), world);

test("a Git input is cloned from where it is", () => {
	expect(source("git+https://example.org/a.git?ref=dev")).toEqual({ url: "https://example.org/a.git", ref: "dev" });
	expect(source("git+file:///tree")).toEqual({ url: "/tree" });
	expect(source("git+file:///bare")).toEqual({ url: "file:///bare" });
});

test("forges have their repositories under known URLs", () => {
	expect(source("github:NixOS/nix")).toEqual({ url: "https://github.com/NixOS/nix.git" });
	expect(source("github:NixOS/nix/2.34?host=ghe.example.org")).toEqual({
		url: "https://ghe.example.org/NixOS/nix.git",
		ref: "2.34",
	});
	expect(source("gitlab:a/b")).toEqual({ url: "https://gitlab.com/a/b.git" });
	expect(source("sourcehut:~a/b")).toEqual({ url: "https://git.sr.ht/~a/b" });
});

test("a revision cannot be cloned, and trees of other inputs are copied", () => {
	expect(() => source(`git+https://example.org/a?ref=x&rev=${"1".repeat(40)}`)).toThrow(
		"cloning a specific revision is not implemented",
	);
	expect(source("path:/tree")).toBeUndefined();
});
