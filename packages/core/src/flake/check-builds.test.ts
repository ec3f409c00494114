import {
	type Derivation,
	fillOutputs,
	javascriptBuilder,
	memoryStore,
	type RealiseEvent,
	type StorePath,
} from "@tsnix/store";
import { expect, test } from "vitest";
import { buildChecks } from "./check-builds";

/** A check that fails, and one that needs it; in a store in memory. */
const failing = () => {
	const store = memoryStore();
	const add = (name: string, inputs: readonly StorePath[] = []): StorePath => {
		const drv: Derivation = {
			name,
			outputs: new Map([["out", { kind: "deferred" }]]),
			inputDrvs: new Map(inputs.map((path) => [path.baseName, { path, outputs: ["out"] }])),
			inputSrcs: [],
			platform: "x86_64-linux",
			builder: "fail",
			args: [],
			env: new Map([["out", ""]]),
		};
		return store.addDerivation(fillOutputs(drv, (path) => store.readDerivation(path)));
	};
	const events: RealiseEvent[] = [];
	const fail = () => {
		throw new Error("no luck");
	};
	const input = add("input");
	return {
		checks: [{ drvPath: add("check", [input]), attributes: ["checks.a"] }],
		told: () => events.filter(({ type }) => type === "error").length,
		options: {
			store,
			system: "x86_64-linux",
			builders: [javascriptBuilder({ fail })],
			onEvent: (event: RealiseEvent) => void events.push(event),
		},
	};
};

const shortened = (error: Error): string => error.message.split("\n")[0].replaceAll(/[a-z0-9]{32}-/g, "");

test("where there is nothing to build, that is not even begun", async () => {
	const begun: number[] = [];
	expect(await buildChecks([], failing().options, (count) => begun.push(count))).toEqual({ built: [], errors: [] });
	expect(begun).toEqual([]);
});

test("the first failure ends it, and is told only once", async () => {
	const { checks, options, told } = failing();
	const begun: number[] = [];
	const building = buildChecks(checks, options, (count) => begun.push(count));
	const error = await building.then(
		() => expect.unreachable("it should have failed"),
		(reason: Error) => reason,
	);
	expect(begun).toEqual([2]);
	expect(shortened(error)).toBe(
		"build of '/nix/store/input.drv^*' failed: Cannot build '/nix/store/input.drv'.",
	);
	expect(told()).toBe(0);
});

test("where it goes on, failures of what checks need are told on the way too", async () => {
	const { checks, options, told } = failing();
	const { built, errors } = await buildChecks(checks, { ...options, keepGoing: true });
	expect(built).toEqual([]);
	expect(errors.map(shortened).sort()).toEqual([
		"build of '/nix/store/input.drv^*' failed: Cannot build '/nix/store/input.drv'.",
		"failed to build attribute 'checks.a', build of '/nix/store/check.drv^*' failed: Cannot build '/nix/store/check.drv'.",
	]);
	expect(told()).toBe(1);
});
