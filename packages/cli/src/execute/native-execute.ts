import type { ByteString } from "@tsnix/store";
import { nativePackage } from "@tsnix/store/node";
import type { Personality } from "./program-to-run";

/** The part of the library `koffi` that is used: calls into the system's C library. */
interface Koffi {
	load(path: string | null): { func(prototype: string): (...args: unknown[]) => number };
	errno(): number;
	readonly os: { readonly errno: Readonly<Record<string, number>> };
}

/** Becomes another program. Comes back only where that fails, with the system's name of the error. */
export type NativeExecute = (
	program: ByteString,
	argv: readonly ByteString[],
	env: Readonly<Record<string, ByteString>>,
	personality?: Personality,
) => string;

const cString = (text: ByteString): Buffer => Buffer.from(`${text}\0`, "latin1");
const closeOnExec = 1;
const [getDescriptorFlags, setDescriptorFlags, getStatusFlags, setStatusFlags] = [1, 2, 3, 4];
/** Linux's and macOS's numbers of the signals that Node ignores: a broken pipe, and a file that is too large. */
const ignoredByNode = [13, 25];
const defaultHandling = 0;
const nonBlocking = process.platform === "linux" ? 0o4000 : 0x4;

/** Linux's numbers of what a program sees of the kernel. */
const [linux32, uname26, noRandomLayout] = [0x8, 0x20000, 0x40000];

/**
 * How this process can become another one: with the optional package `koffi`, on systems that have `execve`. Node has no
 * call for it in all the versions that are supported. What Node does to a process and another program must not inherit is
 * undone: that it ignores two signals, that standard input and output are closed, and do not wait.
 */
export const nativeExecute = (): NativeExecute | undefined => {
	if (process.platform === "win32") return undefined;
	try {
		const koffi = nativePackage("koffi") as Koffi;
		const library = koffi.load(null);
		const execve = library.func("int execve(const char *path, const char **argv, const char **envp)");
		const signal = library.func("void *signal(int number, intptr_t handler)");
		const fcntl = library.func("int fcntl(int fd, int operation, ...)");
		return (program, argv, env, personality) => {
			if (personality !== undefined && process.platform === "linux") {
				const set = library.func("int personality(unsigned long persona)");
				if (personality.bits32) set(linux32);
				const now = set(0xffffffff);
				if (now >= 0) set(now | noRandomLayout | (personality.linux26 ? uname26 : 0));
			}
			const vector = [...argv.map(cString), null];
			const variables = [...Object.entries(env).map(([name, value]) => cString(`${name}=${value}`)), null];
			for (const number of ignoredByNode) signal(number, defaultHandling);
			for (const fd of [0, 1, 2]) {
				const flags = fcntl(fd, getDescriptorFlags);
				if (flags >= 0) fcntl(fd, setDescriptorFlags, "int", flags & ~closeOnExec);
				const status = fcntl(fd, getStatusFlags);
				if (status >= 0 && (status & nonBlocking) !== 0) fcntl(fd, setStatusFlags, "int", status & ~nonBlocking);
			}
			execve(cString(program), vector, variables);
			const error = koffi.errno();
			return Object.entries(koffi.os.errno).find(([, number]) => number === error)?.[0] ?? String(error);
		};
	} catch {
		// The optional package is not there.
		return undefined;
	}
};
