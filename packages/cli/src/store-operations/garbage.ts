import { readFile } from "node:fs/promises";
import {
	collectGarbage,
	findRoots,
	type GcAction,
	type GcResults,
	type RuntimeRootsSource,
	type StorePath,
} from "@tsnix/store";
import { askForRoots, nodeRootsServer, nodeRuntimeRoots } from "@tsnix/store/node";
import { parseCount } from "../args/values";
import { level } from "../output/log";
import { renderSize } from "../output/size";
import type { Operation } from "../programs/nix-store";
import type { Session } from "../session";
import { UsageError } from "../usage-error";
import { shown, storePathOf } from "./paths";

/** What a collection is asked for by a command. */
export interface GarbageRequest {
	readonly action: GcAction;
	readonly paths?: readonly StorePath[];
	readonly ignoreLiveness?: boolean;
	/** Bytes. */
	readonly maxFreed?: number;
}

/** Collects garbage with a command's settings; tells afterwards, even if it failed, what was done. */
export const collect = async (session: Session, request: GarbageRequest): Promise<GcResults> => {
	const elsewhere = session.stores.daemonStore();
	if (elsewhere !== undefined) {
		const results = elsewhere.collectGarbage(request);
		if (!request.action.startsWith("return")) printFreed(session, results);
		return results;
	}
	const store = session.stores.localStore("Garbage collection");
	const { settings, log } = session;
	const progress: { paths: string[]; bytesFreed: number } = { paths: [], bytesFreed: 0 };
	try {
		const results = await collectGarbage(store, {
			...request,
			keepOutputs: settings.boolean("keep-outputs"),
			keepDerivations: settings.boolean("keep-derivations"),
			runtime: await runtimeRoots(session),
			server: nodeRootsServer,
			onInfo: (message) => log.info(message),
			onDetail: (message) => log.line(level.talkative, message),
			onError: (message) => log.line(level.error, message),
			signal: session.shell.signal,
			renderSize,
			progress,
			...testHooks(session),
		});
		if (request.action.startsWith("return")) return results;
		printFreed(session, results);
		return results;
	} catch (error) {
		if (!request.action.startsWith("return")) printFreed(session, progress);
		throw error;
	}
};

/** Points where the reference's tests hold a collection up: it goes on when that file has been read. */
const testHooks = (session: Session) => {
	const reading = (name: string) => {
		const path = session.env(name);
		return path === undefined ? undefined : async (): Promise<void> => void (await readFile(path));
	};
	const [onLocked, onRootsFound] = ["_NIX_TEST_GC_SYNC_1", "_NIX_TEST_GC_SYNC_2"].map(reading);
	return { ...(onLocked === undefined ? {} : { onLocked }), ...(onRootsFound === undefined ? {} : { onRootsFound }) };
};

const printFreed = (session: Session, { paths, bytesFreed }: GcResults): void =>
	session.print(`${paths.length} store paths deleted, ${renderSize(bytesFreed)} freed`);

/** A number of bytes, which may end in a unit. */
export const parseBytes = (text: string): number => parseCount(text, true);

/** `nix-store --gc`: deletes what no root leads to, or tells of it. */
export const gc: Operation = async ({ session, flags, args }) => {
	let printRoots = false;
	let action: GcAction = "delete-dead";
	let maxFreed: number | undefined;
	for (let i = 0; i < flags.length; i++)
		if (flags[i] === "--print-roots") printRoots = true;
		else if (flags[i] === "--print-live") action = "return-live";
		else if (flags[i] === "--print-dead") action = "return-dead";
		else if (flags[i] === "--max-freed") maxFreed = Math.max(0, parseBytes(flags[++i]));
		else throw new UsageError(`bad sub-operation '${flags[i]}' in GC`);
	if (args.length > 0) throw new UsageError("no arguments expected");
	if (maxFreed !== undefined && (printRoots || action !== "delete-dead"))
		throw new UsageError("option --max-freed cannot be combined with --print-live, --print-dead, or --print-roots");
	if (printRoots) {
		const lines = [...(await rootsOf(session)).values()].flatMap(({ path, links }) =>
			[...links].map((link) => [link, shown(session.store, path)] as const),
		);
		lines.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
		for (const [link, path] of lines) session.print(`"${link}" -> ${path}`);
		return;
	}
	const results = await collect(session, { action, ...(maxFreed === undefined ? {} : { maxFreed }) });
	if (action !== "delete-dead") for (const path of results.paths) session.print(path);
};

/** What processes use: as this one sees it, or as a daemon does where the store's reference says `use-roots-daemon`. */
const runtimeRoots = async (session: Session): Promise<RuntimeRootsSource> => {
	const { rootsDaemon } = session.commandStore;
	if (rootsDaemon === undefined) return nodeRuntimeRoots;
	return askForRoots(rootsDaemon);
};

/** All roots of the command's store. */
export const rootsOf = async (session: Session): Promise<ReturnType<typeof findRoots>> =>
	session.stores.daemonStore()?.findRoots() ??
	findRoots(session.stores.localStore("Garbage collection"), {
		runtime: await runtimeRoots(session),
		onInfo: (message) => session.log.info(message),
	});

/** `nix-store --delete`: deletes paths that no root leads to. */
export const deletePaths: Operation = async ({ session, flags, args }) => {
	for (const flag of flags) if (flag !== "--ignore-liveness") throw new UsageError(`unknown flag '${flag}'`);
	const paths = sortedPaths(args.map((arg) => storePathOf(session, arg)));
	await collect(session, { action: "delete-specific", paths, ignoreLiveness: flags.length > 0 });
};

/** Each once, by name. */
export const sortedPaths = (paths: Iterable<StorePath>): StorePath[] =>
	[...new Map([...paths].map((path) => [path.baseName, path])).values()].sort((a, b) =>
		a.baseName < b.baseName ? -1 : 1,
	);
