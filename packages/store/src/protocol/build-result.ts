import type { FailureStatus } from "../build/errors";
import { type Realisation, renderOutputId } from "../formats/realisation";
import { readOutputId, readRealisation, writeOutputId, writeRealisation } from "./common-messages";
import { type Incoming, type Outgoing, version } from "./context";
import { ProtocolError } from "./errors";
import type { Talk } from "./talk";

/** How a build ended, in the reference's words. */
export type BuildStatus =
	| "Built"
	| "Substituted"
	| "AlreadyValid"
	| "ResolvesToAlreadyValid"
	| "CachedFailure"
	| Exclude<FailureStatus, "HashMismatch">;

/** By their numbers in the protocols. */
const statuses: readonly BuildStatus[] = [
	"Built",
	"Substituted",
	"AlreadyValid",
	"PermanentFailure",
	"InputRejected",
	"OutputRejected",
	"TransientFailure",
	"CachedFailure",
	"TimedOut",
	"MiscFailure",
	"DependencyFailed",
	"LogLimitExceeded",
	"NotDeterministic",
	"ResolvesToAlreadyValid",
	"NoSubstituters",
];

/** Whether a text is such a word. */
export const isBuildStatus = (text: string): text is BuildStatus => (statuses as readonly string[]).includes(text);

/** Whether such an end is a good one. */
export const isSuccess = (status: BuildStatus): boolean =>
	["Built", "Substituted", "AlreadyValid", "ResolvesToAlreadyValid"].includes(status);

/** What came of a build. */
export interface BuildResult {
	readonly status: BuildStatus;
	/** Of failures. */
	readonly message: string;
	/** Of failures: two builds gave different outputs. */
	readonly isNonDeterministic: boolean;
	readonly timesBuilt: number;
	/** Seconds since 1970. */
	readonly startTime: number;
	readonly stopTime: number;
	/** Microseconds that the builder used. */
	readonly cpuUser?: number;
	readonly cpuSystem?: number;
	/** By output name; of successes. */
	readonly builtOutputs: ReadonlyMap<string, Realisation>;
}

export function* readBuildStatus({ from }: Incoming): Talk<BuildStatus> {
	const number = yield* from.byte();
	const status = statuses[number];
	if (status === undefined) throw new ProtocolError(`Invalid BuildResult status ${number} from remote`, from.position);
	return status;
}

export const writeBuildStatus = ({ to }: Outgoing, status: BuildStatus | "HashMismatch"): void => {
	to.number(buildStatusNumber(status));
};

/** The number that stands for a status; 5 for a hash mismatch, which the protocols do not know. */
export const buildStatusNumber = (status: BuildStatus | "HashMismatch"): number =>
	statuses.indexOf(status === "HashMismatch" ? "OutputRejected" : status);

/** Which parts of a build's result a version of a protocol has. */
interface Parts {
	readonly times: boolean;
	readonly cpu: boolean;
	readonly outputs: boolean;
}

/** Those of the daemon's protocol. */
export const workerBuildResult = (number: number): Parts => ({
	times: number >= version(1, 29),
	cpu: number >= version(1, 37),
	outputs: number >= version(1, 28),
});

/** Those of `nix-store --serve`. */
export const serveBuildResult = (number: number): Parts => ({
	times: number >= version(2, 3),
	cpu: false,
	outputs: number >= version(2, 6),
});

export function* readBuildResult(incoming: Incoming, parts: Parts): Talk<BuildResult> {
	const { from } = incoming;
	const status = yield* readBuildStatus(incoming);
	const message = yield* from.string();
	let [timesBuilt, isNonDeterministic, startTime, stopTime] = [0, false, 0, 0];
	if (parts.times) {
		timesBuilt = yield* from.integer();
		isNonDeterministic = yield* from.boolean();
		startTime = yield* from.number();
		stopTime = yield* from.number();
	}
	const cpuUser = parts.cpu ? yield* readOptionalNumber(incoming) : undefined;
	const cpuSystem = parts.cpu ? yield* readOptionalNumber(incoming) : undefined;
	const outputs = parts.outputs ? yield* readBuiltOutputs(incoming) : new Map();
	const good = isSuccess(status);
	return {
		status,
		message: good ? "" : message,
		isNonDeterministic: good ? false : isNonDeterministic,
		timesBuilt,
		startTime,
		stopTime,
		...(cpuUser === undefined ? {} : { cpuUser }),
		...(cpuSystem === undefined ? {} : { cpuSystem }),
		builtOutputs: good ? outputs : new Map(),
	};
}

export const writeBuildResult = (outgoing: Outgoing, result: BuildResult, parts: Parts): void => {
	const { to } = outgoing;
	const good = isSuccess(result.status);
	writeBuildStatus(outgoing, result.status);
	to.string(good ? "" : result.message);
	if (parts.times)
		to.number(result.timesBuilt)
			.boolean(!good && result.isNonDeterministic)
			.number(result.startTime)
			.number(result.stopTime);
	if (parts.cpu) {
		writeOptionalNumber(outgoing, result.cpuUser);
		writeOptionalNumber(outgoing, result.cpuSystem);
	}
	if (parts.outputs) writeBuiltOutputs(outgoing, good ? [...result.builtOutputs.values()] : []);
};

function* readOptionalNumber({ from }: Incoming): Talk<number | undefined> {
	const tag = yield* from.byte();
	if (tag === 0) return undefined;
	if (tag === 1) return yield* from.number();
	throw new ProtocolError("Invalid optional tag from remote", from.position);
}

const writeOptionalNumber = ({ to }: Outgoing, value: number | undefined): void => {
	if (value === undefined) to.number(0);
	else to.number(1).number(value);
};

function* readBuiltOutputs(incoming: Incoming): Talk<Map<string, Realisation>> {
	const entries = yield* incoming.from.list(function* () {
		const { outputName } = yield* readOutputId(incoming);
		return [outputName, yield* readRealisation(incoming)] as const;
	});
	return new Map(entries);
}

const writeBuiltOutputs = (outgoing: Outgoing, realisations: readonly Realisation[]): void => {
	const sorted = realisations
		.map((realisation) => [renderOutputId(realisation.id), realisation] as const)
		.sort(([a], [b]) => (a < b ? -1 : 1));
	outgoing.to.number(sorted.length);
	for (const [, realisation] of sorted) {
		writeOutputId(outgoing, realisation.id);
		writeRealisation(outgoing, realisation);
	}
};
