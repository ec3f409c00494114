import { describe, expect, it } from "vitest";
import { messageOf, show } from "./testing";

describe("arithmetic", () => {
	it("keeps integers to 64 bits", () => {
		expect(show("builtins.mul 3037000499 3037000499")).toBe("9223372030926249001");
		expect(messageOf("builtins.add 9223372036854775807 1")).toBe("integer overflow in adding 9223372036854775807 + 1");
		expect(messageOf("builtins.div ((-9223372036854775807) - 1) (-1)")).toBe(
			"integer overflow in dividing -9223372036854775808 / -1",
		);
	});
	it("knows no negative zero among integers", () => {
		expect(show("builtins.mul 0 (-1)")).toBe("0");
		expect(show("builtins.ceil (-0.5)")).toBe("0");
	});
	it("divides towards zero", () => {
		expect(show("builtins.div (-7) 2")).toBe("-3");
		expect(messageOf("builtins.div 1 0.0")).toBe("division by zero");
	});
	it("works on all 64 bits", () => {
		expect(show("builtins.bitAnd (-1) 9223372036854775807")).toBe("9223372036854775807");
		expect(show("builtins.bitXor 9223372036854775807 (-1)")).toBe("-9223372036854775808");
		expect(show("builtins.bitOr (-4294967296) 1")).toBe("-4294967295");
	});
	it("refuses to round what would not come back", () => {
		expect(messageOf("builtins.floor 9007199254740993")).toContain("was rounded to 9007199254740992");
		expect(messageOf("builtins.floor 9223372036854775807")).toContain("caused undefined behavior");
		expect(messageOf("builtins.ceil 1.0e300")).toBe("NixFloat argument 1e+300 is not in the range of NixInt");
	});
	it("names the argument that is of the wrong type", () => {
		expect(show('builtins.bitAnd 1 "a"')).toContain("… while evaluating the second argument passed to builtins.bitAnd");
	});
});
