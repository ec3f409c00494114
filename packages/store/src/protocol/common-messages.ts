import { fromBytes, toBytes } from "../byte-string";
import { type ContentAddress, parseContentAddress, renderContentAddress } from "../formats/content-address";
import { parseJson, printJson } from "../formats/json";
import {
	type DerivationOutputId,
	parseOutputId,
	type Realisation,
	realisationFromJSON,
	realisationToJSON,
	renderOutputId,
} from "../formats/realisation";
import { normaliseSignature } from "../formats/signature";
import { parseStorePath, StorePath } from "../formats/store-path";
import type { Incoming, Outgoing } from "./context";
import type { Talk } from "./talk";

/* What both the daemon's protocol and that of `nix-store --serve` are made of. */

export function* readStorePath({ from, storeDir }: Incoming): Talk<StorePath> {
	return parseStorePath(yield* from.string(), storeDir);
}

export const writeStorePath = ({ to, storeDir }: Outgoing, path: StorePath): void => {
	to.string(path.toString(storeDir));
};

/** A store path, or the empty string for none. */
export function* readOptionalStorePath({ from, storeDir }: Incoming): Talk<StorePath | undefined> {
	const text = yield* from.string();
	return text === "" ? undefined : parseStorePath(text, storeDir);
}

export const writeOptionalStorePath = ({ to, storeDir }: Outgoing, path: StorePath | undefined): void => {
	to.string(path === undefined ? "" : path.toString(storeDir));
};

/** A set of store paths; sorted, and none twice. */
export function* readStorePaths(incoming: Incoming): Talk<StorePath[]> {
	const paths = yield* incoming.from.list(() => readStorePath(incoming));
	return [...new Map(paths.map((path) => [path.baseName, path])).values()].sort(StorePath.compare);
}

export const writeStorePaths = (outgoing: Outgoing, paths: Iterable<StorePath>): void => {
	const sorted = [...paths].sort(StorePath.compare);
	outgoing.to.number(sorted.length);
	for (const path of sorted) writeStorePath(outgoing, path);
};

export function* readOptionalContentAddress({ from }: Incoming): Talk<ContentAddress | undefined> {
	const text = yield* from.string();
	return text === "" ? undefined : parseContentAddress(text);
}

export const writeOptionalContentAddress = ({ to }: Outgoing, address: ContentAddress | undefined): void => {
	to.string(address === undefined ? "" : renderContentAddress(address));
};

/** Signatures, `name:base64`, sorted. */
export function* readSignatures({ from }: Incoming): Talk<string[]> {
	const texts = yield* from.strings();
	return sortedSignatures(texts.map(normaliseSignature));
}

export const writeSignatures = ({ to }: Outgoing, signatures: readonly string[]): void => {
	to.strings(sortedSignatures(signatures));
};

const sortedSignatures = (signatures: readonly string[]): string[] => {
	const keyed = [...new Set(signatures)].map((text) => [text.slice(0, text.indexOf(":")), text] as const);
	return keyed.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1)).map(([, text]) => text);
};

/** `sha256:…!out`. */
export function* readOutputId({ from }: Incoming): Talk<DerivationOutputId> {
	return parseOutputId(yield* from.string());
}

export const writeOutputId = ({ to }: Outgoing, id: DerivationOutputId): void => {
	to.string(renderOutputId(id));
};

/** A realisation, as the text of its JSON. */
export function* readRealisation({ from }: Incoming): Talk<Realisation> {
	return realisationFromJSON(parseJson(fromBytes(yield* from.string())));
}

export const writeRealisation = ({ to }: Outgoing, realisation: Realisation): void => {
	to.string(toBytes(printJson(realisationToJSON(realisation))));
};
