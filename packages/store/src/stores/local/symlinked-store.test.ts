import { memfs } from "memfs";
import { expect, test } from "vitest";
import { type LocalStoreOptions, localStore } from "./local-store";

const open = (options: Partial<LocalStoreOptions>) => {
	const { fs, vol } = memfs({ "/really/nix/store/.keep": "" });
	vol.symlinkSync("/really/nix", "/nix");
	return localStore({ fs: fs as unknown as LocalStoreOptions["fs"], ...options });
};

test("a store behind a symbolic link is refused", () => {
	expect(() => open({})).toThrow(
		'the path "/nix" is a symlink; this is not allowed for the Nix store and its parent directories',
	);
});

test("unless that is allowed", () => {
	expect(open({ allowSymlinkedStore: true }).storeDir).toBe("/nix/store");
});

test("or its files are said to lie where the link leads", () => {
	expect(open({ realStoreDir: "/really/nix/store" }).storeDir).toBe("/nix/store");
});
