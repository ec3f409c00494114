import type { ByteString } from "@tsnix/store";

/** The UTF-8 bytes of a code point (surrogates too: they are encoded as if they were characters). */
export const encodeCodePoint = (code: number): ByteString => {
	if (code < 0x80) return String.fromCharCode(code);
	if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
	if (code < 0x10000)
		return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
	return String.fromCharCode(
		0xf0 | (code >> 18),
		0x80 | ((code >> 12) & 0x3f),
		0x80 | ((code >> 6) & 0x3f),
		0x80 | (code & 0x3f),
	);
};

/**
 * The ranges that the bytes after the lead byte `lead` have to be in, low and high in turn; undefined when nothing
 * can begin with `lead`. An ASCII byte needs none.
 */
export const continuationRanges = (lead: number): readonly number[] | undefined => {
	if (lead < 0x80) return [];
	if (lead < 0xc2 || lead > 0xf4) return undefined;
	if (lead < 0xe0) return [0x80, 0xbf];
	if (lead < 0xf0) return [lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf, 0x80, 0xbf];
	return [lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf, 0x80, 0xbf, 0x80, 0xbf];
};

/** Where a byte string stops being UTF-8: at a byte that cannot stand there, or at its end, in the midst of a character. */
export type Utf8Problem = { readonly kind: "invalid"; readonly index: number } | { readonly kind: "incomplete" };

/** The first thing that keeps `text` from being UTF-8, or null. */
export const findUtf8Problem = (text: ByteString): Utf8Problem | null => {
	for (let i = 0; i < text.length; ) {
		const ranges = continuationRanges(text.charCodeAt(i));
		if (ranges === undefined) return { kind: "invalid", index: i };
		i++;
		for (let r = 0; r < ranges.length; r += 2, i++) {
			if (i >= text.length) return { kind: "incomplete" };
			const byte = text.charCodeAt(i);
			if (byte < ranges[r] || byte > ranges[r + 1]) return { kind: "invalid", index: i };
		}
	}
	return null;
};
