import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { hasNativePackage, nativePackage, nativePackageFile } from "./node-native-package";

const linux = process.platform === "linux";

describe("optional packages", () => {
	it("are found where require finds them", () => {
		expect(hasNativePackage("koffi")).toBe(true);
		expect(hasNativePackage("no such package" as "koffi")).toBe(false);
		expect(nativePackageFile("no such package" as "koffi")).toBe(undefined);
	});

	it.runIf(linux)("are loaded as their libraries alone", () => {
		expect(nativePackageFile("koffi")).toMatch(/\/koffi\.node$/);
		expect(nativePackageFile("@photostructure/sqlite")).toMatch(/\.node$/);
		const koffi = nativePackage("koffi") as { load(path: null): { func(prototype: string): () => number } };
		expect(koffi.load(null).func("int getpid()")()).toBe(process.pid);
		expect(nativePackage("koffi")).toBe(koffi);
	});

	it("are refused as require refuses them", () => {
		const id = "no such package" as "koffi";
		expect(() => nativePackage(id)).toThrow("Cannot find module 'no such package'");
		expect(() => createRequire(import.meta.url)(id)).toThrow("Cannot find module 'no such package'");
	});
});
