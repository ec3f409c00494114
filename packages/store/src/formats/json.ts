import { FormatError } from "../errors";

/**
 * JSON as Nix keeps it: integers of 64 bits (numbers within ±2^53, else bigint) and floats apart. A number without
 * fraction is an integer; {@link JsonFloat} is a float that happens to be whole, like `1.0`.
 */
export type JsonValue =
	| null
	| boolean
	| number
	| bigint
	| string
	| JsonFloat
	| readonly JsonValue[]
	| { readonly [key: string]: JsonValue };

/** A float that is a whole number and must be printed as a float. */
export class JsonFloat {
	constructor(readonly value: number) {}
}

/** Text that is not JSON. */
export class JsonError extends FormatError {
	constructor(message: string) {
		super("BAD_JSON", message);
	}
}

const maxUnsigned = 2n ** 64n - 1n;
const minSigned = -(2n ** 63n);

const numberOf = (token: string): number | bigint | JsonFloat => {
	const value = Number(token);
	if (/[.eE]/.test(token)) return Number.isInteger(value) ? new JsonFloat(value) : value;
	if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
	const integer = BigInt(token);
	return integer > maxUnsigned || integer < minSigned ? new JsonFloat(value) : integer;
};

const tokenPattern =
	/[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

class JsonReader {
	private readonly pattern = new RegExp(tokenPattern);
	private token = "";
	private kind: "punctuation" | "string" | "number" | "word" | "end" = "end";

	constructor(private readonly text: string) {
		this.next();
	}

	next(): void {
		const start = this.pattern.lastIndex;
		const match = this.pattern.exec(this.text);
		if (match === null) {
			const rest = this.text.slice(start).replace(/^[ \t\n\r]+/, "");
			if (rest !== "") throw new JsonError(`unexpected character at '${rest.slice(0, 20)}' in JSON`);
			this.pattern.lastIndex = this.text.length;
			this.kind = "end";
			this.token = "";
			return;
		}
		this.kind =
			match[1] !== undefined
				? "punctuation"
				: match[2] !== undefined
					? "string"
					: match[3] !== undefined
						? "number"
						: "word";
		this.token = match[1] ?? match[2] ?? match[3] ?? match[4];
	}

	fail(): never {
		throw new JsonError(this.kind === "end" ? "unexpected end of JSON input" : `unexpected '${this.token}' in JSON`);
	}

	take(punctuation: string): boolean {
		if (this.kind !== "punctuation" || this.token !== punctuation) return false;
		this.next();
		return true;
	}

	string(): string {
		if (this.kind !== "string") this.fail();
		const value = JSON.parse(this.token) as string;
		this.next();
		return value;
	}

	value(): JsonValue {
		if (this.kind === "string") return this.string();
		if (this.kind === "number" || this.kind === "word") {
			const value = this.kind === "number" ? numberOf(this.token) : (JSON.parse(this.token) as boolean | null);
			this.next();
			return value;
		}
		if (this.take("[")) {
			const items: JsonValue[] = [];
			if (this.take("]")) return items;
			do items.push(this.value());
			while (this.take(","));
			if (!this.take("]")) this.fail();
			return items;
		}
		if (!this.take("{")) this.fail();
		const entries = new Map<string, JsonValue>();
		if (this.take("}")) return {};
		do {
			const key = this.string();
			if (!this.take(":")) this.fail();
			entries.set(key, this.value());
		} while (this.take(","));
		if (!this.take("}")) this.fail();
		return Object.fromEntries(entries);
	}

	document(): JsonValue {
		const value = this.value();
		if (this.kind !== "end") this.fail();
		return value;
	}
}

/** Parse JSON text, losing nothing of its numbers. Throws {@link JsonError}. */
export const parseJson = (text: string): JsonValue => new JsonReader(text).document();

/** A float in the shortest form that reads back, as the reference's JSON library lays it out. */
export const printJsonFloat = (value: number): string => {
	if (!Number.isFinite(value)) return "null";
	if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
	const [mantissa, exponent] = Math.abs(value).toExponential().split("e");
	const digits = mantissa.replace(".", "");
	const point = Number(exponent) + 1; // where the decimal point stands among the digits
	const sign = value < 0 ? "-" : "";
	if (digits.length <= point && point <= 15) return `${sign}${digits.padEnd(point, "0")}.0`;
	if (point > 0 && point <= 15) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
	if (point > -4 && point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
	const power = Math.abs(point - 1)
		.toString()
		.padStart(2, "0");
	const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
	return `${sign}${digits[0]}${fraction}e${point - 1 < 0 ? "-" : "+"}${power}`;
};

const hasSurrogate = /[\ud800-\udfff]/;

/** In the order of the keys' UTF-8 bytes. */
const compareKeys = (a: string, b: string): number => {
	if (!hasSurrogate.test(a) && !hasSurrogate.test(b)) return a < b ? -1 : a > b ? 1 : 0;
	const left = [...a];
	const right = [...b];
	for (let i = 0; i < left.length && i < right.length; i++) {
		const difference = (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0);
		if (difference !== 0) return difference;
	}
	return left.length - right.length;
};

const print = (value: JsonValue, indent: number, level: number): string => {
	if (value === null || typeof value === "boolean") return String(value);
	if (typeof value === "number") return Number.isInteger(value) ? String(value) : printJsonFloat(value);
	if (typeof value === "bigint") return value.toString();
	if (typeof value === "string") return JSON.stringify(value);
	if (value instanceof JsonFloat) return printJsonFloat(value.value);
	const items = Array.isArray(value)
		? value.map((item: JsonValue) => print(item, indent, level + 1))
		: Object.entries(value as { readonly [key: string]: JsonValue })
				.sort(([a], [b]) => compareKeys(a, b))
				.map(([key, item]) => `${JSON.stringify(key)}:${indent > 0 ? " " : ""}${print(item, indent, level + 1)}`);
	const [open, close] = Array.isArray(value) ? "[]" : "{}";
	if (items.length === 0) return open + close;
	if (indent === 0) return open + items.join(",") + close;
	const pad = `\n${" ".repeat(indent * (level + 1))}`;
	return `${open}${pad}${items.join(`,${pad}`)}\n${" ".repeat(indent * level)}${close}`;
};

/**
 * JSON text as the reference prints it: keys in byte order, and without spaces unless an indentation is given.
 * `printJson({ b: 1, a: [] })` is `{"a":[],"b":1}`.
 */
export const printJson = (value: JsonValue, indent = 0): string => print(value, indent, 0);
