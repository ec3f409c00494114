import { type ActivityMessage, type ByteString, stringToBytes } from "@tsnix/store";
import type { LoggedError, LoggedPosition, Logger } from "./logger";

/** The log format `internal-json`: an object a line, for programs. */
export class JsonLogger implements Logger {
	readonly showsLogs = true;

	/** `prefix` stands before each line, `@nix ` where they lie among others. */
	constructor(
		private readonly output: (bytes: ByteString) => void,
		private readonly prefix: string,
	) {}

	line(level: number, text: ByteString): void {
		this.write({ action: "msg", level, msg: text });
	}

	error(error: LoggedError): void {
		this.write({
			action: "msg",
			...placeOf(error.position),
			level: 0,
			msg: error.text(true),
			raw_msg: error.message,
			...(error.trace === undefined || error.trace.length === 0
				? {}
				: { trace: error.trace.map(({ message, position }) => sorted({ ...placeOf(position), raw_msg: message })) }),
		});
	}

	tell(message: ActivityMessage): void {
		const { id } = message;
		if (message.type === "stop") return this.write({ action: "stop", id });
		const fields: JsonObject = message.fields.length === 0 ? {} : { fields: message.fields };
		if (message.type === "result") return this.write({ action: "result", ...fields, id, type: message.result });
		const { level, parent, text, activity } = message;
		this.write({ action: "start", ...fields, id, level, parent, text, type: activity });
	}

	private write(object: JsonObject): void {
		this.output(`${this.prefix}${json(sorted(object))}\n`);
	}
}

type JsonField = number | bigint | ByteString | null | JsonObject | readonly JsonField[];
interface JsonObject {
	readonly [name: string]: JsonField;
}

const placeOf = (position: LoggedPosition | undefined): JsonObject =>
	position === undefined
		? { column: null, file: null, line: null }
		: { column: position.column, file: position.file, line: position.line };

const sorted = (object: JsonObject): JsonObject =>
	Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** JSON as bytes; texts that are not UTF-8 have U+FFFD where they are not. Numbers may be larger than JSON.stringify takes. */
const json = (value: JsonField): ByteString => {
	if (typeof value === "bigint" || typeof value === "number") return String(value);
	if (value === null) return "null";
	if (typeof value === "string")
		return Buffer.from(JSON.stringify(utf8.decode(stringToBytes(value))), "utf8").toString("latin1");
	if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
	return `{${Object.entries(value)
		.map(([name, item]) => `"${name}":${json(item as JsonField)}`)
		.join(",")}}`;
};
