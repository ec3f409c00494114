import { fromBytes } from "@tsnix/store";
import { downloadText } from "../download";
import type { Fetching } from "../effects";
import { FetchError } from "../errors";
import type { FetchWorld } from "../world";

/** Bytes that what a forge tells of a repository may have. */
const maxAnswer = 64 * 2 ** 20;

/** A text that a forge tells, a byte string. */
export const forgeText = (
	url: string,
	headers: Readonly<Record<string, string>>,
	world: FetchWorld,
): Fetching<string> => downloadText(url, headers, world, maxAnswer);

/** What a forge's interface answers, as JSON. Throws FetchError where it is none. */
export function* forgeJson(
	forge: string,
	url: string,
	headers: Readonly<Record<string, string>>,
	world: FetchWorld,
): Fetching<unknown> {
	const text = yield* forgeText(url, headers, world);
	try {
		return JSON.parse(fromBytes(text));
	} catch (cause) {
		throw new FetchError(
			"BAD_ANSWER",
			`unexpected response received from ${forge} at '${url}': ${(cause as Error).message}`,
			{ cause },
		);
	}
}

/** A member of a JSON object, its own; undefined where there is none. */
export const field = (value: unknown, name: string): unknown =>
	typeof value === "object" && value !== null && Object.hasOwn(value, name)
		? (value as Record<string, unknown>)[name]
		: undefined;
