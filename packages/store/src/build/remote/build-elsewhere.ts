import { stringToBytes } from "../../byte-string";
import { NixError } from "../../errors";
import type { Derivation } from "../../formats/derivation/derivation";
import type { StorePath } from "../../formats/store-path";
import { activityResult } from "../../protocol/log-messages";
import { type BuiltDerivation, outputStatuses, requiredFeatures } from "../build-derivation";
import { BuildLog } from "../build-log";
import { builderFailedMessage } from "../build-message";
import { derivationOptions } from "../derivation-options";
import { BuildFailure, InterruptedError } from "../errors";
import type { RealiseEvent } from "../events";
import type { KnownOutputs } from "../known-outputs";
import { lockOutputs } from "../output-locks";
import type { RealiseOptions } from "../realise-options";
import { noMachineMessage } from "./machine-pool";
import type { Machine } from "./machines";
import type { ConnectedMachine, RemoteBuilding } from "./remote-building";

/** What building elsewhere needs of the realisation that it is a part of. */
export interface ElsewhereContext {
	readonly options: RealiseOptions;
	readonly known: KnownOutputs;
	readonly signal: AbortSignal;
	readonly emit: (event: RealiseEvent) => void;
	/** Whether a build here could begin now. */
	readonly hasFreeSlot: () => boolean;
	readonly validOutput: (drv: Derivation, name: string) => StorePath | undefined;
	/** Counts the build while it runs. */
	readonly track: <T>(work: () => Promise<T>) => Promise<T>;
	/** What is run after every build. */
	readonly afterBuild: (drvPath: StorePath, outputs: Iterable<StorePath>) => Promise<void>;
}

type Built = BuiltDerivation & { readonly built: boolean };

/** Build on another machine; undefined where none is to. `here` is whether it could be built on this one. */
export const buildElsewhere = async (
	context: ElsewhereContext,
	remote: RemoteBuilding,
	drvPath: StorePath,
	drv: Derivation,
	inputPaths: readonly StorePath[],
	here: boolean,
): Promise<Built | undefined> => {
	const { options, known, emit, signal } = context;
	const { pool } = remote;
	const request = { system: drv.platform, features: requiredFeatures(drv, derivationOptions(drv)) };
	let waiting = false;
	try {
		for (;;) {
			const unlock = await lockOutputs(options, known, drvPath, drv);
			let built = false;
			try {
				const statuses = outputStatuses(options, known, drv);
				if ([...statuses.values()].every(({ valid }) => valid)) {
					const outputs = new Map([...statuses].map(([name, { path }]) => [name, path as StorePath]));
					return { outputs, logTail: [], built: false };
				}
				const choice = pool.choose(request);
				if (typeof choice === "object") {
					try {
						const machine = await connect(context, remote, choice.machine);
						if (machine === undefined) continue;
						const wanted = [...statuses].flatMap(([name, { valid }]) => (valid ? [] : [name])).sort();
						const result = await buildOn(context, machine, choice.machine, drvPath, drv, inputPaths, wanted);
						built = true;
						return result;
					} finally {
						choice.release();
					}
				}
				if (choice === undefined || (here && context.hasFreeSlot())) {
					const message = noMachineMessage(drvPath.baseName, request, pool.machines);
					emit({ type: "detail", level: here ? 5 : 1, message });
					return undefined;
				}
			} finally {
				unlock?.(built);
			}
			if (!waiting) {
				const text = `waiting for a machine to build '${drvPath.toString(options.store.storeDir)}'`;
				emit({ type: "waiting", drvPath, text });
				waiting = true;
			}
			await Promise.race([pool.changed(), after(context, 5)]);
			if (signal.aborted) throw new InterruptedError();
		}
	} finally {
		if (waiting) emit({ type: "waited", drvPath });
	}
};

const after = ({ options, signal }: ElsewhereContext, seconds: number): Promise<void> =>
	new Promise((resolve) => {
		options.timers?.after(seconds, resolve);
		signal.addEventListener("abort", () => resolve(), { once: true });
	});

/** A machine that cannot be reached is told of, and not asked again. */
const connect = async (
	{ emit }: ElsewhereContext,
	remote: RemoteBuilding,
	machine: Machine,
): Promise<ConnectedMachine | undefined> => {
	try {
		return await remote.connect(machine);
	} catch (error) {
		const message = `cannot build on '${machine.storeUri}': ${error instanceof Error ? error.message : String(error)}`;
		emit({ type: "complaint", message });
		remote.pool.disable(machine);
		return undefined;
	}
};

const buildOn = async (
	context: ElsewhereContext,
	connected: ConnectedMachine,
	{ storeUri }: Machine,
	drvPath: StorePath,
	drv: Derivation,
	inputPaths: readonly StorePath[],
	wantedOutputs: readonly string[],
): Promise<Built> => {
	const { options, emit, signal } = context;
	const { store, logs, logLines = 25, logCommand = "nix log" } = options;
	const keeper = logs?.open(drvPath);
	const log = new BuildLog(logLines, (line) => emit({ type: "logLine", drvPath, line }));
	emit({ type: "buildStarted", drvPath, mode: "normal", machine: storeUri });
	try {
		const outputs = await context.track(async () => {
			await connected.build({
				drvPath,
				derivation: drv,
				inputPaths,
				wantedOutputs,
				signal,
				tell: (message) => {
					if (message.type === "line") {
						const bytes = stringToBytes(`${message.text}\n`);
						log.write(bytes);
						keeper?.write(bytes);
						return;
					}
					if (message.type === "result" && message.result === activityResult.buildLogLine)
						keeper?.write(stringToBytes(`${String(message.fields[0])}\n`));
					emit({ type: "remoteMessage", drvPath, message });
				},
			});
			const made = new Map<string, StorePath>();
			for (const name of drv.outputs.keys()) {
				const path = context.validOutput(drv, name);
				if (path === undefined) throw new NixError("UNREACHABLE", "some outputs are unexpectedly invalid");
				made.set(name, path);
			}
			await context.afterBuild(drvPath, made.values());
			return made;
		});
		return { outputs, logTail: log.tail, built: true };
	} catch (error) {
		if (signal.aborted) throw new InterruptedError();
		if (!(error instanceof NixError)) throw error;
		emit({ type: "error", error });
		const place = { storeDir: store.storeDir, logCommand };
		throw new BuildFailure("MiscFailure", builderFailedMessage(drvPath, drv, { code: 1 }, log.tail, place));
	} finally {
		keeper?.close();
	}
};
