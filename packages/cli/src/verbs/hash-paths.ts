import { readFileSync } from "node:fs";
import {
	compressHash,
	type FileIngestionMethod,
	Hash,
	type HashAlgorithm,
	hashBytes,
	type HashFormat,
	hashPath,
	NixError,
	parseHash,
} from "@tsnix/store";
import type { Session } from "../session";

export type { HashFormat };

/** A file's contents; errors name it as the command line does. */
const readWhole = (path: string, place: string): Uint8Array => {
	try {
		return readFileSync(Buffer.from(place, "latin1"));
	} catch (error) {
		if ((error as { code?: string }).code === "EISDIR")
			throw new NixError("IS_A_DIRECTORY", "read of 65536 bytes: Is a directory");
		throw Object.assign(error as Error, { path });
	}
};

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
				? hashBytes(algorithm, readWhole(path, place))
				: hashPath(session.hackedFilesAt(path), "/", { method, algorithm });
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
