import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { memoryAccessor } from "../../accessors/memory";
import { nodeFs } from "../../accessors/node-fs";
import { hashString } from "../../formats/hash";
import { printJson } from "../../formats/json";
import { pathInfoToJSON } from "../../formats/path-info";
import { reference, referenceText, scratchFolder } from "../../testing/reference";
import type { PathInfo } from "../store";
import { localStore } from "./local-store";
import { openNodeDatabase } from "./node-database";

test("there is a database: Node's own, or that of a package", () => {
	expect(openNodeDatabase).toBeDefined();
});

const sharedWithNix = (openDatabase: NonNullable<typeof openNodeDatabase>): void => {
	test("that we made is read, verified and written by Nix", () => {
		const root = join(scratchFolder(), "store");
		const store = localStore({ fs: nodeFs, root, openDatabase, clock: () => 1_000_000_000 });
		const inner = store.addTextToStore("a", "b", []);
		const outer = store.addTextToStore("x", `y ${inner}`, [inner]);
		const tree = store.addToStore("tree", memoryAccessor({ f: "1", d: { g: "2" } }), "/");
		referenceText("nix", "store", "verify", "--store", root, "--all", "--no-trust");
		expect(referenceText("nix-store", "--store", root, "-q", "--referrers", inner.toString())).toBe(outer.toString());
		for (const path of [inner, outer, tree]) {
			const args = ["path-info", "--store", root, "--json", "--json-format", "2", path.toString()];
			const info = pathInfoToJSON(store.queryPathInfo(path) as PathInfo, { version: 2 });
			const expected = { info: { [path.baseName]: info }, storeDir: "/nix/store", version: 2 };
			expect(
				reference("nix", ...args)
					.toString()
					.trim(),
			).toBe(printJson(expected));
		}
		const theirs = referenceText("nix-store", "--store", root, "--add", join(root, "nix/var/nix/db/schema"));
		expect(store.queryAllValidPaths().map(String)).toContain(theirs);
	});

	test("that Nix made is read and written by us", () => {
		const root = join(scratchFolder(), "store");
		const expression = `derivation { name = "q"; system = "x"; builder = "y"; src = builtins.toFile "s" "t"; }`;
		const drvPath = referenceText("nix-instantiate", "--store", root, "-E", expression);
		const store = localStore({ fs: nodeFs, root, openDatabase });
		const path = store.queryAllValidPaths().find((path) => path.toString() === drvPath);
		expect(path && store.readDerivation(path).name).toBe("q");
		expect(path && store.queryPathInfo(path)?.references.map((reference) => reference.name)).toEqual(["s"]);
		const added = store.addTextToStore("ours", "text", []);
		expect(referenceText("nix-store", "--store", root, "-q", "--hash", added.toString())).toBe(
			store.queryPathInfo(added)?.narHash.toString(),
		);
		const drv = path && store.readDerivation(path);
		const copy = drv && store.addDerivation({ ...drv, name: "q" });
		expect(copy?.equals(path as NonNullable<typeof path>)).toBe(true);
	});

	test("with realisations in it is still one that Nix works with", () => {
		const root = join(scratchFolder(), "store");
		const store = localStore({ fs: nodeFs, root, openDatabase });
		const path = store.addTextToStore("a", "b", []);
		const id = `sha256:${hashString("sha256", "x").base16()}!out`;
		store.registerRealisation(id, path);
		expect(referenceText("nix-store", "--store", root, "--add", join(root, path.toString()))).toMatch(/-a$/);
		referenceText("nix", "store", "verify", "--store", root, "--all", "--no-trust");
		expect(store.queryRealisation(id)?.equals(path)).toBe(true);
	});
};

if (openNodeDatabase !== undefined) {
	const openDatabase = openNodeDatabase;
	describe("a store with Nix's database", () => sharedWithNix(openDatabase));
}
