import { fillOutputs, memoryAccessor, memoryStore, parseDerivation } from "@tsnix/store";
import { expect, test } from "vitest";
import { sourcesOf, withDerivationsOf } from "./eval-store";

const aterm = (sources: readonly string[]): string =>
	`Derive([("out","","","")],[],[${sources.map((s) => `"${s}"`).join()}],"s","b",[],[("out","")])`;

const noInputs = (): never => {
	throw new Error("it has no inputs");
};

test("a store sees the derivations of another, and nothing else of it", () => {
	const evaluated = memoryStore();
	const building = memoryStore();
	const source = evaluated.addToStore("source", memoryAccessor(new Uint8Array([1])), "/");
	const shown = source.toString("/nix/store");
	const drvPath = evaluated.addDerivation(fillOutputs(parseDerivation(aterm([shown]), "x", "/nix/store"), noInputs));
	const both = withDerivationsOf(evaluated, building);
	expect(both.isValidPath(drvPath)).toBe(true);
	expect(both.isValidPath(source)).toBe(false);
	expect(both.readDerivation(drvPath).inputSrcs.map((path) => path.baseName)).toEqual([source.baseName]);
	expect(both.storeDir).toBe("/nix/store");
	expect(building.isValidPath(drvPath)).toBe(false);
	expect(sourcesOf(evaluated, [{ drvPath, outputs: "all" }]).map((path) => path.baseName)).toEqual([source.baseName]);
});
