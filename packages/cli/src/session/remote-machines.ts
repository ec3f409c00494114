import {
	asyncStore,
	type BasicDerivation,
	type BuildResult,
	buildDerivationForClient,
	type ConnectedMachine,
	copyPaths,
	derivationType,
	isSuccess,
	KnownOutputs,
	type LogMessage,
	type Machine,
	MachinePool,
	NixError,
	outputPath,
	parseBaseName,
	parseMachines,
	type RealiseOptions,
	type RemoteBuilding,
	type RemoteJob,
	type Store,
	type StorePath,
	type SyncStore,
} from "@tsnix/store";
import { type CommandStore, parseStoreReference, renderStoreReference } from "../core";
import { level } from "../output/log";
import type { Session } from "../session";
import type { Settings } from "../settings/settings";
import { copyMessage } from "../verbs/copy";

/** The machines of the setting `builders`; undefined where there are none. */
export const remoteBuilding = (
	session: Session,
	settings: Settings,
	realiseOptions: (settings: Settings, store: CommandStore) => RealiseOptions,
): RemoteBuilding | undefined => {
	const readFile = (path: string): string | undefined => {
		try {
			return session.readFile(path);
		} catch (error) {
			if ((error as { code?: unknown }).code !== "ENOENT") throw error;
			session.log.line(level.debug, `cannot find machines file '${path}'`);
			return undefined;
		}
	};
	const machines = parseMachines(settings.text("builders"), { systems: [session.system], readFile }).map((machine) => ({
		...machine,
		storeUri: shownUri(machine.storeUri, session.shell.workingDirectory),
	}));
	if (machines.length === 0) return undefined;
	return {
		pool: new MachinePool(machines),
		connect: async (machine) => {
			const activity = session.log.start(level.talkative, 0, `connecting to '${machine.storeUri}'`);
			try {
				const place = session.stores.storeAt(completeReference(machine, session.shell.workingDirectory));
				const there = place.open();
				there.isValidPath(parseBaseName("00000000000000000000000000000000-anybody")); // is anybody there?
				return connected(session, settings, machine, place, there, realiseOptions);
			} finally {
				activity.stop();
			}
		},
	};
};

/** A store's reference as messages have it. */
const shownUri = (reference: string, workingDirectory: string): string =>
	renderStoreReference(parseStoreReference(reference, workingDirectory));

/** A machine's store, with what its entry says of how it is reached and what it can do. */
const completeReference = (machine: Machine, workingDirectory: string): string => {
	const reference = parseStoreReference(machine.storeUri, workingDirectory);
	const params = new Map(reference.params);
	if (reference.kind === "specified" && (reference.scheme === "ssh" || reference.scheme === "ssh-ng")) {
		if (machine.sshKey !== "") params.set("ssh-key", machine.sshKey);
		if (machine.sshPublicHostKey !== "") params.set("base64-ssh-public-host-key", machine.sshPublicHostKey);
	}
	const features = [params.get("system-features") ?? "", ...machine.supportedFeatures, ...machine.mandatoryFeatures];
	params.set("system-features", features.filter((name) => name !== "").join(" "));
	return renderStoreReference({ ...reference, params });
};

const connected = (
	session: Session,
	settings: Settings,
	machine: Machine,
	place: CommandStore,
	there: SyncStore,
	realiseOptions: (settings: Settings, store: CommandStore) => RealiseOptions,
): ConnectedMachine => {
	const uri = machine.storeUri;
	const source = { ...asyncStore(session.store), uri: uriOf(session.commandStore) };
	const target = { ...asyncStore(there), uri: uriOf(place) };
	const { log } = session;
	return {
		build: async (job) => {
			const { drvPath, derivation, inputPaths, wantedOutputs } = job;
			await log.during(level.talkative, 0, `copying dependencies to '${uri}'`, () =>
				copyAll(session, source, target, inputPaths, true),
			);
			// An output's name must not change by what the inputs are called.
			const inputSrcs = derivation.inputDrvs.size > 0 ? inputPaths : derivation.inputSrcs;
			const { inputDrvs: _, ...rest } = derivation;
			const result = await buildThere({ ...rest, inputSrcs }, job, place, () => ({
				...realiseOptions(settingsFor(settings, machine), place),
				store: there,
				maxJobs: 1,
			}));
			if (!isSuccess(result.status))
				throw new NixError(
					"REMOTE_BUILD_FAILED",
					`build of '${drvPath.toString(session.store.storeDir)}' on '${uri}' failed: ${result.message}`,
				);
			const missing = missingOutputs(session.store, job, result, wantedOutputs);
			if (missing.paths.length > 0)
				await log.during(level.talkative, 0, `copying outputs from '${uri}'`, () =>
					copyAll(session, target, source, missing.paths),
				);
			for (const id of missing.realisations.keys())
				session.store.registerRealisation(id, missing.realisations.get(id) as StorePath);
		},
	};
};

/** What a store is called in messages. */
const uriOf = (place: CommandStore): string => (place.start.kind === "remote" ? place.start.uri : "local");

const settingsFor = (settings: Settings, machine: Machine): Settings => {
	const own = settings.copy(() => {});
	own.override("system-features", [...machine.supportedFeatures, ...machine.mandatoryFeatures]);
	own.override("builders", "");
	return own;
};

/** Builds where a store is: by who serves it, or here where nobody does. */
const buildThere = async (
	drv: BasicDerivation,
	{ drvPath, tell, signal }: RemoteJob,
	{ builds }: CommandStore,
	options: () => RealiseOptions,
): Promise<BuildResult> => {
	if (builds !== undefined) return builds.buildDerivation(drvPath, drv, { log: tell, signal });
	const log = (message: LogMessage): void => tell(message);
	return buildDerivationForClient(drvPath, drv, "normal", options(), { signal, settings: {}, log });
};

/** Copies what is not there yet; `tells` where there is nothing to do, too. */
const copyAll = async (
	session: Session,
	from: Store,
	to: Store,
	paths: readonly StorePath[],
	tells = false,
): Promise<void> => {
	const infos = [];
	for (const path of paths) {
		const info = await from.queryPathInfo(path);
		if (info !== undefined) infos.push(info);
	}
	const missing = [];
	for (const info of infos) if (!(await to.isValidPath(info.path))) missing.push(info);
	if (missing.length === 0) {
		if (tells) session.log.info("copying 0 paths...");
		return;
	}
	await copyPaths(from, to, missing, {
		onStart: (count) => session.log.info(`copying ${count} paths...`),
		onCopy: (path) => session.log.info(copyMessage(from, to, path)),
		signal: session.shell.signal,
	});
};

/** What of a machine's outputs is to be brought here, and what is to be noted of them. */
const missingOutputs = (
	store: SyncStore,
	{ derivation }: RemoteJob,
	result: BuildResult,
	wanted: readonly string[],
): { readonly paths: readonly StorePath[]; readonly realisations: ReadonlyMap<string, StorePath> } => {
	const known = new KnownOutputs(store, true);
	const paths: StorePath[] = [];
	const realisations = new Map<string, StorePath>();
	const type = derivationType(derivation);
	for (const [name, output] of derivation.outputs) {
		const path = outputPath(derivation.name, name, output, store.storeDir);
		if (path !== undefined && type !== "impure") {
			if (!store.isValidPath(path)) paths.push(path);
			continue;
		}
		if (!wanted.includes(name)) continue;
		const made = result.builtOutputs.get(name);
		if (made === undefined) continue;
		realisations.set(known.outputId(derivation, name), made.outPath);
		if (!store.isValidPath(made.outPath)) paths.push(made.outPath);
	}
	return { paths, realisations };
};
