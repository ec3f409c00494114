/** Numbers, booleans, dates and times. */
import { type Cursor, syntax } from "./cursor";
import { TOMLDiagnostic } from "./diagnostic";
import type { TOMLDateKind, TOMLValue } from "./tree";

export type ValueKind = "string" | "array" | "table" | "boolean" | "float" | "integer" | TOMLDateKind;

const floatHint =
	"Hint: valid  : +1.0, -2e-2, 3.141_592_653_589, inf, nan\n" + "Hint: invalid: .0, 1., _1.0, 1.0_, 1_.0, 1.0__0\n";
const integerHint = "Hint: valid  : -42, 1_000, 1_2_3_4_5, 0xC0FFEE, 0b0010, 0o755\nHint: invalid: _42, 1__000, 0123\n";
const timeHint =
	"Hint: valid  : 1979-05-27T07:32:00, 1979-05-27 07:32:00.999999\n" +
	"Hint: invalid: 1979-05-27T7:32:00, 1979-05-27 17:32\n";
const dateHint =
	"Hint: valid  : 1979-05-27T07:32:00-07:00, 1979-05-27 07:32:00.999999Z\n" +
	"Hint: invalid: 1979-05-27T7:32:00-7:00, 1979-05-27 7:32-00:30";

const isDigit = (c: string): boolean => c >= "0" && c <= "9";

/** Walks a template such as `dd:dd:dd` as far as it fits, and says what it expected there. */
const expectedBy = (cursor: Cursor, template: string): string => {
	for (const t of template) {
		if (t === "d" ? !isDigit(cursor.current) : cursor.current !== t) return t === "d" ? "digit [0-9]" : t;
		cursor.at++;
	}
	return "";
};

const badTime = (cursor: Cursor): TOMLDiagnostic => {
	const expected = expectedBy(cursor, "dd:dd:dd");
	return cursor.error("bad time: must be HH:MM:SS.subsec", `expected ${expected}`, timeHint);
};

const scanDateTime = (cursor: Cursor): boolean =>
	cursor.scan(syntax.date) !== undefined &&
	cursor.scan(syntax.timeDelimiter) !== undefined &&
	cursor.scan(syntax.time) !== undefined;

const scanFloat = (cursor: Cursor): boolean => {
	const start = cursor.at;
	if (cursor.scan(syntax.decimal) !== undefined && cursor.scan(syntax.fractionAndExponent) !== undefined) return true;
	cursor.at = start;
	return cursor.scan(syntax.infinityOrNan) !== undefined;
};

const guessInteger = (cursor: Cursor, digits: string): ValueKind => {
	const c = cursor.current;
	if (c === "_")
		throw /^[+-]?0$/.test(digits)
			? cursor.error("bad integer: leading zero is not allowed in decimal int", "leading zero", integerHint)
			: cursor.error("bad integer: `_` must be surrounded by digits", "invalid underscore", integerHint);
	if (c === "0") {
		cursor.at--;
		throw cursor.error("bad integer: leading zero", "leading zero is not allowed", integerHint);
	}
	if (isDigit(c))
		throw cursor.error("bad integer: invalid digit after an integer", "this digit is not allowed", integerHint);
	if (c === ":" || c === "-") throw cursor.error("bad datetime: invalid format", "here", dateHint);
	if (c === "." || c === "e" || c === "E") throw cursor.error("bad float: invalid format", "here", floatHint);
	return "integer";
};

