import { parseBaseName } from "@tsnix/store";
import { expect, test } from "vitest";
import { missingLines } from "./print-missing";
import { renderSize } from "./size";

const path = (name: string) => parseBaseName(`00000000000000000000000000000000-${name}`);
const nothing = { willBuild: [], willSubstitute: [], unknown: [], valid: [], downloadSize: 0, narSize: 0 };

test("sizes are for people", () => {
	expect([0, 128, 2048, 5 * 1024 ** 2, 3 * 1024 ** 3].map(renderSize)).toEqual([
		"0.0 KiB",
		"0.1 KiB",
		"2.0 KiB",
		"5.0 MiB",
		"3.0 GiB",
	]);
});

test("what is to be built and fetched is told as the reference tells it", () => {
	expect(missingLines(nothing, "/nix/store", false)).toEqual([]);
	expect(missingLines({ ...nothing, willBuild: [path("a.drv")] }, "/nix/store", false)).toEqual([
		"this derivation will be built:",
		"  /nix/store/00000000000000000000000000000000-a.drv",
	]);
	const both = { ...nothing, willSubstitute: [path("b"), path("a")], downloadSize: 1024, narSize: 4096 };
	expect(missingLines(both, "/nix/store", false)).toEqual([
		"these 2 paths will be fetched (1.0 KiB download, 4.0 KiB unpacked):",
		"  /nix/store/00000000000000000000000000000000-a",
		"  /nix/store/00000000000000000000000000000000-b",
	]);
	expect(missingLines({ ...nothing, unknown: [path("x")] }, "/nix/store", true)[0]).toBe(
		"don't know how to build these paths (may be caused by read-only store access):",
	);
});
