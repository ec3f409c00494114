import {
	closureIn,
	type JsonValue,
	type NarInfo,
	narInfoToJSON,
	type PathInfo,
	type PathInfoJsonVersion,
	parsePathInfoJsonVersion,
	pathInfoToJSON,
	renderContentAddress,
	type Store,
	type StorePath,
} from "@tsnix/store";
import { parseCount } from "../args/values";
import type { MakeCommand } from "../commands";
import { renderSize } from "../output/size";
import { JsonOptions } from "./json-flags";
import { StorePathOptions } from "./store-paths";

/** `nix path-info`: what a store knows of paths. */
export const pathInfo: MakeCommand = ({ session }) => {
	const options = new StorePathOptions(session);
	const json = new JsonOptions(session);
	const shows: Shows = { size: false, closureSize: false, human: false, signatures: false };
	let version: PathInfoJsonVersion | undefined;
	return {
		flags: [
			...options.flags(),
			...json.flags(),
			{ long: "size", short: "s", handle: () => void (shows.size = true) },
			{ long: "closure-size", short: "S", handle: () => void (shows.closureSize = true) },
			{ long: "human-readable", short: "h", handle: () => void (shows.human = true) },
			{ long: "sigs", handle: () => void (shows.signatures = true) },
			{ long: "json-format", arity: 1, handle: (text) => void (version = parsePathInfoJsonVersion(parseCount(text))) },
		],
		expected: options.expected,
		run: async () => {
			const store = await session.stores.anyStore();
			if (json.json) {
				const paths = await options.paths(store);
				if (version === undefined)
					session.log.warn(
						"'--json' without '--json-format' is deprecated; please specify '--json-format 1' or '--json-format 2'. This will become an error in a future release.",
					);
				return json.print(await infoJson(store, paths, version ?? 1, shows.closureSize));
			}
			const infos = await options.infos(store);
			const width = Math.max(0, ...infos.map(({ path }) => path.toString(store.storeDir).length));
			for (const info of infos) session.print(await infoLine(store, info, width, shows));
		},
	};
};

interface Shows {
	size: boolean;
	closureSize: boolean;
	human: boolean;
	signatures: boolean;
}

const sum = (infos: Iterable<PathInfo>, size: (info: PathInfo) => number): number => {
	let total = 0;
	for (const info of infos) total += size(info);
	return total;
};

const isNarInfo = (info: PathInfo): info is NarInfo => "url" in info;

const infoJson = async (
	store: Store,
	paths: readonly StorePath[],
	version: PathInfoJsonVersion,
	withClosure: boolean,
): Promise<JsonValue> => {
	const { storeDir } = store;
	const out: Record<string, JsonValue> = {};
	for (const path of paths) {
		const known = await store.queryPathInfo(path);
		const shown = known?.path ?? path;
		const name = version === 1 ? shown.toString(storeDir) : shown.baseName;
		if (known === undefined) {
			out[name] = null;
			continue;
		}
		const form = { version, storeDir };
		const closure = withClosure ? [...(await closureIn(store, [path])).values()] : [];
		out[name] = {
			...(isNarInfo(known) ? narInfoToJSON(known, form) : pathInfoToJSON(known, form)),
			...(withClosure ? { closureSize: sum(closure, ({ narSize }) => narSize) } : {}),
			...(withClosure && isNarInfo(known)
				? { closureDownloadSize: sum(closure, (info) => (isNarInfo(info) ? info.fileSize : 0)) }
				: {}),
		};
	}
	return version === 1 ? out : { info: out, storeDir, version };
};

const infoLine = async (store: Store, info: PathInfo, width: number, shows: Shows): Promise<string> => {
	const size = (bytes: number): string =>
		`\t${shows.human ? renderSize(bytes).padStart(10) : String(bytes).padStart(11)}`;
	let line = info.path.toString(store.storeDir);
	if (shows.size || shows.closureSize || shows.signatures) line = line.padEnd(width);
	if (shows.size) line += size(info.narSize);
	if (shows.closureSize) line += size(sum((await closureIn(store, [info.path])).values(), ({ narSize }) => narSize));
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
