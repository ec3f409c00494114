const largest = 2n ** 63n - 1n;

/** The value of the digits from `start` to `end`; undefined if it is not below 2^63. A bigint if a number is inexact. */
export const integerLiteral = (source: string, start: number, end: number): number | bigint | undefined => {
	if (end - start <= 15) {
		let value = 0;
		for (let i = start; i < end; i++) value = value * 10 + (source.charCodeAt(i) - 0x30);
		return value;
	}
	const value = BigInt(source.slice(start, end));
	if (value > largest) return undefined;
	return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
};

const smallestNormal = 2.2250738585072014e-308;

/** The value of a float literal; undefined if it is too large or too small for a double. */
export const floatLiteral = (text: string): number | undefined => {
	const value = Number(text);
	if (!Number.isFinite(value)) return undefined;
	if (value < smallestNormal && (value !== 0 || /^[0.]*[1-9]/.test(text))) return undefined;
	return value;
};
