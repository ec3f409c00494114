import { describe, expect, it } from "vitest";
import { hashString } from "../formats/hash";
import { parseJson, printJson } from "../formats/json";
import { parseBaseName } from "../formats/store-path";
import type { BuildResult } from "./build-result";
import { buildResultFromJSON, buildResultToJSON } from "./build-result-json";

const out = {
	id: { drvHash: hashString("sha256", "drv"), outputName: "out" },
	outPath: parseBaseName("g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-x"),
	signatures: [],
};
const times = { timesBuilt: 1, startTime: 30, stopTime: 50 };
const success: BuildResult = {
	status: "Built",
	message: "",
	isNonDeterministic: false,
	...times,
	cpuUser: 500,
	builtOutputs: new Map([["out", out]]),
};
const failure: BuildResult = {
	status: "NotDeterministic",
	message: "no idea why",
	isNonDeterministic: true,
	...times,
	builtOutputs: new Map(),
};

describe("the JSON of what came of a build", () => {
	it("reads back", () => {
		for (const result of [success, failure])
			expect(buildResultFromJSON(parseJson(printJson(buildResultToJSON(result))))).toEqual(result);
	});

	it("has what goes with success, or with failure", () => {
		expect(Object.keys(buildResultToJSON(success))).not.toContain("errorMsg");
		expect(buildResultToJSON(failure)).toEqual({
			success: false,
			status: "NotDeterministic",
			errorMsg: "no idea why",
			isNonDeterministic: true,
			...times,
		});
	});

	it("is refused where status and success differ", () => {
		const json = { ...buildResultToJSON(failure), success: true };
		expect(() => buildResultFromJSON(json)).toThrow("is none of success");
		expect(() => buildResultFromJSON({ ...json, status: "Odd" })).toThrow("unknown build result status 'Odd'");
	});
});
