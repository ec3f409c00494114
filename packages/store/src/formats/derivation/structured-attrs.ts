import { type ByteString, fromBytes, toBytes } from "../../byte-string";
import { type JsonValue, parseJson, printJson } from "../json";
import { DerivationError } from "./derivation";

/** The structured attributes as data. Throws {@link DerivationError} if the text is not JSON. */
export const parseStructuredAttrs = (text: ByteString): JsonValue => {
	try {
		return parseJson(fromBytes(text));
	} catch (error) {
		throw new DerivationError(`cannot process __json attribute: ${(error as Error).message}`);
	}
};

/** The text that `__json` gets for some data: without spaces, keys sorted. */
export const printStructuredAttrs = (value: JsonValue): ByteString => toBytes(printJson(value));

/** The reference keeps the data, not the text: this is what it would write again. */
export const normaliseStructuredAttrs = (text: ByteString): ByteString =>
	printStructuredAttrs(parseStructuredAttrs(text));
