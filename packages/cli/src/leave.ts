import { loadedNativePackage } from "@tsnix/store/node";

/** The part of the library `koffi` that is used. */
interface Koffi {
	load(path: null): { func(prototype: string): (status: number) => void };
}

/**
 * Has a process end as soon as it has nothing left to do, and all that listen to its end have been told: Node would then
 * take its threads and their heaps apart, which takes longer than some commands do, and which the system does anyway. For
 * where calls into the system's C library are at hand, and nobody watches Node itself.
 */
export const leaveQuickly = (process: NodeJS.Process): void => {
	if (process.execArgv.length > 0 || process.env.NODE_OPTIONS !== undefined || process.env.NODE_V8_COVERAGE !== undefined)
		return;
	const koffi = loadedNativePackage("koffi") as Koffi | undefined;
	if (koffi !== undefined) process.on("exit", koffi.load(null).func("void _exit(int status)"));
};
