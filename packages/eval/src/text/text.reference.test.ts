import { describe, expect, it } from "vitest";
import { formatFloat, formatFloatFixed, parseFloatLiteral } from "./float";
import { printAttributeName, printLiteralString } from "./print-string";
import { didYouMean, suggest } from "./suggestions";
import { errorMessage, evaluateByReference, hasReference, pseudoRandom, quoteNix } from "./testing";
import { compareVersions, parseDrvName, splitVersion } from "./version";
import { XMLWriter } from "./xml";

describe.runIf(hasReference)("text forms against the reference", () => {
	it("formats floats as it does", () => {
		const below = pseudoRandom(4);
		const view = new DataView(new ArrayBuffer(8));
		const floats = [0.0078125, 0.0234375, 1234565, 1e6, 999999.5, 0.0001, 0.00001, 1e21, 1e22, 123456.5, 5e-324];
		while (floats.length < 3000) {
			for (let i = 0; i < 8; i++) view.setUint8(i, below(256));
			const value = [view.getFloat64(0), below(1e9) / 128, below(2e7) / 2, below(1e9) / 1e12][below(4)];
			if (Number.isFinite(value)) floats.push(value);
		}
		const list = `builtins.fromJSON ${quoteNix(`[${floats.map((f) => f.toExponential(20)).join(",")}]`)}`;
		const printed = evaluateByReference(list).output.trim().slice(2, -2).split(" ");
		expect(floats.map(formatFloat)).toEqual(printed);
		const fixed = JSON.parse(evaluateByReference(`map toString (${list})`, "--json").output) as string[];
		expect(floats.map(formatFloatFixed)).toEqual(fixed);
	});

	it.each(["1.5", ".5", "1.", "1.0e-310", "1.0e400", "1.e5", "2.3e-308", "1.0e-400", "4.9e-324", ".0e-999"])(
		"reads the float literal %s as it does",
		(text) => {
			const value = parseFloatLiteral(text);
			const { output, error } = evaluateByReference(text);
			expect(value === null ? `invalid float '${text}'` : formatFloat(value)).toBe(
				output === "" ? errorMessage(error).split("\n")[0] : output.trim(),
			);
		},
	);

	it("compares and splits versions as it does", () => {
		const below = pseudoRandom(2);
		const version = (): string =>
			Array.from(
				{ length: below(7) },
				() => ["1", "2", "10", "pre", "a", "b", ".", "-", "+", "99999999999", "01"][below(11)],
			).join("");
		const pairs = Array.from({ length: 4000 }, () => [version(), version()]);
		const expression = `map (p: let a = builtins.elemAt p 0; b = builtins.elemAt p 1; in
			[ (builtins.compareVersions a b) (builtins.splitVersion a) (builtins.parseDrvName b) ])
			[ ${pairs.map(([a, b]) => `[ ${quoteNix(a)} ${quoteNix(b)} ]`).join(" ")} ]`;
		const wanted = JSON.parse(evaluateByReference(expression, "--json").output) as unknown;
		expect(pairs.map(([a, b]) => [compareVersions(a, b), splitVersion(a), parseDrvName(b)])).toEqual(wanted);
	});

	it.each([
		["foo", ["foo1", "fo", "fooo", "bar", "foob", "of", "f"]],
		["abc", ["abd"]],
		["abc", ["xyz"]],
		["", ["a", "ab", "abc"]],
		["hello", ["hallo", "jello", "help", "hell", "helloo", "hellooo", "hel"]],
	])("suggests for %s what it does", (wanted, names) => {
		const { error } = evaluateByReference(`{ ${names.map((n) => `${n} = 1;`).join(" ")} }.${quoteNix(wanted)}`);
		expect(didYouMean(suggest(names, wanted))).toBe(/Did you mean .*/.exec(error)?.[0]);
	});

	it("prints strings and names as it does", () => {
		const texts = [
			"a",
			"a b",
			'q"\\',
			"${x} $x $$",
			"\n\r\t\x01",
			"if",
			"or",
			"a'",
			"1a",
			"_",
			"-a",
			"",
			"\xc3\xa9",
			"a.b",
			"inherit",
		];
		const set = `{ ${[...texts]
			.sort()
			.map((t) => `${quoteNix(t)} = ${quoteNix(t)};`)
			.join(" ")} }`;
		const wanted = evaluateByReference(set).output.trim();
		expect(
			`{ ${[...texts]
				.sort()
				.map((t) => `${printAttributeName(t)} = ${printLiteralString(t)}; `)
				.join("")}}`,
		).toBe(wanted);
	});

	it("writes XML as it does", () => {
		const { output } = evaluateByReference(
			`{ a = "<\\"x\\" & \\n\\t'>"; b = [ 1 2.5 ]; c = {}; }`,
			"--xml",
			"--no-location",
		);
		const doc = new XMLWriter();
		doc.element("expr", {}, () =>
			doc.element("attrs", {}, () => {
				doc.element("attr", { name: "a" }, () => doc.writeEmptyElement("string", { value: '<"x" & \n\t\'>' }));
				doc.element("attr", { name: "b" }, () =>
					doc.element("list", {}, () => {
						doc.writeEmptyElement("int", { value: "1" });
						doc.writeEmptyElement("float", { value: formatFloat(2.5) });
					}),
				);
				doc.element("attr", { name: "c" }, () => doc.element("attrs", {}, () => {}));
			}),
		);
		expect(doc.text()).toBe(output);
	});
});
