import type { Host } from "../host";
import type { EvalSettings } from "../runtime/settings";
import { type CallWatch, watchAll } from "./call-watch";
import { functionTrace } from "./function-trace";
import { SampleStack } from "./sample-stack";

/** What settings ask to be told of calls. Times are what the host's clock says; without one, they are all 0. */
export const watchOf = (settings: EvalSettings, host: Host): CallWatch | undefined => {
	const now = host.nanoseconds ?? (() => 0n);
	const watches: CallWatch[] = [];
	if (settings.traceFunctionCalls) watches.push(functionTrace(now, (text) => host.log?.({ kind: "info", text })));
	if (settings.evalProfiler === "flamegraph") {
		const frequency = settings.evalProfilerFrequency;
		const period = frequency === 0 ? undefined : 1_000_000_000n / BigInt(frequency);
		watches.push(new SampleStack(period, now, (lines) => host.profile?.(lines)));
	}
	return watchAll(watches);
};
