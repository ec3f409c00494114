/** Floats as text, as C's `printf` and C++'s streams write them and `strtod` reads them. */

const bits = new DataView(new ArrayBuffer(8));

/** A finite non-negative float as an exact fraction of integers. */
const exactFraction = (magnitude: number): { numerator: bigint; denominator: bigint } => {
	bits.setFloat64(0, magnitude);
	const raw = bits.getBigUint64(0);
	const biased = Number(raw >> 52n);
	const fraction = raw & ((1n << 52n) - 1n);
	const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
	const exponent = (biased === 0 ? 1 : biased) - 1075;
	return exponent >= 0
		? { numerator: mantissa << BigInt(exponent), denominator: 1n }
		: { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
};

/** A quotient rounded to the nearest integer, halves to the even one. */
const divideRounded = (numerator: bigint, denominator: bigint): bigint => {
	const quotient = numerator / denominator;
	const twice = 2n * (numerator % denominator);
	return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
};

/** `inf`, `-inf` or `-nan` (the sign that arithmetic on x86-64 gives), or undefined for a finite value. */
const notFinite = (value: number): string | undefined => {
	if (Number.isNaN(value)) return "-nan";
	return Number.isFinite(value) ? undefined : value < 0 ? "-inf" : "inf";
};

const signOf = (value: number): string => (value < 0 || Object.is(value, -0) ? "-" : "");

/** What `toString` makes of a float: `%f`, six decimals. `formatFloatFixed(1.5)` is `"1.500000"`. */
export const formatFloatFixed = (value: number): string => {
	const special = notFinite(value);
	if (special !== undefined) return special;
	const { numerator, denominator } = exactFraction(Math.abs(value));
	const digits = divideRounded(numerator * 1_000_000n, denominator)
		.toString()
		.padStart(7, "0");
	return `${signOf(value)}${digits.slice(0, -6)}.${digits.slice(-6)}`;
};

/** A float as printed values and XML show it: `%g`, six significant digits. `formatFloat(1e100)` is `"1e+100"`. */
export const formatFloat = (value: number): string => {
	const special = notFinite(value);
	if (special !== undefined) return special;
	const sign = signOf(value);
	const magnitude = Math.abs(value);
	if (magnitude === 0) return `${sign}0`;
	if (Number.isInteger(magnitude) && magnitude < 1e6) return `${sign}${magnitude}`;
	const { numerator, denominator } = exactFraction(magnitude);
	let exponent = Number(magnitude.toExponential(17).split("e")[1]);
	const scale = (power: number): bigint =>
		power >= 0
			? divideRounded(numerator * 10n ** BigInt(power), denominator)
			: divideRounded(numerator, denominator * 10n ** BigInt(-power));
	let digits = scale(5 - exponent).toString();
	if (digits.length > 6) {
		exponent++;
		digits = digits.slice(0, 6);
	}
	const trimmed = digits.replace(/0+$/, "");
	if (exponent < -4 || exponent >= 6) {
		const mantissa = trimmed.length === 1 ? trimmed : `${trimmed.charAt(0)}.${trimmed.slice(1)}`;
		return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
	}
	if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${trimmed}`;
	const whole = trimmed.slice(0, exponent + 1).padEnd(exponent + 1, "0");
	const decimals = trimmed.slice(exponent + 1);
	return sign + (decimals === "" ? whole : `${whole}.${decimals}`);
};

const smallestNormal = 2 ** -1022;

/**
 * The value of a float literal, or null when it is out of range: too large, or too small to be held exactly enough
 * (the reference then says `invalid float '…'`).
 */
export const parseFloatLiteral = (text: string): number | null => {
	const value = Number(text);
	if (!Number.isFinite(value)) return null;
	if (Math.abs(value) < smallestNormal && /[1-9]/.test(text.replace(/[eE].*$/, ""))) return null;
	return value;
};
