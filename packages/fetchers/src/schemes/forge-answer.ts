import { fromBytes, type JsonValue, NixError, printJson } from "@tsnix/store";
import { downloadText } from "../download";
import type { Fetching } from "../effects";
import { AnswerError } from "../errors";
import type { FetchWorld } from "../world";

/** Bytes that what a forge tells of a repository may have. */
const maxAnswer = 64 * 2 ** 20;

/** A text that a forge tells, a byte string. */
export const forgeText = (
	url: string,
	headers: Readonly<Record<string, string>>,
	world: FetchWorld,
): Fetching<string> => downloadText(url, headers, world, maxAnswer);

/** What a forge's interface answers, as JSON of byte strings. Throws {@link AnswerError} where it is none. */
export function* forgeJson(
	forge: string,
	url: string,
	headers: Readonly<Record<string, string>>,
	world: FetchWorld,
): Fetching<unknown> {
	const text = yield* forgeText(url, headers, world);
	try {
		return (world.parseJson ?? JSON.parse)(text);
	} catch (cause) {
		const said = (cause as Error).message;
		throw new AnswerError(
			cause instanceof NixError ? said : `unexpected response received from ${forge} at '${url}': ${said}`,
			cause,
		);
	}
}

const kindOf = (value: unknown): string =>
	value === null ? "null" : Array.isArray(value) ? "array" : typeof value === "bigint" ? "number" : typeof value;

/** A member of a JSON object, null where there is none. Throws {@link AnswerError} where it is no object, nor null. */
export const member = (value: unknown, name: string): unknown => {
	if (value === null) return null;
	if (typeof value !== "object" || Array.isArray(value))
		throw new AnswerError(
			`[json.exception.type_error.305] cannot use operator[] with a string argument with ${kindOf(value)}`,
		);
	return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : null;
};

/** A string of JSON. Throws {@link AnswerError} where it is something else. */
export const stringOf = (value: unknown): string => {
	if (typeof value === "string") return value;
	throw new AnswerError(`[json.exception.type_error.302] type must be string, but is ${kindOf(value)}`);
};

const asText = (value: unknown): JsonValue => {
	if (typeof value === "string") return fromBytes(value);
	if (Array.isArray(value)) return value.map(asText);
	if (typeof value !== "object" || value === null) return value as JsonValue;
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [fromBytes(name), asText(inner)]));
};

/** JSON as messages show it. */
export const shownJson = (answer: unknown): string => {
	try {
		return printJson(asText(answer));
	} catch (error) {
		if (error instanceof RangeError) return "JSON that is nested too deeply";
		throw error;
	}
};
