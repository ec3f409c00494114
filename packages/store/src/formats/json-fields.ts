import { type ByteString, toBytes } from "../byte-string";
import { FormatError } from "../errors";
import { JsonFloat, type JsonValue, printJson } from "./json";

/** JSON that is not of the shape that was expected. */
export class JsonShapeError extends FormatError {
	constructor(message: string) {
		super("BAD_JSON_SHAPE", message);
	}
}

/** A JSON object whose fields are to be read. */
export type JsonObject = { readonly [key: string]: JsonValue };

const typeName = (value: JsonValue): string => {
	if (value === null) return "null";
	if (Array.isArray(value)) return "array";
	if (value instanceof JsonFloat || typeof value === "bigint") return "number";
	return typeof value;
};

const mismatch = (expected: string, value: JsonValue): JsonShapeError =>
	new JsonShapeError(
		`Expected JSON value to be of type '${expected}' but it is of type '${typeName(value)}': ${printJson(value)}`,
	);

/** The value as an object. These all throw {@link JsonShapeError}, worded as the reference words it. */
export const asObject = (value: JsonValue): JsonObject => {
	if (typeName(value) !== "object") throw mismatch("object", value);
	return value as JsonObject;
};

export const asArray = (value: JsonValue): readonly JsonValue[] => {
	if (!Array.isArray(value)) throw mismatch("array", value);
	return value as readonly JsonValue[];
};

export const asString = (value: JsonValue): string => {
	if (typeof value !== "string") throw mismatch("string", value);
	return value;
};

export const asBoolean = (value: JsonValue): boolean => {
	if (typeof value !== "boolean") throw mismatch("boolean", value);
	return value;
};

/** A whole number, not negative. */
export const asUnsigned = (value: JsonValue): number => {
	if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
	if (typeof value === "bigint" && value >= 0n) return Number(value);
	let name = typeName(value);
	if (name === "number") {
		const isFloat = value instanceof JsonFloat || (typeof value === "number" && !Number.isInteger(value));
		name = isFloat ? "floating point number" : "signed integral number";
	}
	throw new JsonShapeError(
		`Expected JSON value to be an unsigned integral number but it is of type '${name}': ${printJson(value)}`,
	);
};

/** The text of a JSON string, as a byte string. */
export const asBytes = (value: JsonValue): ByteString => toBytes(asString(value));

/** A field that may be missing. */
export const optionalField = (object: JsonObject, key: string): JsonValue | undefined =>
	Object.hasOwn(object, key) ? object[key] : undefined;

/** A field that has to be there. */
export const field = (object: JsonObject, key: string): JsonValue => {
	const value = optionalField(object, key);
	if (value === undefined) {
		throw new JsonShapeError(`Expected JSON object to contain key '${key}' but it doesn't: ${printJson(object)}`);
	}
	return value;
};
