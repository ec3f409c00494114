import type { Incoming } from "../../protocol/context";
import type { Talk } from "../../protocol/talk";
import { workerOperations as op } from "../../protocol/worker-messages";
import type { DaemonOptions } from "../../stores/daemon/connection";
import { type Handler, type Operation, refuse } from "./handler";

const setOptions: Handler = async (s) => {
	const options = await s.read(readOptions(s.incoming));
	await s.work(() => s.apply(options));
};

function* readOptions({ from }: Incoming): Talk<DaemonOptions> {
	const keepFailed = (yield* from.integer()) !== 0;
	const keepGoing = (yield* from.integer()) !== 0;
	const tryFallback = (yield* from.integer()) !== 0;
	const verbosity = yield* from.integer();
	const maxBuildJobs = yield* from.integer();
	const maxSilentTime = yield* from.integer();
	yield* from.integer(); // build hook
	const verboseBuild = (yield* from.integer()) === 0;
	yield* from.integer(); // kind of log
	yield* from.integer(); // trace of builds
	const buildCores = yield* from.integer();
	const useSubstitutes = (yield* from.integer()) !== 0;
	const overrides = new Map<string, string>();
	for (let left = yield* from.integer(); left > 0; left--) overrides.set(yield* from.string(), yield* from.string());
	return {
		keepFailed,
		keepGoing,
		tryFallback,
		verbosity,
		maxBuildJobs,
		maxSilentTime,
		verboseBuild,
		buildCores,
		useSubstitutes,
		overrides,
	};
}

const optimiseStore: Handler = async (s) => {
	await s.work(() => s.host.optimiseStore?.(s.tell));
	s.to.number(1);
};

const verifyStore: Handler = async (s) => {
	const checkContents = await s.read(s.from.boolean());
	const repair = await s.read(s.from.boolean());
	const errors = await s.work(() => {
		if (repair && !s.host.trusted) throw refuse("you are not privileged to repair paths");
		return s.host.verifyStore?.(checkContents, repair, s.tell) ?? false;
	});
	s.to.boolean(errors);
};

/** The client's settings, and care for the whole store. */
export const administration: readonly Operation[] = [
	[op.SetOptions, setOptions],
	[op.OptimiseStore, optimiseStore],
	[op.VerifyStore, verifyStore],
];
