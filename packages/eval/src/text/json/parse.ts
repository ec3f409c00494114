import type { ByteString } from "@tsnix/store";
import { forceNoNullByte } from "../null-byte";
import { JSONIntegerRangeError } from "./errors";
import { JSONLexer, type TokenKind } from "./lexer";

/** What is told of a JSON text while it is read, from beginning to end. */
export interface JSONHandler {
	null(): void;
	boolean(value: boolean): void;
	/** A number when it is a safe integer, else a bigint within 64 bits. */
	integer(value: number | bigint): void;
	/** An integer that fits 64 bits only without a sign. Without this such a number is an error. */
	unsigned?(value: bigint): void;
	float(value: number): void;
	string(value: ByteString): void;
	startObject(): void;
	/** The name of the value that follows. A later name replaces an equal earlier one. */
	key(name: ByteString): void;
	endObject(): void;
	startArray(): void;
	endArray(): void;
}

const valueStart = "'[', '{', or a literal";
const largestInteger = 2n ** 63n - 1n;
const largestUnsigned = 2n ** 64n - 1n;
const smallestInteger = -(2n ** 63n);

const number = (lexer: JSONLexer, handler: JSONHandler): void => {
	const { value } = lexer;
	if (!lexer.isFloat) {
		// `-0` is the integer 0.
		if (value.length < 16) {
			handler.integer(Number(value) + 0);
			return;
		}
		const exact = BigInt(value);
		if (exact > largestInteger && exact <= largestUnsigned) {
			if (handler.unsigned === undefined) throw new JSONIntegerRangeError(value);
			handler.unsigned(exact);
			return;
		}
		if (exact >= smallestInteger && exact <= largestInteger) {
			const near = Number(exact);
			handler.integer(Number.isSafeInteger(near) ? near : exact);
			return;
		}
	}
	const float = Number(value);
	if (!Number.isFinite(float)) throw lexer.overflow();
	handler.float(float);
};

/**
 * Reads JSON as `builtins.fromJSON` does: a byte string in, one call of `handler` for each thing found.
 *
 * @throws {JSONParseError} when it is not JSON, with the wording of the reference's JSON library
 * @throws {JSONIntegerRangeError} for an integer of 64 bits that only fits without a sign, where `handler` does not take
 *   such (others become floats)
 * @throws {NullByteError} for a string with a zero byte
 */
export const parseJSON = (text: ByteString, handler: JSONHandler): void => {
	const lexer = new JSONLexer(text);
	/** The containers that are open: true for an object. */
	const open: boolean[] = [];

	const key = (token: TokenKind): void => {
		if (token !== "string literal") throw lexer.error(token, "object key", "string literal");
		forceNoNullByte(lexer.value);
		handler.key(lexer.value);
		const separator = lexer.next();
		if (separator !== "':'") throw lexer.error(separator, "object separator", "':'");
	};

	/** Reads a value's beginning; true when it is a whole one, false when a first value has to follow in it. */
	const value = (token: TokenKind): boolean => {
		switch (token) {
			case "'{'": {
				handler.startObject();
				const first = lexer.next();
				if (first === "'}'") {
					handler.endObject();
					return true;
				}
				key(first);
				open.push(true);
				return false;
			}
			case "'['":
				handler.startArray();
				open.push(false);
				return false;
			case "string literal":
				forceNoNullByte(lexer.value);
				handler.string(lexer.value);
				return true;
			case "number literal":
				number(lexer, handler);
				return true;
			case "true literal":
			case "false literal":
				handler.boolean(token === "true literal");
				return true;
			case "null literal":
				handler.null();
				return true;
			case "<parse error>":
				throw lexer.error(token, "value");
			default:
				if (token === "end of input" && lexer.position === 1)
					throw lexer.errorAt(
						"attempting to parse an empty input; check that your input string or stream contains the expected JSON",
					);
				throw lexer.error(token, "value", valueStart);
		}
	};

	let token = lexer.next();
	let atArrayStart = false;
	for (;;) {
		if (atArrayStart && token === "']'") {
			open.pop();
			handler.endArray();
		} else if (!value(token)) {
			atArrayStart = open[open.length - 1] === false;
			token = lexer.next();
			continue;
		}
		atArrayStart = false;
		// A value is complete: close what ends with it, until there is another value to read.
		for (;;) {
			token = lexer.next();
			if (open.length === 0) {
				if (token !== "end of input") throw lexer.error(token, "value", "end of input");
				return;
			}
			const inObject = open[open.length - 1];
			if (token === "','") {
				token = lexer.next();
				if (inObject) {
					key(token);
					token = lexer.next();
				}
				break;
			}
			if (token !== (inObject ? "'}'" : "']'"))
				throw lexer.error(token, inObject ? "object" : "array", inObject ? "'}'" : "']'");
			open.pop();
			if (inObject) handler.endObject();
			else handler.endArray();
		}
	}
};
