import { expect, test } from "vitest";
import { failingExitStatus } from "./exit-status";

test("exit statuses tell what kind of failures there were", () => {
	expect(failingExitStatus(["DependencyFailed", "OutputRejected", "TransientFailure"])).toBe(1);
	expect(failingExitStatus(["PermanentFailure", "DependencyFailed"])).toBe(100);
	expect(failingExitStatus(["InputRejected"])).toBe(100);
	expect(failingExitStatus(["TimedOut"])).toBe(101);
	expect(failingExitStatus(["HashMismatch"])).toBe(102);
	expect(failingExitStatus(["TimedOut", "HashMismatch"])).toBe(103);
	expect(failingExitStatus(["NotDeterministic"])).toBe(104);
	expect(failingExitStatus(["NotDeterministic", "PermanentFailure"])).toBe(108);
});
