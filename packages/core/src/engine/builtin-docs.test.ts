import { expect, it } from "vitest";
import { builtinDocs } from "./builtin-docs";

it("tells of the evaluator's builtins and of those of flakes", () => {
	const docs = new Map(builtinDocs().map((doc) => [doc.name, doc]));
	expect(docs.get("parseFlakeRef")).toMatchObject({ args: ["flake-ref"], arity: 1, feature: "flakes" });
	expect(docs.get("genList")).toMatchObject({ arity: 2 });
	expect(docs.get("storeDir")?.type).toBe("string");
	for (const { name, doc } of docs.values()) expect(doc, name).not.toBe("");
});
