import { closeSync, openSync, readSync } from "node:fs";
import {
	compressHash,
	createHasher,
	type FileIngestionMethod,
	Hash,
	type HashAlgorithm,
	type HashFormat,
	hashPath,
	NixError,
} from "@tsnix/store";
import { parseHashReturningFormat } from "../args/values";
import type { Session } from "../session";

export type { HashFormat };

const pieceSize = 1 << 17;

/** The hash of a file's contents, of which only a piece is held; errors name it as the command line does. */
const hashContents = (path: string, place: string, algorithm: HashAlgorithm): Hash => {
	try {
		const hasher = createHasher(algorithm);
		const fd = openSync(Buffer.from(place, "latin1"), "r");
		try {
			const buffer = new Uint8Array(pieceSize);
			for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer))
				hasher.update(buffer.subarray(0, size));
		} finally {
			closeSync(fd);
		}
		return hasher.digest();
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
				? hashContents(path, place, algorithm)
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
	for (const text of hashes) session.print(parseHashReturningFormat(session, text, algorithm).hash.format(format));
};
