import type { FsStat, SyncFs } from "@tsnix/store";

/** `fs.Stats` as they cross between threads. */
interface PlainStat {
	readonly kind: "file" | "directory" | "symlink" | "other";
	readonly mode: number;
	readonly size: number;
	readonly mtimeMs: number;
}

const methods = [
	"readFileSync",
	"readdirSync",
	"lstatSync",
	"statSync",
	"readlinkSync",
	"realpathSync",
	"existsSync",
] as const;
export type FsMethod = (typeof methods)[number];

/** Answers a worker's question about a file system that lives in this thread. */
export const answerFs = (fs: SyncFs, method: FsMethod, path: string): unknown => {
	if (!methods.includes(method)) throw new Error(`no such call: ${method}`);
	try {
		const result = (fs[method] as (path: string) => unknown)(path);
		if (method === "lstatSync" || method === "statSync") return { value: plainStat(result as FsStat) };
		// Names only, where a file system gives entries.
		return { value: method === "readdirSync" ? [...(result as string[])].map(String) : result };
	} catch (error) {
		return { code: (error as { code?: string }).code ?? "EIO", message: (error as Error).message };
	}
};

const plainStat = (stat: FsStat): PlainStat => ({
	kind: stat.isFile() ? "file" : stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "symlink" : "other",
	mode: stat.mode,
	size: stat.size,
	mtimeMs: stat.mtimeMs,
});

const stat = (plain: PlainStat): FsStat => ({
	isFile: () => plain.kind === "file",
	isDirectory: () => plain.kind === "directory",
	isSymbolicLink: () => plain.kind === "symlink",
	mode: plain.mode,
	size: plain.size,
	mtimeMs: plain.mtimeMs,
});

/** A file system that lives in another thread, asked by blocking calls. */
export const remoteFs = (
	call: (method: string, args: readonly unknown[]) => unknown,
	byteNames: boolean,
): SyncFs & { readonly byteNames: boolean } => {
	const ask = (method: FsMethod, path: string): unknown => {
		const answer = call("fs", [method, path]) as { value?: unknown; code?: string; message?: string };
		if (answer.code === undefined) return answer.value;
		throw Object.assign(new Error(answer.message), { code: answer.code, path });
	};
	return {
		byteNames,
		readFileSync: (path) => ask("readFileSync", path) as Uint8Array,
		readdirSync: (path) => ask("readdirSync", path) as string[],
		lstatSync: (path) => stat(ask("lstatSync", path) as PlainStat),
		statSync: (path) => stat(ask("statSync", path) as PlainStat),
		readlinkSync: (path) => ask("readlinkSync", path) as string,
		realpathSync: (path) => ask("realpathSync", path) as string,
		existsSync: (path) => ask("existsSync", path) as boolean,
	};
};
