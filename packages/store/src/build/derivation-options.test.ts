import { describe, expect, test } from "vitest";
import type { NixError } from "../errors";
import type { Derivation } from "../formats/derivation/derivation";
import { StorePath } from "../formats/store-path";
import { readDerivationOptions } from "./derivation-options";

// Messages are those of the reference for derivations like these.

const drvPath = new StorePath("00000000000000000000000000000000", "x.drv");
const read = (env: Record<string, string>, structuredAttrs?: object, warn?: (message: string) => void) => {
	const drv: Derivation = {
		name: "x",
		outputs: new Map([["out", { kind: "deferred" }]]),
		inputDrvs: new Map(),
		inputSrcs: [],
		platform: "x86_64-linux",
		builder: "/bin/sh",
		args: [],
		env: new Map(Object.entries(env)),
		...(structuredAttrs === undefined ? {} : { structuredAttrs: JSON.stringify(structuredAttrs) }),
	};
	return readDerivationOptions(drvPath, drv, "/nix/store", warn);
};
const rendered = (...args: Parameters<typeof read>): string => {
	try {
		read(...args);
	} catch (error) {
		return (error as NixError).render();
	}
	return "no error";
};
const where = "error:\n       … while parsing derivation '/nix/store/00000000000000000000000000000000-x.drv'\n\n";

describe("options that are wrong", () => {
	test("say in which attribute of which derivation", () => {
		const wrong = (type: string, given: string): string =>
			`error: Expected JSON value to be of type '${type}' but it is of type ${given}`;
		expect(rendered({}, { requiredSystemFeatures: "x" })).toBe(
			`${where}       … while parsing attribute "requiredSystemFeatures"\n\n       ${wrong("array", "'string': \"x\"")}`,
		);
		expect(rendered({}, { outputChecks: { out: { allowedReferences: "x" } } })).toBe(
			`${where}       … while parsing attribute 'outputChecks."out".allowedReferences'\n\n       ${wrong("array", "'string': \"x\"")}`,
		);
		expect(rendered({}, { outputChecks: "x" })).toBe(`${where}       ${wrong("object", "'string': \"x\"")}`);
	});

	test("graphs are of the store", () => {
		expect(rendered({ exportReferencesGraph: "g /etc/passwd" })).toBe(
			`${where}       error: path '/etc/passwd' is not in the Nix store`,
		);
		expect(rendered({ exportReferencesGraph: "g /nix/store/00000000000000000000000000000000-y" })).toBe("no error");
		expect(rendered({ exportReferencesGraph: `g /${"0".repeat(52)}` })).toBe("no error"); // of an output yet unknown
	});

	test("what has no effect is told", () => {
		const told: string[] = [];
		read({}, { allowedReferences: [], maxSize: 1 }, (message) => void told.push(message));
		expect(told).toEqual(
			["allowedReferences", "maxSize"].map(
				(name) =>
					`'structuredAttrs' disables the effect of the top-level attribute '${name}'; use 'outputChecks' instead`,
			),
		);
	});
});
