import { type Hash, parseHashAnyPrefixed } from "../formats/hash";
import type { PathInfo } from "../stores/store";
import {
	readOptionalContentAddress,
	readOptionalStorePath,
	readSignatures,
	readStorePaths,
	writeOptionalContentAddress,
	writeOptionalStorePath,
	writeSignatures,
	writeStorePaths,
} from "./common-messages";
import { type Incoming, type Outgoing, version } from "./context";
import type { Talk } from "./talk";

/* The messages of `nix-store --serve`, by the version that both sides agreed on. */

/** The greetings of a client and of a server. */
export const serveMagic = { client: 0x390c9deb, server: 0x5452eecb } as const;

/** What is spoken here, and the oldest that a client puts up with. */
export const serveVersion = version(2, 7);
export const oldestServeVersion = version(2, 5);

/** The commands, by the reference's names. */
export const serveCommands = {
	QueryValidPaths: 1,
	QueryPathInfos: 2,
	DumpStorePath: 3,
	ImportPaths: 4,
	BuildPaths: 6,
	QueryClosure: 7,
	BuildDerivation: 8,
	AddToStoreNar: 9,
} as const;

/** What is known of a store path, as far as this protocol tells; before 2.4 that is little. */
export type ServedPathInfo = Omit<PathInfo, "path" | "narHash"> & { readonly narHash?: Hash };

export function* readServedPathInfo(incoming: Incoming): Talk<ServedPathInfo> {
	const { from } = incoming;
	const deriver = yield* readOptionalStorePath(incoming);
	const references = yield* readStorePaths(incoming);
	yield* from.number(); // what is to be fetched
	const narSize = yield* from.number();
	const known = {
		narSize,
		references,
		...(deriver === undefined ? {} : { deriver }),
		registrationTime: 0,
		ultimate: false,
	};
	if (incoming.version < version(2, 4)) return { ...known, signatures: [] };
	const hash = yield* from.string();
	const contentAddress = yield* readOptionalContentAddress(incoming);
	const signatures = yield* readSignatures(incoming);
	return {
		...known,
		...(hash === "" ? {} : { narHash: parseHashAnyPrefixed(hash) }),
		...(contentAddress === undefined ? {} : { contentAddress }),
		signatures,
	};
}

export const writeServedPathInfo = (outgoing: Outgoing, info: ServedPathInfo): void => {
	const { to } = outgoing;
	writeOptionalStorePath(outgoing, info.deriver);
	writeStorePaths(outgoing, info.references);
	to.number(info.narSize).number(info.narSize);
	if (outgoing.version < version(2, 4)) return;
	to.string(info.narHash?.toString() ?? "");
	writeOptionalContentAddress(outgoing, info.contentAddress);
	writeSignatures(outgoing, info.signatures);
};

/** How a client wants things built. Times in seconds, sizes in bytes; 0 for no limit. */
export interface ServeBuildOptions {
	readonly maxSilentTime: number;
	readonly buildTimeout: number;
	readonly maxLogSize: number;
	readonly repeats: number;
	readonly enforceDeterminism: boolean;
	readonly keepFailed: boolean;
}

export function* readServeBuildOptions({ from, version: number }: Incoming): Talk<ServeBuildOptions> {
	const maxSilentTime = yield* from.integer();
	const buildTimeout = yield* from.integer();
	const maxLogSize = number >= version(2, 2) ? yield* from.number() : 0;
	const repeats = number >= version(2, 3) ? yield* from.integer() : 0;
	const enforceDeterminism = number >= version(2, 3) ? (yield* from.integer()) !== 0 : false;
	const keepFailed = number >= version(2, 7) ? (yield* from.integer()) !== 0 : false;
	return { maxSilentTime, buildTimeout, maxLogSize, repeats, enforceDeterminism, keepFailed };
}

export const writeServeBuildOptions = ({ to, version: number }: Outgoing, options: ServeBuildOptions): void => {
	to.number(options.maxSilentTime).number(options.buildTimeout);
	if (number >= version(2, 2)) to.number(options.maxLogSize);
	if (number >= version(2, 3)) to.number(options.repeats).boolean(options.enforceDeterminism);
	if (number >= version(2, 7)) to.boolean(options.keepFailed);
};
