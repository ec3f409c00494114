import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageOf, show } from "./testing";

describe("strings", () => {
	it("are counted and cut in bytes", () => {
		expect(show('builtins.stringLength "é"')).toBe("2");
		expect(show('builtins.substring 1 (-1) "abc"')).toBe('"bc"');
		expect(show('builtins.substring 10 2 "abc"')).toBe('""');
		expect(messageOf('builtins.substring (-1) 2 "abc"')).toBe("negative start position in 'substring'");
	});
	it("keep their context, of an empty part too", () => {
		expect(show('builtins.hasContext (builtins.substring 0 0 "${builtins.toFile "x" "y"}")')).toBe("true");
		expect(show('builtins.hasContext (builtins.replaceStrings [ "a" ] [ "${builtins.toFile "x" "y"}" ] "b")')).toBe(
			"false",
		);
	});
	it("are made of other values", () => {
		expect(show('toString [ 1 2.5 "a" null true false [ ] [ 1 [ 2 ] ] { outPath = "x"; } ]')).toBe(
			'"1 2.500000 a  1  1 2 x"',
		);
		expect(messageOf("toString { }")).toBe("cannot coerce a set to a string: { }");
		expect(show('builtins.concatStringsSep ", " [ "a" "b" ]')).toBe('"a, b"');
	});
	it("are replaced by the first that fits", () => {
		expect(show('builtins.replaceStrings [ "abc" "a" "ab" ] [ "1" "2" "3" ] "abcabaab"')).toBe('"12b22b"');
		expect(show('builtins.replaceStrings [ "a" "" ] [ "X" "Y" ] "abcaa"')).toBe('"XYbYcXXY"');
		expect(show('builtins.replaceStrings [ "a" ] [ (throw "not used") ] "bcd"')).toBe('"bcd"');
	});
	it("are replaced as by trying each at each place", () => {
		const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
		fc.assert(
			fc.property(fc.array(fc.tuple(text, text), { maxLength: 4 }), text, (pairs, s) => {
				const quoted = (xs: string[]): string => `[ ${xs.map((x) => `"${x}"`).join(" ")} ]`;
				let expected = "";
				for (let at = 0; at <= s.length; ) {
					const pair = pairs.find(([from]) => s.startsWith(from, at));
					if (pair !== undefined) expected += pair[1];
					if (pair === undefined || pair[0] === "") expected += s.charAt(at);
					at += pair === undefined || pair[0] === "" ? 1 : pair[0].length;
				}
				expect(
					show(`builtins.replaceStrings ${quoted(pairs.map((p) => p[0]))} ${quoted(pairs.map((p) => p[1]))} "${s}"`),
				).toBe(`"${expected}"`);
			}),
		);
	});
	it("are matched and split by regular expressions", () => {
		expect(show('builtins.match "a(b)(c)?" "ab"')).toBe('[ "b" null ]');
		expect(show('builtins.match "x" "ab"')).toBe("null");
		expect(show('builtins.split "(a)|(c)" "abc"')).toBe('[ "" [ "a" null ] "b" [ null "c" ] "" ]');
		expect(messageOf('builtins.match "(" (throw "not looked at")')).toBe("invalid regular expression '('");
	});
	it("are hashed", () => {
		expect(show('builtins.hashString "md5" "abc"')).toBe('"900150983cd24fb0d6963f7d28e17f72"');
		expect(messageOf('builtins.hashString "blake3" "abc"')).toBe(
			"experimental Nix feature 'blake3-hashes' is disabled; add '--extra-experimental-features blake3-hashes' to enable it",
		);
		expect(
			show(
				'builtins.convertHash { hash = "d41d8cd98f00b204e9800998ecf8427e"; hashAlgo = "md5"; toHashFormat = "sri"; }',
			),
		).toBe('"md5-1B2M2Y8AsgTpgAmY7PhCfg=="');
	});
	it("are compared as versions", () => {
		expect(show('builtins.compareVersions "2.3pre1" "2.3"')).toBe("-1");
		expect(show('builtins.parseDrvName "nix-0.12pre12876"')).toBe('{ name = "nix"; version = "0.12pre12876"; }');
		expect(show('builtins.splitVersion "1.2pre3-4"')).toBe('[ "1" "2" "pre" "3" "4" ]');
	});
});
