import { closeSync, constants, openSync, readSync } from "node:fs";
import { nativePackage } from "../node-native-package";

/** A terminal that programs write to, as text that nothing is done to. */
export interface Terminal {
	/** The end that is read; it is closed by whoever reads it. */
	readonly master: number;
	/** Where the other end is found. */
	readonly path: string;
	/** Opens the other end. */
	open(): number;
	/**
	 * What is left to be read once the other end is closed: streams of Node stop with the first piece that comes after
	 * that. Called once.
	 */
	rest(): Uint8Array[];
}

type Call = (...args: unknown[]) => number;

/** The part of the library `koffi` that is used: calls into the system's C library. */
interface Koffi {
	load(path: string | null): { func(prototype: string): Call };
}

const findCalls = () => {
	try {
		const library = (nativePackage("koffi") as Koffi).load(null);
		return {
			open: library.func("int posix_openpt(int flags)"),
			unlock: library.func("int unlockpt(int fd)"),
			name: library.func("const char *ptsname(int fd)") as unknown as (fd: number) => string | null,
			duplicate: library.func("int dup(int fd)"),
			setFlags: library.func("int fcntl(int fd, int operation, int flags)"),
			read: library.func("int tcgetattr(int fd, void *settings)"),
			makeRaw: library.func("void cfmakeraw(void *settings)"),
			write: library.func("int tcsetattr(int fd, int when, void *settings)"),
		};
	} catch {
		// The optional package is not there.
		return undefined;
	}
};

let calls: ReturnType<typeof findCalls> | null | undefined;

/**
 * A new terminal, as builders have for their output: programs flush it by the line, and some write in colour. Undefined
 * where there are none: it takes Linux, and the optional package `koffi`.
 */
export const openTerminal = (): Terminal | undefined => {
	if (process.platform !== "linux") return undefined;
	calls ??= findCalls() ?? null;
	if (calls === null) return undefined;
	const master = calls.open(constants.O_RDWR | constants.O_NOCTTY);
	if (master < 0) return undefined;
	calls.setFlags(master, 2, 1); // closed in programs that are started
	const path = calls.unlock(master) === 0 ? calls.name(master) : null;
	if (path === null) {
		closeSync(master);
		return undefined;
	}
	// Settings belong to both ends: this one has them without the other being opened.
	const settings = Buffer.alloc(256);
	calls.read(master, settings);
	calls.makeRaw(settings);
	calls.write(master, 0, settings);
	const duplicate = calls.duplicate(master);
	calls.setFlags(duplicate, 2, 1);
	return {
		master,
		path,
		open: () => openSync(path, constants.O_RDWR | constants.O_NOCTTY),
		rest: () => {
			const pieces: Uint8Array[] = [];
			try {
				for (;;) {
					const piece = new Uint8Array(1 << 16);
					const length = readSync(duplicate, piece);
					if (length === 0) return pieces;
					pieces.push(piece.subarray(0, length));
				}
			} catch {
				// That is how terminals say that there is no more.
				return pieces;
			} finally {
				closeSync(duplicate);
			}
		},
	};
};
