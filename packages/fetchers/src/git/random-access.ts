import { hostPath, type NamedFs } from "@tsnix/store";

/** A file that is read in places. */
export interface RandomAccessFile {
	readonly size: number;
	/** The bytes from `offset`, `length` of them or as many as there are. Valid until the next call. */
	read(offset: number, length: number): Uint8Array;
}

interface Positioned {
	openSync(path: string, flags: string): number;
	readSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number | null): number;
	closeSync(fd: number): void;
}

const wholeLimit = 64 * 2 ** 20;
const windowSize = 2 ** 20;
const windowCount = 32;

/** Windows of a large file, the latest used kept; opened anew for each window, so that no descriptor is held. */
const windowed = (fs: Positioned, path: string, size: number): RandomAccessFile => {
	const windows = new Map<number, Uint8Array>();
	const windowAt = (index: number): Uint8Array => {
		const known = windows.get(index);
		if (known !== undefined) {
			windows.delete(index);
			windows.set(index, known);
			return known;
		}
		const buffer = new Uint8Array(Math.min(windowSize, size - index * windowSize));
		const fd = fs.openSync(path, "r");
		try {
			let done = 0;
			while (done < buffer.length) {
				const count = fs.readSync(fd, buffer, done, buffer.length - done, index * windowSize + done);
				if (count === 0) break;
				done += count;
			}
		} finally {
			fs.closeSync(fd);
		}
		windows.set(index, buffer);
		if (windows.size > windowCount) windows.delete(windows.keys().next().value as number);
		return buffer;
	};
	return {
		size,
		read(offset, length) {
			const end = Math.min(size, offset + length);
			const first = Math.floor(offset / windowSize);
			if (end <= (first + 1) * windowSize)
				return windowAt(first).subarray(offset - first * windowSize, end - first * windowSize);
			const out = new Uint8Array(Math.max(0, end - offset));
			for (let at = offset; at < end; ) {
				const index = Math.floor(at / windowSize);
				const piece = windowAt(index).subarray(at - index * windowSize, end - index * windowSize);
				out.set(piece, at - offset);
				at += piece.length;
			}
			return out;
		},
	};
};

/** Open a file for reading in places: small ones at once, large ones in windows where the file system can do that. */
export const openRandomAccess = (fs: NamedFs, path: string): RandomAccessFile => {
	const at = hostPath(fs, path);
	const size = Number(fs.statSync(at).size);
	const positioned = fs as unknown as Partial<Positioned>;
	if (size > wholeLimit && positioned.openSync !== undefined && positioned.readSync !== undefined)
		return windowed(fs as unknown as Positioned, at, size);
	const data = fs.readFileSync(at);
	return { size, read: (offset, length) => data.subarray(offset, offset + length) };
};
