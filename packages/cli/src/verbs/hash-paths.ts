import { readFileSync } from "node:fs";
import {
	compressHash,
	type FileIngestionMethod,
	fsAccessor,
	Hash,
	type HashAlgorithm,
	hashBytes,
	type HashFormat,
	hashPath,
	parseHash,
} from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { realpathOfParent } from "../real-path";
import type { Session } from "../session";

export type { HashFormat };

/** Prints hashes of files and folders, one a line. */
export const printHashes = (
	session: Session,
	paths: readonly string[],
	options: {
		readonly method: FileIngestionMethod;
		readonly algorithm: HashAlgorithm;
		readonly format: HashFormat;
		readonly truncate?: boolean;
	},
): void => {
	const { method, algorithm, format, truncate = false } = options;
	for (const path of paths) {
		const place = session.absolute(path);
		let hash =
			method === "flat"
				? hashBytes(algorithm, readFileSync(Buffer.from(place, "latin1")))
				: hashPath(fsAccessor(nodeFs, realpathOfParent(place)), "/", { method, algorithm });
		if (truncate && hash.bytes.length > 20) hash = new Hash(algorithm, compressHash(hash.bytes, 20));
		session.print(hash.format(format));
	}
};

/** Prints hashes in another form. */
export const printConverted = (
	session: Session,
	hashes: readonly string[],
	format: HashFormat,
	algorithm: HashAlgorithm | undefined,
): void => {
	for (const text of hashes) session.print(parseHash(text, algorithm).format(format));
};
