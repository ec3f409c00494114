import type { HostStore } from "@tsnix/eval";
import {
	type AddOptions,
	derivationNameOf,
	type FileKind,
	Hash,
	type HashAlgorithm,
	memoryAccessor,
	narBytes,
	narToMemory,
	parseBaseName,
	parseDerivation,
	type PathInfo,
	type SourceAccessor,
	type SourceStat,
	type StorePath,
	type SyncStore,
	writeDerivation,
} from "@tsnix/store";

/*
 * A store that lives in another thread: what evaluation asks of one, as blocking calls. Store paths cross as base
 * names, derivations as the text of their .drv files, trees as NARs.
 */

interface PlainHash {
	readonly algorithm: HashAlgorithm;
	readonly bytes: Uint8Array;
}
const plainHash = (hash: Hash): PlainHash => ({ algorithm: hash.algorithm, bytes: hash.bytes });
const hashOf = (plain: PlainHash): Hash => new Hash(plain.algorithm, plain.bytes);

interface PlainInfo {
	readonly narHash: PlainHash;
	readonly narSize: number;
	readonly references: readonly string[];
	readonly deriver?: string;
	readonly signatures: readonly string[];
	readonly contentAddress?: { readonly method: "flat" | "nar" | "text" | "git"; readonly hash: PlainHash };
	readonly registrationTime: number;
	readonly ultimate: boolean;
}

const plainInfo = (info: PathInfo): PlainInfo => ({
	narHash: plainHash(info.narHash),
	narSize: info.narSize,
	references: info.references.map((path) => path.baseName),
	...(info.deriver === undefined ? {} : { deriver: info.deriver.baseName }),
	signatures: info.signatures,
	...(info.contentAddress === undefined
		? {}
		: { contentAddress: { method: info.contentAddress.method, hash: plainHash(info.contentAddress.hash) } }),
	registrationTime: info.registrationTime,
	ultimate: info.ultimate,
});

const infoOf = (path: StorePath, plain: PlainInfo): PathInfo => ({
	path,
	narHash: hashOf(plain.narHash),
	narSize: plain.narSize,
	references: plain.references.map(parseBaseName),
	...(plain.deriver === undefined ? {} : { deriver: parseBaseName(plain.deriver) }),
	signatures: plain.signatures,
	...(plain.contentAddress === undefined
		? {}
		: { contentAddress: { method: plain.contentAddress.method, hash: hashOf(plain.contentAddress.hash) } }),
	registrationTime: plain.registrationTime,
	ultimate: plain.ultimate,
});

/** How a tree to be added crosses. */
interface PlainAdd {
	readonly name: string;
	readonly nar: Uint8Array;
	readonly method?: AddOptions["method"];
	readonly algorithm?: AddOptions["algorithm"];
	readonly references: readonly string[];
	readonly repair: boolean;
}

/** The answers to {@link remoteStore}'s questions, by the thread that has the store. */
export const storeHandlers = (store: SyncStore): Readonly<Record<string, (...args: never[]) => unknown>> => ({
	"store.isValidPath": (base: string) => store.isValidPath(parseBaseName(base)),
	"store.queryPathInfo": (base: string) => {
		const info = store.queryPathInfo(parseBaseName(base));
		return info === undefined ? undefined : plainInfo(info);
	},
	"store.queryPathFromHashPart": (hashPart: string) => store.queryPathFromHashPart(hashPart)?.baseName,
	"store.addToStore": (add: PlainAdd) =>
		store.addToStore(add.name, memoryAccessor(narToMemory(add.nar)), "/", {
			...(add.method === undefined ? {} : { method: add.method }),
			...(add.algorithm === undefined ? {} : { algorithm: add.algorithm }),
			references: add.references.map(parseBaseName),
			repair: add.repair,
		}).baseName,
	"store.addTextToStore": (name: string, contents: string, references: readonly string[]) =>
		store.addTextToStore(name, contents, references.map(parseBaseName)).baseName,
	"store.addDerivation": (text: string, name: string) =>
		store.addDerivation(parseDerivation(text, name, store.storeDir)).baseName,
	"store.readDerivation": (base: string) =>
		writeDerivation(store.readDerivation(parseBaseName(base)), { storeDir: store.storeDir }),
	"store.queryRealisation": (id: string) => store.queryRealisation(id)?.baseName,
	"store.lstat": (base: string, path: string) => store.accessor(parseBaseName(base)).lstat(path),
	"store.readFile": (base: string, path: string) => store.accessor(parseBaseName(base)).readFile(path),
	"store.readDirectory": (base: string, path: string) => [...store.accessor(parseBaseName(base)).readDirectory(path)],
	"store.readLink": (base: string, path: string) => store.accessor(parseBaseName(base)).readLink(path),
});

/** A store in another thread, for evaluation in this one. Only what a {@link HostStore} has is there. */
export const remoteStore = (
	call: (method: string, args: readonly unknown[]) => unknown,
	storeDir: string,
	uri: string,
): HostStore => {
	const path = (base: unknown): StorePath => parseBaseName(base as string);
	const maybePath = (base: unknown): StorePath | undefined => (base === undefined ? undefined : path(base));
	return {
		storeDir,
		uri,
		isValidPath: (p) => call("store.isValidPath", [p.baseName]) as boolean,
		queryPathInfo: (p) => {
			const info = call("store.queryPathInfo", [p.baseName]) as PlainInfo | undefined;
			return info === undefined ? undefined : infoOf(p, info);
		},
		queryPathFromHashPart: (hashPart) => maybePath(call("store.queryPathFromHashPart", [hashPart])),
		accessor: (p): SourceAccessor => ({
			lstat: (at) => call("store.lstat", [p.baseName, at]) as SourceStat | undefined,
			readFile: (at) => call("store.readFile", [p.baseName, at]) as Uint8Array,
			readDirectory: (at) =>
				call("store.readDirectory", [p.baseName, at]) as (readonly [string, FileKind | undefined])[],
			readLink: (at) => call("store.readLink", [p.baseName, at]) as string,
			showPath: (at) => (at === "/" ? p.toString(storeDir) : p.toString(storeDir) + at),
		}),
		addToStore: (name, source, at, options = {}) => {
			const add: PlainAdd = {
				name,
				nar: narBytes(source, at, options.filter),
				...(options.method === undefined ? {} : { method: options.method }),
				...(options.algorithm === undefined ? {} : { algorithm: options.algorithm }),
				references: (options.references ?? []).map((p) => p.baseName),
				repair: options.repair === true,
			};
			return path(call("store.addToStore", [add]));
		},
		addTextToStore: (name, contents, references) =>
			path(call("store.addTextToStore", [name, contents, references.map((p) => p.baseName)])),
		addDerivation: (drv) => path(call("store.addDerivation", [writeDerivation(drv, { storeDir }), drv.name])),
		readDerivation: (p) =>
			parseDerivation(call("store.readDerivation", [p.baseName]) as string, derivationNameOf(p), storeDir),
		queryRealisation: (id) => maybePath(call("store.queryRealisation", [id])),
	};
};
