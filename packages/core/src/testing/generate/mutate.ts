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

/** A text cut off, or with a few of its bytes changed, exchanged, left out or put in: a byte string like the text. */
export const corrupt = (random: Random, text: string): string => {
	if (random.chance(0.2)) return text.slice(0, random.below(text.length + 1));
	let out = text;
	for (let n = random.below(4); n >= 0; n--) {
		const at = random.below(out.length + 1);
		const length = random.chance(0.7) ? 1 : random.below(40);
		const part = out.slice(at, at + length);
		const rest = out.slice(at + length);
		switch (random.below(5)) {
			case 0:
				out = out.slice(0, at) + rest;
				break;
			case 1:
				out = out.slice(0, at) + String.fromCharCode(random.below(256)) + out.slice(at);
				break;
			case 2:
				out = out.slice(0, at) + String.fromCharCode(random.below(128)) + out.slice(at + 1);
				break;
			case 3:
				out = out.slice(0, at) + part + part + rest;
				break;
			default: {
				const to = random.below(out.length - part.length + 1);
				const without = out.slice(0, at) + rest;
				out = without.slice(0, to) + part + without.slice(to);
			}
		}
	}
	return out;
};

/** Bytes in no order. */
export const noise = (random: Random): string => {
	const most = random.pick([256, 128]);
	return String.fromCharCode(...random.some(0, 60, () => random.below(most)));
};
