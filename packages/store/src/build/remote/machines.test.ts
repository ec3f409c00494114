import { describe, expect, test } from "vitest";
import { MachinePool, noMachineMessage } from "./machine-pool";
import { parseMachines, suits } from "./machines";

const parse = (text: string, files: Readonly<Record<string, string>> = {}) =>
	parseMachines(text, { systems: ["x86_64-linux"], readFile: (path) => files[path] });

describe("the setting builders", () => {
	test("has machines by columns, or a name alone", () => {
		expect(parse("nix@scratchy.example.org")).toMatchObject([
			{ storeUri: "ssh://nix@scratchy.example.org", maxJobs: 1 },
		]);
		const [machine] = parse("ssh-ng://fast i686-linux,x86_64-linux /key 8 2.5 kvm,big benchmark SGVsbG8=");
		expect(machine).toEqual({
			storeUri: "ssh-ng://fast",
			systems: new Set(["i686-linux", "x86_64-linux"]),
			sshKey: "/key",
			maxJobs: 8,
			speedFactor: 2.5,
			supportedFeatures: new Set(["kvm", "big"]),
			mandatoryFeatures: new Set(["benchmark"]),
			sshPublicHostKey: "SGVsbG8=",
		});
	});

	test("names files, has comments, and columns may be left out", () => {
		const files = { "/etc/nix/machines": "a - - 2 # the old one\n\nauto ; /tmp/store" };
		expect(parse("b;@/etc/nix/machines;@/none", files).map(({ storeUri }) => storeUri)).toEqual([
			"ssh://b",
			"ssh://a",
			"auto",
			"/tmp/store",
		]);
	});

	test("is refused where a column is no number", () => {
		expect(() => parse("a - - many")).toThrow(
			"bad machine specification: failed to convert column #3 in a row: 'a - - many' to 'unsigned int'",
		);
		expect(() => parse("- x")).toThrow("store URL was not found at the first column");
	});
});

test("a machine suits what asks for no more than it has, and for all that it insists on", () => {
	const [machine] = parse("a - - 1 1 kvm benchmark");
	const asks = (...features: string[]) => suits(machine, { system: "x86_64-linux", features: new Set(features) });
	expect([asks(), asks("benchmark"), asks("benchmark", "kvm"), asks("benchmark", "foo")]).toEqual([
		false,
		true,
		true,
		false,
	]);
	expect(suits(machine, { system: "aarch64-linux", features: new Set(["benchmark"]) })).toBe(false);
});

test("the machine with the least to do for its speed is chosen, until all are busy", () => {
	const pool = new MachinePool(parse("slow - - 1 1; fast - - 2 4"));
	const request = { system: "x86_64-linux", features: new Set<string>() };
	const choose = (): string => {
		const slot = pool.choose(request);
		return typeof slot === "object" ? slot.machine.storeUri : String(slot);
	};
	expect([choose(), choose(), choose(), choose()]).toEqual(["ssh://fast", "ssh://slow", "ssh://fast", "busy"]);
	expect(pool.choose({ ...request, system: "aarch64-linux" })).toBeUndefined();
	expect(noMachineMessage("x.drv", request, pool.machines.slice(0, 1))).toBe(
		"Failed to find a machine for remote build!\nderivation: x.drv\nrequired (system, features): (x86_64-linux, [])\n1 available machines:\n(systems, maxjobs, supportedFeatures, mandatoryFeatures)\n([x86_64-linux], 1, [], [])",
	);
});
