import {
	type JsonValue,
	parsePathInfoJsonVersion,
	type PathInfoJsonVersion,
	parseStorePath,
	pathInfoToJSON,
	renderContentAddress,
	type StorePath,
} from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { closure, closureSize, outputsOf, referencesFirst, requirePathInfo } from "../core";
import { level } from "../output/log";
import { renderSize } from "../output/print-missing";
import type { Session } from "../session";
import { UsageError } from "../usage-error";
import { argumentsOr, derivationsOf, type Installable, InstallableOptions, targetOf } from "./installables";
import { JsonOptions } from "./json-flags";

/** `nix path-info`: what a store knows of paths. */
export const pathInfo: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	const json = new JsonOptions(session);
	const shows = { size: false, closureSize: false, human: false, signatures: false };
	let version: PathInfoJsonVersion | undefined;
	let installables: readonly string[] = [];
	let recursive = false;
	let all = false;
	let stdin = false;
	let ofDerivation = false;
	return {
		flags: [
			...options.flags(),
			...json.flags(),
			{ long: "stdin", handle: () => void (stdin = true) },
			{ long: "recursive", short: "r", handle: () => void (recursive = true) },
			{ long: "all", handle: () => void (all = true) },
			{ long: "derivation", handle: () => void (ofDerivation = true) },
			{ long: "size", short: "s", handle: () => void (shows.size = true) },
			{ long: "closure-size", short: "S", handle: () => void (shows.closureSize = true) },
			{ long: "human-readable", short: "h", handle: () => void (shows.human = true) },
			{ long: "sigs", handle: () => void (shows.signatures = true) },
			{ long: "json-format", arity: 1, handle: (text) => void (version = parsePathInfoJsonVersion(Number(text))) },
		],
		expected: [{ arity: "any", handle: (args) => void (installables = args) }],
		run: async () => {
			const found = await options.installables(argumentsOr(session, installables, stdin, all ? [] : ["."]));
			if (all && found.length > 0) throw new UsageError("'--all' does not expect arguments");
			const { store } = session;
			let paths = all
				? store.queryAllValidPaths()
				: ofDerivation
					? await derivationsOf(session, found)
					: await outputPathsOf(session, found);
			if (recursive && !all) paths = closure(store, paths);
			if (json.json) {
				if (version === undefined)
					session.log.warn(
						"'--json' without '--json-format' is deprecated; please specify '--json-format 1' or '--json-format 2'. This will become an error in a future release.",
					);
				return json.print(infoJson(session, paths, version ?? 1, shows.closureSize));
			}
			const sorted = referencesFirst(store, paths);
			const width = Math.max(0, ...sorted.map((path) => path.toString(store.storeDir).length));
			for (const path of sorted) session.print(infoLine(session, path, width, shows));
		},
	};
};

/** Where the outputs of installables are, built or not. */
const outputPathsOf = async (session: Session, installables: readonly Installable[]): Promise<StorePath[]> => {
	const out: StorePath[] = [];
	const { storeDir } = session.commandStore;
	const all = (await Promise.all(installables.map((installable) => installable.derivedPaths()))).flat();
	await session.printMissing(
		all.map((path) => targetOf(session, path)),
		level.error,
	);
	for (const path of all) {
		if (path.kind === "opaque") out.push(parseStorePath(path.path, storeDir));
		else {
			const outputs = outputsOf(session.store, parseStorePath(path.drvPath, storeDir));
			for (const [name, place] of outputs)
				if ((path.outputs === "all" || path.outputs.includes(name)) && place !== undefined) out.push(place);
		}
	}
	return out;
};

const infoJson = (
	session: Session,
	paths: readonly StorePath[],
	version: PathInfoJsonVersion,
	withClosure: boolean,
): JsonValue => {
	const { store } = session;
	const { storeDir } = store;
	const info: Record<string, JsonValue> = {};
	for (const path of paths) {
		const known = store.queryPathInfo(path);
		info[version === 1 ? path.toString(storeDir) : path.baseName] =
			known === undefined
				? null
				: {
						...pathInfoToJSON(known, { version, storeDir }),
						...(withClosure ? { closureSize: closureSize(store, path) } : {}),
					};
	}
	return version === 1 ? info : { info, storeDir, version };
};

const infoLine = (
	session: Session,
	path: StorePath,
	width: number,
	shows: {
		readonly size: boolean;
		readonly closureSize: boolean;
		readonly human: boolean;
		readonly signatures: boolean;
	},
): string => {
	const { store } = session;
	const info = requirePathInfo(store, path);
	const text = path.toString(store.storeDir);
	const size = (bytes: number): string =>
		`\t${shows.human ? renderSize(bytes).padStart(10) : String(bytes).padStart(11)}`;
	let line = text;
	if (shows.size || shows.closureSize || shows.signatures) line = line.padEnd(width);
	if (shows.size) line += size(info.narSize);
	if (shows.closureSize) line += size(closureSize(store, path));
	if (shows.signatures) {
		const words = [
			...(info.ultimate ? ["ultimate"] : []),
			...(info.contentAddress === undefined ? [] : [`ca:${renderContentAddress(info.contentAddress)}`]),
			...info.signatures,
		];
		line += `\t${words.join(" ")}`;
	}
	return line;
};
