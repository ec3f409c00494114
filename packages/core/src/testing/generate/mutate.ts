import type { Random } from "./random";

const tokens = /[\w'.-]+|"(?:[^"\\]|\\.)*"|\s+|[^\w\s]/gs;
const extra = [
	"let",
	"in",
	"=",
	";",
	"{",
	"}",
	"(",
	")",
	"[",
	"]",
	"if",
	"then",
	"else",
	".",
	"...",
	"@",
	":",
	"?",
	"+",
	"//",
	"rec",
	"inherit",
	"with",
	"assert",
	"or",
	"''",
	'"',
	"${",
	"->",
	"|>",
	"<|",
	"1",
	"x",
	"a.b",
	"/",
	"<a>",
	"./.",
	"~/",
	"&&",
	"!",
	"-",
	"==",
	"<=",
	"++",
	"*",
	"\\",
	"$",
	"\x7f",
	"%",
	"1.5",
	",",
	"__curPos",
	"\r",
	"#",
	"/*",
	"*/",
];

/** A program with a few of its tokens left out, doubled, exchanged or put in. */
export const mutate = (random: Random, text: string): string => {
	const all: string[] = text.match(tokens) ?? [];
	for (let n = random.below(3); n >= 0; n--) {
		const at = random.below(all.length + 1);
		switch (random.below(4)) {
			case 0:
				all.splice(at, 1);
				break;
			case 1:
				all.splice(at, 0, random.pick(extra));
				break;
			case 2:
				all.splice(at, 1, random.pick(extra));
				break;
			default:
				all.splice(at, 0, all[random.below(all.length)] ?? "");
		}
	}
	return all.join("");
};
