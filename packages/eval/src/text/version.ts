import type { ByteString } from "@tsnix/store";

const component = /[.-]*([0-9]+|[^0-9.-]+|)/y;
const int32 = 2 ** 31 - 1;

const nextComponent = (version: ByteString, from: number): { text: ByteString; end: number } => {
	component.lastIndex = from;
	const text = component.exec(version)?.[1] ?? "";
	return { text, end: component.lastIndex };
};

/** A component's number, when it is one that fits 32 bits; larger ones compare as text. */
const numberOf = (text: ByteString): number | undefined => {
	if (!/^[0-9]+$/.test(text)) return undefined;
	const value = Number(text);
	return value > int32 ? undefined : value;
};

const less = (a: ByteString, b: ByteString): boolean => {
	const m = numberOf(a);
	const n = numberOf(b);
	if (m !== undefined && n !== undefined) return m < n;
	if (a === "" && n !== undefined) return true;
	if (a === "pre" && b !== "pre") return true;
	if (b === "pre") return false;
	if (n !== undefined) return true;
	if (m !== undefined) return false;
	return a < b;
};

/**
 * How two versions compare: −1, 0 or 1 (manual: `builtins.compareVersions`).
 *
 *     compareVersions("2.3pre1", "2.3")   // -1
 */
export const compareVersions = (a: ByteString, b: ByteString): -1 | 0 | 1 => {
	let i = 0;
	let j = 0;
	while (i < a.length || j < b.length) {
		const x = nextComponent(a, i);
		const y = nextComponent(b, j);
		i = x.end;
		j = y.end;
		if (less(x.text, y.text)) return -1;
		if (less(y.text, x.text)) return 1;
	}
	return 0;
};

/** A version's components: `splitVersion("1.2a-3")` is `["1", "2", "a", "3"]`. */
export const splitVersion = (version: ByteString): ByteString[] => {
	const out: ByteString[] = [];
	for (let at = 0; ; ) {
		const { text, end } = nextComponent(version, at);
		if (text === "") return out;
		out.push(text);
		at = end;
	}
};

/** A package name taken apart: the version begins after the first dash that no letter follows. */
export const parseDrvName = (fullName: ByteString): { name: ByteString; version: ByteString } => {
	const dash = /-(?=[^A-Za-z])/.exec(fullName)?.index;
	return dash === undefined
		? { name: fullName, version: "" }
		: { name: fullName.slice(0, dash), version: fullName.slice(dash + 1) };
};
