import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ByteSource, Spool, SpoolHandle } from "../archives/bytes";

/** Files of which nothing but the descriptor is left are closed when nobody reads them any more. */
const abandoned = new FinalizationRegistry<number>((fd) => closeSync(fd));

const readable = ({ fd, size }: SpoolHandle): ByteSource => {
	const source = {
		size,
		read(offset: number, length: number): Uint8Array {
			const out = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
			for (let done = 0; done < out.length; ) {
				const count = readSync(fd, out, done, out.length - done, offset + done);
				if (count === 0) throw new Error("a temporary file has become shorter");
				done += count;
			}
			return out;
		},
	};
	abandoned.register(source, fd);
	return source;
};

/**
 * Puts bytes aside in temporary files. Their names are removed as soon as they are open, so that nothing is left
 * behind; where a system does not allow that, when the process ends.
 */
export const nodeSpool = (dir: string = tmpdir()): Spool => ({
	create() {
		const path = join(dir, `tsnix-${process.pid}-${randomUUID()}`);
		const fd = openSync(path, "wx+", 0o600);
		try {
			unlinkSync(path);
		} catch {
			process.once("exit", () => rmSync(path, { force: true }));
		}
		let size = 0;
		return {
			write(piece) {
				for (let done = 0; done < piece.length; ) done += writeSync(fd, piece, done, piece.length - done, size + done);
				size += piece.length;
			},
			finish: () => readable({ fd, size }),
			handOver: () => ({ fd, size }),
			discard: () => closeSync(fd),
		};
	},
	adopt: readable,
});
