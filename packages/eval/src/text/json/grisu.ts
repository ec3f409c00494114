/**
 * The decimal digits of a float, by the Grisu2 algorithm (Loitsch, "Printing floating-point numbers quickly and
 * accurately with integers", 2010): they read back to the same float, and are the shortest such in all but a few
 * cases in a thousand. The reference prints floats in JSON so, and those few cases have to agree as well.
 */

/** A number of 64 bits times a power of two. */
interface Scaled {
	readonly f: bigint;
	readonly e: number;
}

const mask64 = (1n << 64n) - 1n;
const smallestExponent = -60;

const normalize = ({ f, e }: Scaled): Scaled => {
	const shift = 64 - f.toString(2).length;
	return { f: f << BigInt(shift), e: e - shift };
};

/** The upper half of the product, rounded. */
const multiply = (a: Scaled, b: Scaled): Scaled => ({
	f: ((a.f * b.f + (1n << 63n)) >> 64n) & mask64,
	e: a.e + b.e + 64,
});

const powers = new Map<number, Scaled>();

/** 10^k to 64 bits. */
const powerOfTen = (k: number): Scaled => {
	const known = powers.get(k);
	if (known !== undefined) return known;
	const ten = 10n ** BigInt(Math.abs(k));
	// One bit more than wanted, to round by.
	let numerator: bigint;
	let e: number;
	if (k >= 0) {
		e = ten.toString(2).length - 65;
		numerator = e >= 0 ? ten >> BigInt(e) : ten << BigInt(-e);
	} else {
		const shift = ten.toString(2).length + 64;
		numerator = (1n << BigInt(shift)) / ten;
		const excess = numerator.toString(2).length - 65;
		numerator >>= BigInt(excess);
		e = excess - shift;
	}
	const power = { f: (numerator + 1n) >> 1n, e: e + 1 };
	powers.set(k, power);
	return power;
};

/** The power of ten that brings a binary exponent into the range the digits are generated from: every eighth is used. */
const cachedPower = (e: number): { power: Scaled; k: number } => {
	const f = smallestExponent - e - 1;
	const k = Math.trunc((f * 78913) / 2 ** 18) + (f > 0 ? 1 : 0);
	const index = Math.trunc((300 + k + 7) / 8);
	const decimal = -300 + index * 8;
	return { power: powerOfTen(decimal), k: decimal };
};

const bits = new DataView(new ArrayBuffer(8));

/** A positive finite float as digits times ten to the power of `exponent`. */
export const shortestDigits = (value: number): { digits: string; exponent: number } => {
	bits.setFloat64(0, value);
	const raw = bits.getBigUint64(0);
	const biased = Number(raw >> 52n);
	const fraction = raw & ((1n << 52n) - 1n);
	const v: Scaled = biased === 0 ? { f: fraction, e: 1 - 1075 } : { f: fraction | (1n << 52n), e: biased - 1075 };
	const lowerIsCloser = fraction === 0n && biased > 1;
	const upper = normalize({ f: 2n * v.f + 1n, e: v.e - 1 });
	const lowerRaw: Scaled = lowerIsCloser ? { f: 4n * v.f - 1n, e: v.e - 2 } : { f: 2n * v.f - 1n, e: v.e - 1 };
	const lower = lowerRaw.f << BigInt(lowerRaw.e - upper.e);
	const { power, k } = cachedPower(upper.e);
	const w = multiply(normalize(v), power);
	const low = multiply({ f: lower, e: upper.e }, power).f + 1n;
	const high = multiply(upper, power);
	return generate(low, w.f, { f: high.f - 1n, e: high.e }, -k);
};

const generate = (low: bigint, w: bigint, high: Scaled, exponent10: number): { digits: string; exponent: number } => {
	const shift = BigInt(-high.e);
	const one = 1n << shift;
	let delta = high.f - low;
	let distance = high.f - w;
	let exponent = exponent10;
	const integral = (high.f >> shift).toString();
	let rest = high.f & (one - 1n);
	let digits = "";
	for (let i = 0; i < integral.length; i++) {
		digits += integral.charAt(i);
		const left = integral.length - i - 1;
		const remainder = (BigInt(integral.slice(i + 1) || "0") << shift) + rest;
		if (remainder <= delta) {
			exponent += left;
			return { digits: round(digits, distance, delta, remainder, (10n ** BigInt(left)) << shift), exponent };
		}
	}
	for (;;) {
		rest *= 10n;
		digits += (rest >> shift).toString();
		rest &= one - 1n;
		exponent--;
		delta *= 10n;
		distance *= 10n;
		if (rest <= delta) return { digits: round(digits, distance, delta, rest, one), exponent };
	}
};

/** Moves the last digit as near to the value as the interval allows. */
const round = (digits: string, distance: bigint, delta: bigint, remainder: bigint, unit: bigint): string => {
	let rest = remainder;
	let last = digits.charCodeAt(digits.length - 1);
	while (
		rest < distance &&
		delta - rest >= unit &&
		(rest + unit < distance || distance - rest > rest + unit - distance)
	) {
		last--;
		rest += unit;
	}
	return digits.slice(0, -1) + String.fromCharCode(last);
};
