import { describe, expect, it } from "vitest";
import { checkOverlayMount } from "./overlay-mount";

const folders = { realStoreDir: "/merged/nix/store", lowerStoreDir: "/a/nix/store", upperLayer: "/b" };
const line = (upper: string): string =>
	`overlay /merged/nix/store overlay rw,relatime,lowerdir=/a/nix/store,upperdir=${upper},workdir=/w 0 0\n`;

describe("the mount of a local overlay store", () => {
	it("has to be the last one of its folder, with its layers", () => {
		expect(() => checkOverlayMount(`tmpfs /merged tmpfs rw 0 0\n${line("/b")}`, folders)).not.toThrow();
		for (const mounts of ["", line("/other"), line("/b") + line("/other"), line("/b").replace("/a/", "/x/")])
			expect(() => checkOverlayMount(mounts, folders)).toThrow(
				'overlay filesystem "/merged/nix/store" mounted incorrectly',
			);
	});
});
