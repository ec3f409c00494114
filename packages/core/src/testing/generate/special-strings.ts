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
