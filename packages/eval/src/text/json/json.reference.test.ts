import { describe, expect, it } from "vitest";
import { errorMessage, evaluateByReference, hasReference, pseudoRandom, quoteNix } from "../testing";
import { JSONIntegerRangeError, JSONParseError, type JSONSerializationError } from "./errors";
import { type JSONHandler, parseJSON } from "./parse";
import { writeJSONFloat, writeJSONString } from "./write";

/** Writes what is read, as the reference's `--json` would. */
const rewrite = (text: string): string => {
	type Frame = { readonly object: boolean; readonly parts: Map<string | number, string>; key: string | number };
	const stack: Frame[] = [{ object: false, parts: new Map(), key: 0 }];
	const add = (written: string): void => {
		const frame = stack[stack.length - 1];
		frame.parts.set(frame.key, written);
		if (typeof frame.key === "number") frame.key++;
	};
	const end = (): void => {
		const { object, parts } = stack.pop() as Frame;
		const keys = [...parts.keys()];
		add(
			object
				? `{${keys
						.sort()
						.map((k) => `${writeJSONString(String(k))}:${parts.get(k)}`)
						.join(",")}}`
				: `[${keys.map((k) => parts.get(k)).join(",")}]`,
		);
	};
	const handler: JSONHandler = {
		null: () => add("null"),
		boolean: (value) => add(String(value)),
		integer: (value) => add(String(value)),
		float: (value) => add(writeJSONFloat(value)),
		string: (value) => add(writeJSONString(value)),
		startObject: () => stack.push({ object: true, parts: new Map(), key: "" }),
		key: (name) => {
			stack[stack.length - 1].key = name;
		},
		endObject: end,
		startArray: () => stack.push({ object: false, parts: new Map(), key: 0 }),
		endArray: end,
	};
	parseJSON(text, handler);
	return stack[0].parts.get(0) as string;
};

const ours = (text: string): string => {
	try {
		return rewrite(text);
	} catch (error) {
		if (error instanceof JSONParseError || error instanceof JSONIntegerRangeError) return error.message;
		throw error;
	}
};

const reference = (text: string): string => {
	const { output, error } = evaluateByReference(`builtins.fromJSON ${quoteNix(text)}`, "--json");
	return output !== "" ? output.trim() : errorMessage(error);
};

const malformed =
	`@ @tru@[1, tru]@[1,2@{"a"@{"a":@{a:1}@{1\n}@[1 2]@{"a":1,}@[1,]@1 2@"abc@"a\\q"@"\\ud800"@"\\udc00"@"\\ud800\\u0041"
"\\u12g4"@"\t"@"\x08"@"\x01"@-@1.@1e@1e+@01@-01@1e999@18446744073709551615@9223372036854775808@18446744073709551616
-9223372036854775809@-9223372036854775808@-0@-0.0@nul@[\ntru\n]@}@]@:@,@[1\n2]@{"a" 1}@{"a":1 "b"}@"\xff"@truex@[true false]
{"x":[1,"abc",nulx@\xef\xbb\xbf1@\xef\xbb@\xef\xbb\xbf@/* */ 1@'a'@NaN@"\\u00e9\\ud83d\\ude00\\/\\b"@[1.5e3,0.1,1e-7,5e-324]@{"a":1,"a":2}
"\xc3"@"\xc3\xa9"@"\xed\xa0\x80"@"\xf4\x90\x80\x80"@"\xe2\x82@[[[[]]],{}]@{"b":{"a":[]}}@{"a":}@{,}@[,]@"a\n"@{"a":1}}@[]]@+1@.5@1.5.5@1e5e5@--1@t@"\\`.split(
		/@|\n(?=["\-{])/,
	);

describe.runIf(hasReference)("JSON against the reference", () => {
	it.each(malformed.map((text) => [text]))("reads %j as it does", (text) => {
		expect(ours(text)).toBe(reference(text));
	});

	it("reads broken documents as it does", () => {
		const below = pseudoRandom(Number(process.env.TSNIX_SEED ?? 5));
		const whole = '{"a": [1, -2.5e3, "x\\u00e9\\n"],\n "b": {"c": null, "d": true},\n "e": [false, {}, []]}\n';
		for (let i = 0; i < 100; i++) {
			const at = below(whole.length);
			const insert = below(2) === 0 ? "" : '"[]{},:\\x1 -.et\n\xc3'[below(17)];
			const text = whole.slice(0, at) + insert + whole.slice(at + below(3));
			expect({ text, result: ours(text) }).toEqual({ text, result: reference(text) });
		}
	}, 60_000);

	it("writes floats as it does", () => {
		const below = pseudoRandom(9);
		const view = new DataView(new ArrayBuffer(8));
		const floats = [
			"5e-324",
			"1.7976931348623157e308",
			"2.2250738585072014e-308",
			"9007199254740993.0",
			"1e15",
			"1e14",
		];
		while (floats.length < 4000) {
			for (let i = 0; i < 8; i++) view.setUint8(i, below(256));
			const value = below(2) === 0 ? view.getFloat64(0) : below(1e9) / 10 ** below(12);
			if (Number.isFinite(value)) floats.push(value.toExponential(below(3) === 0 ? below(17) : 17));
		}
		const text = `[${floats.join(",")}]`;
		const { output } = evaluateByReference(`builtins.fromJSON ${quoteNix(text)}`, "--json");
		const wanted = output.trim().slice(1, -1).split(",");
		const wrong = floats
			.map((float, i) => ({ float, ours: writeJSONFloat(Number(float)), wanted: wanted[i] }))
			.filter((one) => one.ours !== one.wanted);
		expect(wrong.slice(0, 5)).toEqual([]);
	});

	it.each(["\xff", "a\xc3", "\xc3(", "\xe2\x82", "\xed\xa0\x80", "\xf0\x9f\x98", "a\xc3\xa9\x80", "\x7f\x01\x1f/<'"])(
		"writes the string %j as it does",
		(text) => {
			const { output, error } = evaluateByReference(`builtins.toJSON ${quoteNix(text)}`, "--raw");
			let written: string;
			try {
				written = writeJSONString(text);
			} catch (problem) {
				written = (problem as JSONSerializationError).message;
			}
			expect(written).toBe(output !== "" ? output.trim() : errorMessage(error));
		},
	);
});
