import { mkdtempSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Session } from "../session";
import { deleteGenerations, deleteGenerationsGreaterThan, findGenerations, switchGeneration } from "./generations";

describe("the versions of a profile", () => {
	let folder: string;
	let profile: string;
	let said: string[];
	const session = { log: { notice: (text: string) => said.push(text), line: () => {} } } as unknown as Session;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "profile-"));
		profile = join(folder, "default");
		said = [];
		for (const n of [1, 2, 10]) symlinkSync(`/nix/store/x${n}`, `${profile}-${n}-link`);
		symlinkSync("default-2-link", profile);
		symlinkSync("/elsewhere", join(folder, "default-x-link"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));
	const numbers = (): number[] => findGenerations(profile).generations.map(({ number }) => number);

	it("are found by their links, in the order of their numbers", () => {
		expect(numbers()).toEqual([1, 2, 10]);
		expect(findGenerations(profile).current).toBe(2);
	});

	it("can be switched to, and back", async () => {
		await switchGeneration(session, profile, 10, false);
		expect(readlinkSync(profile)).toBe("default-10-link");
		await switchGeneration(session, profile, undefined, false);
		expect(readlinkSync(profile)).toBe("default-2-link");
		expect(said).toEqual(["switching profile from version 2 to 10", "switching profile from version 10 to 2"]);
		await expect(switchGeneration(session, profile, 7, false)).rejects.toThrow("profile version 7 does not exist");
	});

	it("are not deleted while they are in use", async () => {
		await expect(deleteGenerations(session, profile, new Set([2]), false)).rejects.toThrow(
			"cannot delete current version of profile",
		);
		await deleteGenerationsGreaterThan(session, profile, 1, true);
		expect(said).toEqual(["would remove profile version 1"]);
		await deleteGenerations(session, profile, new Set([1, 10]), false);
		expect(numbers()).toEqual([2]);
	});
});
