import { NixError } from "@tsnix/store";

/** Text that is not JSON; the message is worded as the reference's JSON library words it. */
export class JSONParseError extends NixError {
	constructor(message: string) {
		super("JSON_INVALID", message);
	}
}

/** An integer in JSON that fits 64 bits without a sign, but not a Nix integer. */
export class JSONIntegerRangeError extends NixError {
	constructor(digits: string) {
		super("JSON_INTEGER_RANGE", `unsigned json number ${digits} outside of Nix integer range`);
	}
}

/** A string that cannot be written as JSON, as it is not UTF-8. */
export class JSONSerializationError extends NixError {
	constructor(
		/** In the words of the reference's JSON library. */
		readonly problem: string,
		/** What the reference has written by then of the string, its quote included. */
		readonly written: string,
	) {
		super("JSON_NOT_UTF8", `JSON serialization error: ${problem}`);
	}

	/** As the reference's JSON library tells it where nothing else does. */
	bare(): NixError {
		return new NixError(this.code, this.problem);
	}
}
