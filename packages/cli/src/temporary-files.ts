import { randomInt } from "node:crypto";
import { closeSync, mkdirSync, openSync, realpathSync, writeSync } from "node:fs";
import { type ByteString, toBytes } from "@tsnix/store";
import type { Session } from "./session";

/** A file that nobody else can read, and that is written once. */
export interface TemporaryFile {
	readonly path: ByteString;
	readonly write: (text: ByteString) => void;
}

/** The folder that temporary files go to: `TMPDIR`, or `/tmp`; without links, and without a slash at its end. */
const temporaryRoot = (session: Session): ByteString => {
	const root = realpathSync(Buffer.from(session.env("TMPDIR") || "/tmp", "latin1"), "buffer").toString("latin1");
	return root === "/" ? "" : root;
};

const isTaken = (error: unknown): boolean => (error as { code?: string }).code === "EEXIST";

/** Makes a folder for temporary files: `PREFIX-PID-NUMBER`. Gives its path, a byte string. */
export const temporaryFolder = (session: Session, prefix: string): ByteString => {
	for (let number = randomInt(2 ** 32); ; number++) {
		const path = `${temporaryRoot(session)}/${prefix}-${process.pid}-${number}`;
		try {
			mkdirSync(Buffer.from(path, "latin1"), { mode: 0o755 });
			return path;
		} catch (error) {
			if (!isTaken(error)) throw error;
		}
	}
};

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Makes a temporary file with a name of its own: `PREFIX.XXXXXX`. */
export const temporaryFile = (session: Session, prefix: string): TemporaryFile => {
	for (;;) {
		const suffix = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("");
		const path = `${temporaryRoot(session)}/${toBytes(prefix)}.${suffix}`;
		try {
			const fd = openSync(Buffer.from(path, "latin1"), "wx", 0o600);
			const write = (text: ByteString): void => {
				const data = Buffer.from(text, "latin1");
				for (let done = 0; done < data.length; ) done += writeSync(fd, data, done);
				closeSync(fd);
			};
			return { path, write };
		} catch (error) {
			if (!isTaken(error)) throw error;
		}
	}
};
