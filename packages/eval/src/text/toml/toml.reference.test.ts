import { describe, expect, it } from "vitest";
import { formatFloat } from "../float";
import { printAttributeName, printLiteralString } from "../print-string";
import { errorMessage, evaluateByReference, hasReference, pseudoRandom, quoteNix } from "../testing";
import { TOMLParseError } from "./diagnostic";
import { parseTOML } from "./parse";
import type { TOMLValue } from "./tree";

const show = (value: TOMLValue): string => {
	switch (value.kind) {
		case "string":
			return printLiteralString(value.value);
		case "integer":
		case "boolean":
			return String(value.value);
		case "float":
			return Number.isNaN(value.value) ? "nan" : formatFloat(value.value);
		case "array":
			return `[ ${value.items.map((item) => `${show(item)} `).join("")}]`;
		case "table": {
			const names = [...value.entries.keys()].sort();
			return `{ ${names.map((n) => `${printAttributeName(n)} = ${show(value.entries.get(n) as TOMLValue)}; `).join("")}}`;
		}
		default:
			return `{ _type = "timestamp"; value = "${value.text}"; }`;
	}
};

const ours = (text: string): string => {
	try {
		return show(parseTOML(text));
	} catch (error) {
		if (error instanceof TOMLParseError) {
			// Whoever prints an error takes the white space off the ends of lines.
			return error.message.replace(/[ \r]+$/gm, "").trimEnd();
		}
		throw error;
	}
};

const reference = (text: string): string => {
	const { output, error } = evaluateByReference(
		`builtins.fromTOML ${quoteNix(text)}`,
		"--option",
		"extra-experimental-features",
		"parse-toml-timestamps",
	);
	return output !== "" ? output.trim() : errorMessage(error);
};

const documents =
	`a@a=@a = 1 b = 2@a = @a = tru@a = 01@a = 1__0@a = "abc@a = "a\\qb"@a = 'abc@a = [1, 2@a = [1 2]@a = {b = 1
a = {b = 1,}@a = 1\na = 2@[a]\n[a]@[a\nb=1@[a]]\n@= 1@a.b = 1\na = 2@[a]\nb=1\n[a.b]@a = []\n[[a]]@[[a]]\n[a]
a = 9223372036854775808@a = -9223372036854775808@a = 0xFFFFFFFFFFFFFFFF@a = 1979-13-01@a = 25:00:00@a = "\\ud800"
a = "\\u12"@a = """x@a = inf1@a = 1.e5@a = 1.@a b = 1@"a = 1@[a.b]\n[a]\nb.c = 1@a = {}\n[a.b]@[a]\nb.c=1\n[a.b]
[]@["a]@[[a]@[[a.]]@a = inx@a = Nan@a = True@a = 1979-05-27T7:32:00@a = 1979-05-27 7:32:00@a = 1979-05-27T07:32:00+7:00
a = 1979-05-27T07:32:61@a = 1979-05-27T07:32:00+25:00@a = 1979-05-271@a = 1e999@a = .5@a = _1@a = 0x@a = 0xg@a = [tru]
a = [tru, fals]@a = tru\nb = 1\nc = fals@a = {b = tru}@a = {b = 1, b = 2, c = 3}@x = [{a=1}]\n[[x]]@x = [{a=1}]\n[x.b]
[[x]]\n[x.a]\n[x]@a = "\xc3\xa9\\q"@averyverylongkeyname.thatgoesonandon.andon = 12345678901234567890123456789012345 # some
a = [1,\n2,\n3 4,\n5]@[a]\n[a]\n[b]\n[b]@[x.y.z]\nw=1\n[x]\ny=2@a = """\\ud800"""@a = "\\U00110000"@a.b.c = 1\na.b = 2
\n\n\n\n\n\n\n\n\na = @a = 1979-05-27T07:32:00+00:00@a = 1979-05-27T07:32:00-00:30@a = 1979-05-27T07:32:60.1234567891Z
a = 1979-05-27 07:32:00.0001@a = 07:32:00.10@a.@"" = 1@[a] b=1@[a] # c\nb = 1@a = '''x'y''z'''''@a = 0o8@a = 00@a = 1:00
a = """x"y""z\\\n   \n  w"""""@a = [ # c\n1, # d\n 2 # e\n, ]@a = 0b1012@a = -0@a = +0x10@a = 0_1@a = 1_@a = 1._0
a = 1.0_@a = 5e+22@a = 1979-05-27 @a = """\n\na\\n"""@a = [[1,2],["a"]]@a = { b.c = 1, b.d = 2 }@x.y = 1\nx.z = 2@@\n\n
# only a comment@a = 1 # c\xff@# c\xff\na = 1@[[a.b]]\nc = 1\n[[a.b]]\nc = 2\n[a.b.d]\ne=3@a = nan@a = -inf@a = 1\r\nb = 2\r\n
a = 0b@a = 0b2@a\t= 1@a = tr\n\n[b]\nc = tr@[a]\nb = [1,\n[c]\nd = 1@a = {b = 1\nc = 2}@a = "x\ty"@a = "x\x01y"@'a'."b".c = 1
a = "x\\u0000"@a = [1,,2]@a = [,]@a = {,}@a = 1979-02-29@a = 2000-02-29@a = [{b=1},{b=2}]\na.c = 1@[a]\n[a.b]\n[a]@a = 1.5e-3_0@a = "é`
		.split(/@|(?<!\\)\n(?=[a-z[#\\]|$)/)
		.filter((text) => !text.includes("é"));

describe.runIf(hasReference)("TOML against the reference", () => {
	it.each([...new Set(documents)].map((text) => [text]))("reads %j as it does", (text) => {
		expect(ours(text)).toBe(reference(text));
	});

	it("reads broken documents as it does", () => {
		const below = pseudoRandom(Number(process.env.TSNIX_SEED ?? 3));
		const whole = [
			'a = 1\nb = "x"\n[t]\nc = [1, 2.5, true]\n\n[t.u]\nd = { e = 1, f = "g" }\n[[l]]\nk = 1979-05-27T07:32:00Z\n[[l]]\n',
			'# top\nx.y = 0x1F\nx.z = \'lit\'\n\n[srv]\nips = [\n  \'1\', # one\n  "2"\n]\ntext = """\nline\n"""\n',
		];
		const wrong: unknown[] = [];
		for (let i = 0; i < 120; i++) {
			let text = whole[below(2)];
			for (let n = below(2); n >= 0; n--) {
				const at = below(text.length);
				const insert = below(2) === 0 ? "" : "=[]{}\"',.#\n1_-ab "[below(18)];
				text = text.slice(0, at) + insert + text.slice(at + below(2));
			}
			const [got, wanted] = [ours(text), reference(text)];
			if (got !== wanted) wrong.push({ text, got, wanted });
		}
		expect(wrong.slice(0, 3)).toEqual([]);
	}, 120_000);
});
