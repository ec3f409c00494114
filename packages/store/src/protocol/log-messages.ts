import type { ByteString } from "../byte-string";
import type { Incoming, Outgoing } from "./context";
import { ProtocolError, RemoteError } from "./errors";
import type { Talk } from "./talk";
import { tunnel } from "./worker-messages";

/** A number or a text that goes with an activity. */
export type LogField = number | bigint | ByteString;

/** What a daemon tells while it works. */
export type LogMessage =
	| { readonly type: "line"; readonly text: ByteString }
	| {
			readonly type: "start";
			readonly id: bigint;
			readonly level: number;
			/** A number of {@link activity}. */
			readonly activity: number;
			readonly text: ByteString;
			readonly fields: readonly LogField[];
			readonly parent: bigint;
	  }
	| { readonly type: "stop"; readonly id: bigint }
	/** `result` is a number of {@link activityResult}. */
	| { readonly type: "result"; readonly id: bigint; readonly result: number; readonly fields: readonly LogField[] };

/** Kinds of activities. */
export const activity = {
	unknown: 0,
	copyPath: 100,
	fileTransfer: 101,
	realise: 102,
	copyPaths: 103,
	builds: 104,
	build: 105,
	optimiseStore: 106,
	verifyPaths: 107,
	substitute: 108,
	queryPathInfo: 109,
	postBuildHook: 110,
	buildWaiting: 111,
	fetchTree: 112,
} as const;

/** Kinds of what activities tell. */
export const activityResult = {
	fileLinked: 100,
	buildLogLine: 101,
	untrustedPath: 102,
	corruptedPath: 103,
	setPhase: 104,
	progress: 105,
	setExpected: 106,
	postBuildLogLine: 107,
	fetchStatus: 108,
} as const;

function* readFields({ from }: Incoming): Talk<LogField[]> {
	return yield* from.list(function* (): Talk<LogField> {
		const type = yield* from.integer();
		if (type === 0) return yield* from.big();
		if (type === 1) return yield* from.string();
		throw new ProtocolError(`got unsupported field type ${type.toString(16)} from Nix daemon`, from.position);
	});
}

const writeFields = ({ to }: Outgoing, fields: readonly LogField[]): void => {
	to.number(fields.length);
	for (const field of fields)
		if (typeof field === "string") to.number(1).string(field);
		else to.number(0).number(field);
};

/** Reads what follows the number of a message that is one of the log's. */
export function* readLogMessage(incoming: Incoming, message: number): Talk<LogMessage | undefined> {
	const { from } = incoming;
	switch (message) {
		case tunnel.next:
			return { type: "line", text: (yield* from.string()).replace(/\n+$/, "") };
		case tunnel.startActivity: {
			const id = yield* from.big();
			const level = yield* from.integer();
			const kind = yield* from.integer();
			const text = yield* from.string();
			const fields = yield* readFields(incoming);
			return { type: "start", id, level, activity: kind, text, fields, parent: yield* from.big() };
		}
		case tunnel.stopActivity:
			return { type: "stop", id: yield* from.big() };
		case tunnel.result: {
			const id = yield* from.big();
			const result = yield* from.integer();
			return { type: "result", id, result, fields: yield* readFields(incoming) };
		}
		default:
			return undefined;
	}
}

export const writeLogMessage = (outgoing: Outgoing, message: LogMessage): void => {
	const { to } = outgoing;
	switch (message.type) {
		case "line":
			to.number(tunnel.next).string(`${message.text}\n`);
			break;
		case "start":
			to.number(tunnel.startActivity).number(message.id).number(message.level).number(message.activity);
			to.string(message.text);
			writeFields(outgoing, message.fields);
			to.number(message.parent);
			break;
		case "stop":
			to.number(tunnel.stopActivity).number(message.id);
			break;
		case "result":
			to.number(tunnel.result).number(message.id).number(message.result);
			writeFields(outgoing, message.fields);
	}
};

/** Reads an error as newer daemons (1.26) send it. */
export function* readRemoteError({ from }: Incoming): Talk<RemoteError> {
	const type = yield* from.string();
	if (type !== "Error") throw new ProtocolError(`got an error of unknown type '${type}'`, from.position);
	const level = yield* from.integer();
	yield* from.string();
	const message = yield* from.string();
	yield* noPosition({ from });
	const traces = yield* from.list(function* () {
		yield* noPosition({ from });
		return yield* from.string();
	});
	return new RemoteError(message, { level, traces });
}

function* noPosition({ from }: Pick<Incoming, "from">): Talk<void> {
	if ((yield* from.number()) !== 0) throw new ProtocolError("got an error with a position", from.position);
}

export const writeRemoteError = (
	{ to }: Outgoing,
	error: { readonly message: ByteString; readonly level?: number; readonly traces?: readonly ByteString[] },
): void => {
	to.string("Error")
		.number(error.level ?? 0)
		.string("Error")
		.string(error.message)
		.number(0);
	to.number(error.traces?.length ?? 0);
	for (const trace of error.traces ?? []) to.number(0).string(trace);
};
