import { fromHostName, hostPath } from "../../accessors/fs";
import type { ByteString } from "../../byte-string";
import { StoreError } from "../../errors";
import type { StoreFs } from "../local/write-tree";
import type { CacheFiles } from "./cache-files";

async function* piecesOf(fs: StoreFs, fd: number): AsyncGenerator<Uint8Array> {
	try {
		for (;;) {
			const buffer = new Uint8Array(1 << 18);
			const length = fs.readSync(fd, buffer, 0, buffer.length, null);
			if (length === 0) return;
			yield buffer.subarray(0, length);
		}
	} finally {
		fs.closeSync(fd);
	}
}

/** A binary cache in a folder. `name` is unlike that of any other writer: a process's number. */
export const folderFiles = (fs: StoreFs, folder: ByteString, name: string): CacheFiles => {
	const within = (path: ByteString): ByteString => {
		if (path.split(/[/?]/).some((part) => part === ".." || part === "."))
			throw new StoreError("BAD_CACHE_PATH", `local binary cache path '${path}' must not contain '..' or '.' segments`);
		return `${folder}/${path}`;
	};
	const at = (path: ByteString): string => hostPath(fs, within(path));
	const makeFolder = (path: string): void => void fs.mkdirSync(hostPath(fs, path), { recursive: true });
	let counter = 0;
	const temporaryName = (): string => `tmp.${name}.${++counter}`;
	/** All of it, or nothing, becomes visible. */
	const write = (path: string, fill: (beside: string) => void): void => {
		const place = at(path);
		const whole = `${folder}/${path}`;
		makeFolder(whole.slice(0, whole.lastIndexOf("/")));
		const beside = `${place}.${temporaryName()}`;
		try {
			fill(beside);
			fs.renameSync(beside, place);
		} catch (error) {
			fs.rmSync(beside, { force: true });
			throw error;
		}
	};
	return {
		uri: `file://${encodeURI(folder)}`,
		get: async (path) => {
			try {
				return fs.readFileSync(at(path));
			} catch (error) {
				if ((error as { code?: unknown }).code === "ENOENT") return undefined;
				throw error;
			}
		},
		open: async (path) => {
			try {
				return piecesOf(fs, fs.openSync(at(path), "r"));
			} catch (error) {
				if ((error as { code?: unknown }).code === "ENOENT") return undefined;
				throw error;
			}
		},
		hostPath: within,
		temporaryName,
		exists: async (path) => fs.existsSync(at(path)),
		put: async (path, contents) => write(path, (beside) => fs.writeFileSync(beside, contents)),
		putLarge: async (path, contents) =>
			write(path, (beside) => {
				const fd = fs.openSync(beside, "wx", 0o644);
				try {
					for (const piece of contents.read())
						for (let done = 0; done < piece.length; ) done += fs.writeSync(fd, piece, done, piece.length - done);
				} finally {
					fs.closeSync(fd);
				}
			}),
		list: async () => fs.readdirSync(hostPath(fs, folder)).map((entry) => fromHostName(fs, entry)),
		create: (withDebugInfo) => {
			for (const part of ["nar", "realisations", ...(withDebugInfo ? ["debuginfo"] : []), "log"])
				makeFolder(`${folder}/${part}`);
		},
	};
};
