import type { ByteString } from "../byte-string";
import type { LogField } from "../protocol/log-messages";

/**
 * What a builder says to the program that shows the build: a line `@nix {"action": …}` of its output. Of the activities
 * that the reference knows, a builder may only start file transfers; others are read and dropped, as it does.
 */
export type BuilderMessage =
	| { readonly action: "setPhase"; readonly phase: ByteString }
	| { readonly action: "msg"; readonly level: number; readonly text: ByteString }
	| {
			readonly action: "start";
			readonly id: number;
			readonly level: number;
			readonly text: ByteString;
			readonly fields: readonly LogField[];
	  }
	/** `result` is one of the numbers of `activityResult`. */
	| {
			readonly action: "result";
			readonly id: number;
			readonly result: number;
			readonly fields: readonly LogField[];
	  }
	| { readonly action: "stop"; readonly id: number }
	| { readonly action: "other" };

/** A line that was meant to be a message and is none: it stays part of the log. */
export interface BadMessage {
	readonly severity: "warning" | "error";
	readonly text: ByteString;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const typeName = (json: Json): string =>
	json === null ? "null" : Array.isArray(json) ? "array" : typeof json === "object" ? "object" : typeof json;

class Malformed extends Error {}

const field = (json: Json, name: string): Json => {
	if (json === null) return null;
	if (typeof json !== "object" || Array.isArray(json))
		throw new Malformed(
			`[json.exception.type_error.305] cannot use operator[] with a string argument with ${typeName(json)}`,
		);
	return Object.hasOwn(json, name) ? (json as { readonly [name: string]: Json })[name] : null;
};

const wrongType = (expected: string, json: Json): Malformed =>
	new Malformed(`[json.exception.type_error.302] type must be ${expected}, but is ${typeName(json)}`);

const stringField = (json: Json, name: string): ByteString => {
	const value = field(json, name);
	if (typeof value !== "string") throw wrongType("string", value);
	return value;
};

const numberField = (json: Json, name: string): number => {
	const value = field(json, name);
	if (typeof value !== "number") throw wrongType("number", value);
	return value;
};

/** Numbers and texts that go with a message; there need be none. */
const fieldsOf = (json: Json): LogField[] => {
	const fields = field(json, "fields");
	if (fields === null) return [];
	return (Array.isArray(fields) ? fields : [fields]).map((item) => {
		if (typeof item === "string" || (typeof item === "number" && item >= 0 && Number.isInteger(item))) return item;
		throw new Malformed(`unsupported JSON type ${typeName(item)}`);
	});
};

const read = (json: Json): BuilderMessage => {
	const action = stringField(json, "action");
	switch (action) {
		case "start": {
			const type = numberField(json, "type");
			if (type !== fileTransfer) return { action: "other" };
			const id = numberField(json, "id");
			const level = numberField(json, "level");
			return { action, id, level, text: stringField(json, "text"), fields: fieldsOf(json) };
		}
		case "stop":
			return { action, id: numberField(json, "id") };
		case "result": {
			const id = numberField(json, "id");
			return { action, id, result: numberField(json, "type"), fields: fieldsOf(json) };
		}
		case "setPhase":
			return { action, phase: stringField(json, "phase") };
		case "msg": {
			const text = stringField(json, "msg");
			return { action, level: numberField(json, "level"), text };
		}
		default:
			return { action: "other" };
	}
};

/** The reference's number of the activity `actFileTransfer`. */
const fileTransfer = 101;

/**
 * Reads a line of a builder's output as a message. Undefined for a line that does not begin like one.
 *
 * @param line bytes, without the line's end
 */
export const parseBuilderMessage = (line: ByteString): BuilderMessage | BadMessage | undefined => {
	if (!line.startsWith("@nix ")) return undefined;
	let json: Json;
	try {
		json = JSON.parse(line.slice(5)) as Json;
	} catch (error) {
		const text = `bad JSON log message from the derivation builder: ${(error as SyntaxError).message}`;
		return { severity: "error", text };
	}
	try {
		return read(json);
	} catch (error) {
		if (!(error instanceof Malformed)) throw error;
		return {
			severity: "warning",
			text: `Unable to handle a JSON message from the derivation builder: ${error.message}`,
		};
	}
};
