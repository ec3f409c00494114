import { type ContentAddress, parseIngestionMethod } from "./content-address";
import { parseSri } from "./hash";
import type { JsonValue } from "./json";
import { asObject, asString, field, type JsonObject } from "./json-fields";

/** A content address as newer JSON forms have it: `{ "method": "nar", "hash": "sha256-…" }`. */
export const contentAddressToJSON = (address: ContentAddress): JsonObject => ({
	method: address.method,
	hash: address.hash.sri(),
});

/** Read what {@link contentAddressToJSON} gives. Throws a {@link FormatError}. */
export const contentAddressFromJSON = (json: JsonValue): ContentAddress => {
	const object = asObject(json);
	return {
		method: parseIngestionMethod(asString(field(object, "method"))),
		hash: parseSri(asString(field(object, "hash"))),
	};
};
