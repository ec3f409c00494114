import type { Random } from "./random";

const integers = [
	"0",
	"1",
	"2",
	"3",
	"7",
	"10",
	"63",
	"255",
	"007",
	"2147483648",
	"4294967295",
	"9007199254740991",
	"9007199254740992",
	"9007199254740993",
	"4611686018427387904",
	"9223372036854775806",
	"9223372036854775807",
];

/** A literal of an integer; now and then one that is too large. */
export const integerLiteral = (random: Random): string =>
	random.chance(0.7)
		? String(random.below(random.chance(0.9) ? 5 : 1000))
		: random.chance(0.01)
			? random.pick(["9223372036854775808", "18446744073709551616", "99999999999999999999"])
			: random.pick(integers);

const floats = [
	"0.0",
	"0.5",
	".5",
	"1.",
	"1.0",
	"1.5",
	"2.75",
	"0.1",
	"0.2",
	"3.14159",
	"1.e3",
	"1e3",
	"1E-3",
	"1.0e308",
	"1.5e-320",
	"123456.789",
	"1234567.0",
	"999999.5",
	"1.0e21",
	"1.0e-7",
	"9007199254740993.0",
	"9223372036854775807.0",
	"1.7976931348623157e308",
	"2.2250738585072014e-308",
	"0.1e1",
];

export const floatLiteral = (random: Random): string => random.pick(floats);

const words = ["a", "b", "abc", "foo", "bar", "x", "hello", "1", "12", "1.2", "a-b", "foo-1.2pre3", "out", "/", "/a/b"];
const odd = [
	"\t",
	"\r",
	"\r\n",
	"\x01",
	"\x1b[31m",
	"\x1b",
	"\x7f",
	"\xc3\xa9",
	"\xe2\x82\xac",
	"\xf0\x9f\x98\x80",
	"'",
	"`",
	" ",
	"  ",
	"$",
	"%",
	"%s",
	"{",
	"}",
	"<",
	"&",
	"]]>",
	".",
	"..",
	"~",
	"#",
	"/*",
	"\\",
];
const notUtf8 = ["\x80", "\xff", "\xc3", "\xe2\x82", "\xf8\x88\x80\x80\x80", "\xed\xa0\x80", "\xc0\xaf"];

/** A piece of text, a byte string. With `oddBytes`, now and then not UTF-8. */
export const text = (random: Random, oddBytes: boolean): string => {
	let out = "";
	for (let n = random.below(3); n >= 0; n--)
		out += random.chance(0.75)
			? random.pick(words)
			: oddBytes && random.chance(0.15)
				? random.pick(notUtf8)
				: random.chance(0.3)
					? "\n"
					: random.pick(odd);
	return out;
};

/** A text as the inside of a string in double quotes. */
export const quoted = (random: Random, value: string): string => {
	let out = "";
	for (let i = 0; i < value.length; i++) {
		const c = value[i];
		if (c === '"' || c === "\\") out += `\\${c}`;
		else if (c === "$" && value[i + 1] === "{") out += random.chance(0.5) ? "\\$" : "$\\";
		else if (c === "\n" && random.chance(0.7)) out += "\\n";
		else if (c === "\t" && random.chance(0.5)) out += "\\t";
		else if (c === "\r" && random.chance(0.5)) out += "\\r";
		else if (c < "\x80" && random.chance(0.01)) out += `\\${c}`;
		else out += c;
	}
	return random.chance(0.03) ? `${out}${random.pick(["$", "$$", "\\$", "\\${x}", "$${x}", "\\\\"])}` : out;
};

/** A text as the inside of an indented string. */
export const indented = (random: Random, value: string): string => {
	let out = "";
	for (let i = 0; i < value.length; i++) {
		const c = value[i];
		if (c === "'" && (value[i + 1] === "'" || i === value.length - 1)) out += random.pick(["'''", "' "]);
		else if (c === "$" && value[i + 1] === "{") out += "''$";
		else if (c === "\t" && random.chance(0.5)) out += "''\\t";
		else if (c === "\n" && random.chance(0.1)) out += "''\\n";
		else out += c;
	}
	if (random.chance(0.05)) out += random.pick(["$", "$$", "''$", "''${x}", "''\\x", "'''", "\\"]);
	return out;
};

const names = ["a", "b", "c", "x", "y", "foo", "z'", "_", "a-b"];
const oddNames = ['"a b"', '""', '"1a"', '"if"', '"a.b"', '"\\n"', '"${"a"}"', '"é"', "or"];

/** A name as it can be bound by `let` and patterns. */
export const variableName = (random: Random): string => random.pick(names);

/** An attribute's name as it is written. */
export const attributeName = (random: Random): string =>
	random.chance(0.9) ? random.pick(names) : random.pick(oddNames).replace("é", "\xc3\xa9");

/** White space where some has to be: sometimes with comments. */
export const gap = (random: Random): string =>
	random.chance(0.93)
		? " "
		: random.pick(["\n", "\n  ", "\t", " /* c */ ", " # c\n", "/**/", "\r\n", " /** doc */ ", "  "]);
