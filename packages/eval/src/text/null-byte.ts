import { type ByteString, NixError } from "@tsnix/store";

/** A string from the outside that holds a zero byte, which no Nix string can. */
export class NullByteError extends NixError {
	constructor(text: ByteString) {
		super(
			"NULL_BYTE_IN_STRING",
			`input string '${text.replaceAll("\0", "\xe2\x90\x80")}' cannot be represented as Nix string because it contains null bytes`,
		);
	}
}

/** @throws {NullByteError} when `text` holds a zero byte */
export const forceNoNullByte = (text: ByteString): void => {
	if (text.includes("\0")) throw new NullByteError(text);
};