const guessNumber = (place: Cursor): ValueKind => {
	let cursor = place.copy();
	if (scanDateTime(cursor)) {
		if (cursor.scan(syntax.offset) !== undefined) return "offset-datetime";
		if (cursor.current === "+" || cursor.current === "-") {
			cursor.at++;
			const expected = expectedBy(cursor, "dd:dd");
			throw cursor.error(
				"bad offset: must be [+-]HH:MM or Z",
				`expected z or Z or ${expected}`,
				"Hint: valid  : +09:00, -05:30\nHint: invalid: +9:00,  -5:30\n",
			);
		}
		return "local-datetime";
	}
	cursor = place.copy();
	if (cursor.scan(syntax.date) !== undefined) {
		const c = cursor.current;
		if (c === "T" || c === "t") {
			cursor.at++;
			throw badTime(cursor);
		}
		if (c === " ") {
			cursor.at++;
			if (isDigit(cursor.current)) throw badTime(cursor);
		}
		if (isDigit(c)) throw cursor.error("bad datetime: missing T or space", "expected T, t, or 0x20(SPACE)", timeHint);
		return "local-date";
	}
	if (cursor.scan(syntax.time) !== undefined) return "local-time";
	if (scanFloat(cursor)) {
		if (cursor.current === "_")
			throw cursor.error("bad float: `_` must be surrounded by digits", "invalid underscore", floatHint);
		return "float";
	}
	cursor = place.copy();
	for (const pattern of [syntax.hexadecimal, syntax.octal, syntax.binary, syntax.decimal]) {
		const digits = cursor.scan(pattern);
		if (digits !== undefined) return guessInteger(cursor, digits);
	}
	if (cursor.current === ".")
		throw cursor.error("bad float: integer part is required before decimal point", "missing integer part", floatHint);
	if (cursor.current === "_")
		throw cursor.error("bad number: `_` must be surrounded by digits", "digits required before `_`", integerHint);
	throw cursor.error("bad format: unknown value appeared", "here");
};

/** What kind of value begins here, going by how it looks. @throws {TOMLDiagnostic} when by nothing known */
export const guessKind = (cursor: Cursor): ValueKind => {
	const c = cursor.current;
	const lowercase = (word: string, expected: string): TOMLDiagnostic =>
		cursor.error(
			`toml::parse_value: \`${word}\` must be in lowercase. A string must be surrounded by quotes.`,
			`expected ${expected}`,
		);
	const float = "from `1` to `9` or digit [0-9] or inf or nan";
	switch (c) {
		case '"':
		case "'":
			return "string";
		case "[":
			return "array";
		case "{":
			return "table";
		case "t":
		case "f":
			return "boolean";
		case "T":
		case "F":
			throw lowercase(c === "T" ? "true" : "false", "true or false");
		case "i":
		case "n":
		case "I":
		case "N": {
			const word = c.toLowerCase() === "i" ? "inf" : "nan";
			if (cursor.text.startsWith(word, cursor.at)) return "float";
			throw lowercase(word, float);
		}
		default:
			return guessNumber(cursor);
	}
};

export const parseBoolean = (cursor: Cursor): TOMLValue => {
	const start = cursor.at;
	const word = cursor.scan(syntax.boolean);
	if (word === undefined)
		throw cursor.error(
			"toml::parse_boolean: invalid boolean: boolean must be `true` or `false`, in lowercase. " +
				'string must be surrounded by `"`',
			"expected true or false",
		);
	return { kind: "boolean", value: word === "true", region: cursor.since(start) };
};

const bases = [
	{ letter: "b", radix: 2, name: "bin", like: "0b0101, 0b1111_0000", pattern: syntax.binary, digit: "0 or 1" },
	{ letter: "o", radix: 8, name: "oct", like: "0o775, 0o04_44", pattern: syntax.octal, digit: "from `0` to `7`" },
	{
		letter: "x",
		radix: 16,
		name: "hex",
		like: "0xC0FFEE, 0xdead_beef",
		pattern: syntax.hexadecimal,
		digit: "hex [0-9a-fA-F]",
	},
] as const;

const limit = 2n ** 63n;

