import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenSpill, Spill } from "./formats/nar/spill";

let made = 0;

/** Files of those that were never closed and that nobody can reach any more. */
const forgotten = new FinalizationRegistry<() => void>((close) => close());

/** A temporary file; it has no name any more from the beginning where the system allows that. */
export const nodeSpill: OpenSpill = () => {
	const path = join(tmpdir(), `nix-spill-${process.pid}-${made++}-${Date.now().toString(36)}`);
	const fd = openSync(path, "wx+", 0o600);
	const remove = (): boolean => {
		try {
			unlinkSync(path);
			return true;
		} catch {
			return false;
		}
	};
	const removed = remove();
	let size = 0;
	let open = true;
	const close = (): void => {
		if (!open) return;
		open = false;
		closeSync(fd);
		if (!removed) remove();
	};
	const spill: Spill = {
		get size() {
			return size;
		},
		append: (bytes) => {
			for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, size + done);
			size += bytes.length;
		},
		*read(offset, length) {
			const buffer = new Uint8Array(Math.min(length, 1 << 18));
			for (let at = offset; at < offset + length; ) {
				const count = readSync(fd, buffer, 0, Math.min(buffer.length, offset + length - at), at);
				if (count === 0) throw new Error("a temporary file ended early");
				yield buffer.subarray(0, count);
				at += count;
			}
		},
		close,
	};
	forgotten.register(spill, close);
	return spill;
};
