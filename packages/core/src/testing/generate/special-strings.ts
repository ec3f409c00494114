import type { Random } from "./random";

const versions = [
	"1.2.3",
	"1.2pre4",
	"2.0-rc1",
	"",
	"1",
	"1.0.0",
	"a.b",
	"1..2",
	"10",
	"9",
	"1.2.3a",
	"pre",
	"-1",
	"01",
];
const names = ["foo-1.2", "foo", "foo-bar", "a-b-1.0pre-2", "", "-", "x-", "foo-1.2-bar", "-1"];
const json = [
	"1",
	"-0",
	"1.5",
	"1e400",
	"-1e3",
	"9223372036854775807",
	"9223372036854775808",
	"18446744073709551616",
	"[1, 2, [] ]",
	'{"a": 1, "b": {"c": null}, "a": 2}',
	'"\\u00e9\\ud83d\\ude00\\n"',
	'"\\ud800"',
	"true",
	"nul",
	"[1,",
	"{",
	'{"a":}',
	"",
	"01",
	"[1] x",
	' "a" ',
	"'a'",
	"NaN",
	'"\x01"',
	'"\\x"',
	"1.0",
	"-",
	"1.",
	"[[[[[]]]]]",
	"1E5",
	"[1,]",
	'"\\ud83d"',
	'"\\u0000"',
	'"\\u00"',
	'{"a":1,}',
	"\t[ ]\r\n",
	"-9223372036854775808",
	"-9223372036854775809",
	"1e-400",
	"123456789012345678901234567890",
	"// c",
	"/* c */ 1",
	"\xef\xbb\xbf1",
	'"\x7f\xc3\xa9"',
	"-0.0",
	"0.1e1",
	"+1",
	".5",
	'{"":1}',
	"{1:2}",
	'"a',
	"]",
	"[}",
	'{"outPath": "x", "__toString": 1}',
];
const toml = [
	"a = 1",
	"a = 1.5",
	'a = "x"\nb = [1, 2]',
	"[t]\na = 1\n[t.u]\nb = true",
	"a.b.c = 1",
	"[[x]]\na = 1\n[[x]]\na = 2",
	"a = 1\na = 2",
	"a = 1979-05-27T07:32:00Z",
	"a = 07:32:00",
	"a = 0x1F",
	"a = 0b11",
	"a = 1_000",
	"a = inf",
	"a = { b = 1, c = { } }",
	"a =",
	"= 1",
	"a = 'lit'\nb = '''\nx'''",
	'a = """\nx\\\n  y"""',
	"a = 9223372036854775808",
	"",
	"# c",
	"[t]\n[t]",
	"a = [1, 'x', [2]]",
	'"a b" = 1',
	"a = 1 b = 2",
	"[a",
	"a = nan",
	"a = -nan",
	"a = +inf",
	"a = [nan, -inf]",
	'a = "\\u00e9\\U0001f600\\t\\e\\x41"',
	'a = "\\ud800"',
	"a.b = 1\na.c = 2",
	"a.b = 1\n[a]\nc = 2",
	"[a.b]\n[a]\nc = 1",
	"a = 1979-05-27",
	"a = 1979-05-27 07:32:00.999999-07:00",
	"a = 25:00:00",
	"a = 1e400",
	"a = 0o17",
	"a = +1",
	"a = 01",
	"a = 1__0",
	'"" = 1',
	"a = [\n1, # c\n2,\n]",
	"a = { b = 1, }",
	"a = {b.c = 1, b.d = 2}",
	'a = "\x01"',
	"a = '''\n'x''y'''''",
	'a = """x\\\n\n  y\\q"""',
	"[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2",
	"[a]\n[[a]]",
	"a = tru",
	"a = 1\r\nb = 2\r\n",
	"a = 1\rb = 2",
	"1.2 = 3",
	"a = 1.e5",
	"a = .5",
	"a = -0.0",
	"a = -9223372036854775808",
	"a = 0x8000000000000000",
	"\ta\t=\t1\t",
];
const patterns = [
	"",
	"a",
	"a*",
	"(a)(b)?",
	"[a-z]+",
	"[[:alpha:]]+",
	"[^0-9]*",
	"(.*)-([0-9.]+)",
	".*",
	"a|b",
	"(a|b)*",
	"a{2}",
	"a{1,}",
	"a{,2}",
	"(",
	")",
	"[",
	"*",
	"a**",
	"\\.",
	"\\",
	"^a$",
	"(a*)*",
	"((a)|(b))+",
	"[[:space:]]",
	"[[:foo:]]",
	"a{3,1}",
	"[z-a]",
	"[]a]",
	"(^|x)",
	"\\(",
	"x+?",
	"(x)(y)(z)?",
	"()",
	"a{65536}",
	"\\1",
	"[[.a.]]",
	"[[=a=]]",
];
const algorithms = ["md5", "sha1", "sha256", "sha512", "blake3", "x", ""];
const subjects = ["foo-1.2", "aabbab", "abc", "", "a b\n c", "x=y;z", "axbxc", "aaa", "hello world", "/nix/store"];

/** A string that suits the `i`th argument of a builtin, where any string would mostly fail. */
export const specialString = (random: Random, name: string, i: number): string | undefined => {
	switch (name) {
		case "compareVersions":
		case "splitVersion":
			return random.pick(versions);
		case "parseDrvName":
			return random.pick(names);
		case "fromJSON":
			return random.pick(json);
		case "fromTOML":
			return random.pick(toml);
		case "match":
		case "split":
			return random.chance(0.8) ? random.pick(i === 0 ? patterns : subjects) : undefined;
		case "hashString":
		case "hashFile":
			return i === 0 ? random.pick(algorithms) : undefined;
		case "toFile":
			return i === 0 ? random.pick(["f", "x.txt", "a b", ".x", "", "a.drv"]) : undefined;
		case "placeholder":
			return random.pick(["out", "dev", "", "a b"]);
		case "substring":
			return undefined;
		default:
			return undefined;
	}
};