export const parseInteger = (cursor: Cursor): TOMLValue => {
	const start = cursor.at;
	const prefix = /^[+-]?0(.)/.exec(cursor.text.slice(start, start + 3))?.[1];
	const base = bases.find(({ letter }) => letter === prefix);
	const digits = cursor.scan(base?.pattern ?? syntax.decimal);
	if (digits === undefined) {
		const { letter = "x", name = "hex", like = "", digit = "" } = base ?? {};
		const at = cursor.copy();
		const expected = at.literal(`0${letter}`) ? digit : `0${letter}`;
		throw at.error(
			`toml::parse_${name}_integer: invalid integer: ${name}_int must be like: ${like}`,
			`expected ${expected}`,
		);
	}
	const plain = digits.replaceAll("_", "");
	const exact = plain.startsWith("-") ? -BigInt(plain.slice(1)) : BigInt(plain.replace("+", ""));
	if (exact >= limit || exact < -limit) {
		const error = cursor.error(
			`toml::parse_${base?.name ?? "dec"}_integer: too large integer: current max ${base === undefined ? "digits" : "value"} = 2^63`,
			"must be < 2^63",
		);
		cursor.at = start;
		throw error;
	}
	const near = Number(exact);
	return { kind: "integer", value: Number.isSafeInteger(near) ? near : exact, region: cursor.since(start) };
};

export const parseFloating = (cursor: Cursor): TOMLValue => {
	const start = cursor.at;
	scanFloat(cursor);
	const region = cursor.since(start);
	const text = cursor.text.slice(start, cursor.at).replaceAll("_", "");
	const named = /^([+-]?)(inf|nan)$/.exec(text);
	if (named !== null) {
		const negative = named[1] === "-";
		if (named[2] === "nan")
			return { kind: "float", value: Number.NaN, ...(negative ? {} : { positiveNaN: true as const }), region };
		return { kind: "float", value: negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY, region };
	}
	const value = Number(text);
	if (!Number.isFinite(value))
		throw cursor.error("toml::parse_floating: failed to read floating point value from stream", "here");
	return { kind: "float", value, region };
};

const daysIn = (year: number, month: number): number => {
	if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
	return [4, 6, 9, 11].includes(month) ? 30 : 31;
};

const parseDate = (cursor: Cursor): string => {
	const start = cursor.copy();
	const text = cursor.scan(syntax.date) as string;
	const [year, month, day] = text.split("-").map(Number);
	if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month))
		throw start.error(
			"toml::parse_local_date: invalid date.",
			"month must be 01-12, day must be any of 01-28,29,30,31 depending on the month/year.",
		);
	return text;
};

/** A time, its fraction of a second brought to three, six or nine digits, or none when it is zero. */
const parseTime = (cursor: Cursor): string => {
	const start = cursor.copy();
	const [clock, fraction = ""] = (cursor.scan(syntax.time) as string).split(".");
	const [hour, minute, second] = clock.split(":").map(Number);
	if (hour > 23 || minute > 59)
		throw start.error("toml::parse_local_time: invalid time.", "hour must be 00-23, minute must be 00-59.");
	if (second > 60) throw start.error("toml::parse_local_time: invalid time.", "second must be 00-60.");
	const nanoseconds = fraction
		.slice(0, 9)
		.padEnd(9, "0")
		.replace(/(?:000){1,3}$/, "");
	return nanoseconds === "" ? clock : `${clock}.${nanoseconds}`;
};

export const parseDateOrTime = (cursor: Cursor, kind: TOMLDateKind): TOMLValue => {
	const start = cursor.at;
	if (kind === "local-time") return { kind, text: parseTime(cursor), region: cursor.since(start) };
	const date = parseDate(cursor);
	if (kind === "local-date") return { kind, text: date, region: cursor.since(start) };
	cursor.at++;
	const time = parseTime(cursor);
	if (kind === "local-datetime") return { kind, text: `${date}T${time}`, region: cursor.since(start) };
	const offset = cursor.scan(syntax.offset) as string;
	let zone = "Z";
	if (offset.length > 1) {
		const hour = Number(offset.slice(1, 3));
		const minute = Number(offset.slice(4));
		if (hour > 24 || minute > 60)
			throw new TOMLDiagnostic("toml::parse_offset_datetime: too large offset: |hour| <= 24, |minute| <= 60", [
				{ region: cursor.since(start), note: "here" },
			]);
		const minutes = hour * 60 + minute;
		const two = (n: number): string => String(n).padStart(2, "0");
		if (minutes !== 0) zone = `${offset.charAt(0)}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
	}
	return { kind, text: `${date}T${time}${zone}`, region: cursor.since(start) };
};
