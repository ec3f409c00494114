/** A set of bytes: 256 flags. */
export type CharacterSet = Uint8Array;

export const emptySet = (): CharacterSet => new Uint8Array(256);

/** What `.` matches: every byte but zero. */
export const anyCharacter: CharacterSet = new Uint8Array(256).fill(1, 1);

export const singleton = (code: number): CharacterSet => {
	const set = emptySet();
	set[code] = 1;
	return set;
};

export const complement = (set: CharacterSet): CharacterSet => set.map((flag) => 1 - flag);

export const intersects = (a: CharacterSet, b: CharacterSet): boolean => a.some((flag, i) => flag === 1 && b[i] === 1);

export const addAll = (to: CharacterSet, from: CharacterSet): void => {
	for (let i = 0; i < 256; i++) if (from[i] === 1) to[i] = 1;
};

/** Bytes are compared as signed characters, as the reference's platform does: 0x80 … 0xff come before 0x00. */
const signed = (code: number): number => (code < 128 ? code : code - 256);

/** Adds `first-last` to a set; false when the range is backwards. */
export const addRange = (to: CharacterSet, first: number, last: number): boolean => {
	if (signed(first) > signed(last)) return false;
	for (let i = 0; i < 256; i++) if (signed(first) <= signed(i) && signed(i) <= signed(last)) to[i] = 1;
	return true;
};

const matching = (pattern: RegExp): CharacterSet =>
	Uint8Array.from({ length: 256 }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));

/** The named classes, in the C locale. The one-letter names are accepted as well: `[[:d:]]`. */
const patterns: ReadonlyMap<string, RegExp> = new Map(
	Object.entries({
		d: /[0-9]/,
		w: /[A-Za-z0-9_]/,
		s: /[ \t-\r]/,
		alnum: /[A-Za-z0-9]/,
		alpha: /[A-Za-z]/,
		blank: /[ \t]/,
		cntrl: /[\x00-\x1f\x7f]/,
		digit: /[0-9]/,
		graph: /[!-~]/,
		lower: /[a-z]/,
		print: /[ -~]/,
		punct: /[!-/:-@[-`{-~]/,
		space: /[ \t-\r]/,
		upper: /[A-Z]/,
		xdigit: /[0-9A-Fa-f]/,
	}),
);

/** Those that were asked for. */
const classes = new Map<string, CharacterSet>();

/** The class called `name` (in any case), or undefined. */
export const characterClass = (name: string): CharacterSet | undefined => {
	const lower = name.replace(/[A-Z]/g, (c) => c.toLowerCase());
	const known = classes.get(lower);
	const pattern = patterns.get(lower);
	if (known !== undefined || pattern === undefined) return known;
	const set = matching(pattern);
	classes.set(lower, set);
	return set;
};

const collatingNames = [
	"NUL SOH STX ETX EOT ENQ ACK alert backspace tab newline vertical-tab form-feed carriage-return SO SI",
	"DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC IS4 IS3 IS2 IS1",
	"space exclamation-mark quotation-mark number-sign dollar-sign percent-sign ampersand apostrophe",
	"left-parenthesis right-parenthesis asterisk plus-sign comma hyphen period slash",
	"zero one two three four five six seven eight nine colon semicolon",
	"less-than-sign equals-sign greater-than-sign question-mark commercial-at",
	"A B C D E F G H I J K L M N O P Q R S T U V W X Y Z",
	"left-square-bracket backslash right-square-bracket circumflex underscore grave-accent",
	"a b c d e f g h i j k l m n o p q r s t u v w x y z",
	"left-curly-bracket vertical-line right-curly-bracket tilde DEL",
]
	.join(" ")
	.split(" ");

/** The byte that a collating element's name stands for (`[[.hyphen.]]`), or undefined. */
export const collatingElement = (name: string): number | undefined => {
	const code = collatingNames.indexOf(name);
	return code < 0 ? undefined : code;
};

/** The bytes that sort like `code` does: a letter's upper and lower case. */
export const equivalenceClass = (code: number): CharacterSet => {
	const set = singleton(code);
	const c = String.fromCharCode(code);
	if (/[A-Za-z]/.test(c)) {
		set[c.toLowerCase().charCodeAt(0)] = 1;
		set[c.toUpperCase().charCodeAt(0)] = 1;
	}
	return set;
};
