import { expect, test } from "vitest";
import { parseBuilderMessage } from "./builder-message";

test("builders tell phases, and what is to be logged", () => {
	expect(parseBuilderMessage('@nix {"action":"setPhase","phase":"buildPhase"}')).toEqual({
		action: "setPhase",
		phase: "buildPhase",
	});
	expect(parseBuilderMessage('@nix {"action":"msg","level":0,"msg":"look"}')).toEqual({
		action: "msg",
		level: 0,
		text: "look",
	});
	expect(parseBuilderMessage('@nix {"action":"start","id":7,"type":105,"level":3,"text":"x"}')).toEqual({
		action: "other",
	});
	expect(parseBuilderMessage("@nixpkgs")).toBeUndefined();
});

test.each([
	["1", "[json.exception.type_error.305] cannot use operator[] with a string argument with number"],
	["[]", "[json.exception.type_error.305] cannot use operator[] with a string argument with array"],
	["{}", "[json.exception.type_error.302] type must be string, but is null"],
	['{"action":123}', "[json.exception.type_error.302] type must be string, but is number"],
	['{"action":"setPhase","phase":[]}', "[json.exception.type_error.302] type must be string, but is array"],
])("a message that is malformed is a warning: %s", (text, problem) => {
	expect(parseBuilderMessage(`@nix ${text}`)).toEqual({
		severity: "warning",
		text: `Unable to handle a JSON message from the derivation builder: ${problem}`,
	});
});

test("text that is no JSON is an error", () => {
	expect(parseBuilderMessage("@nix ][")).toMatchObject({ severity: "error" });
});
