import { fromHostName, hostPath, type NamedFs, NixError, StoreError } from "@tsnix/store";
import { BadFlakeRefError, FlakeError } from "./errors";

/** Where flakes are looked for. Byte-string paths are translated as the file system wants them. */
export type FlakeFs = NamedFs;

export interface FindFlakeOptions {
	readonly fs: FlakeFs;
	readonly baseDir: string;
	readonly isFlake: boolean;
	readonly allowMissing: boolean;
	readonly warn?: (message: string) => void;
	readonly notice?: (message: string) => void;
}

/** A flake on the file system. */
export interface FoundFlake {
	/** Absolute, links resolved. */
	readonly path: string;
	/** The Git worktree that it lies in. */
	readonly repository?: {
		readonly root: string;
		/** The flake's folder in it; `""` for the root. */
		readonly subdir: string;
		readonly shallow: boolean;
	};
}

/** A path without `.`, `..` and superfluous slashes, as seen from a folder. Nothing is looked up. */
export const absolutePath = (path: string, baseDir: string): string => {
	const out: string[] = [];
	for (const part of (path.startsWith("/") ? path : `${baseDir}/${path}`).split("/"))
		if (part === "..") out.pop();
		else if (part !== "" && part !== ".") out.push(part);
	return `/${out.join("/")}`;
};

/** The folder that a path lies in. */
export const parentPath = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";

const inside = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);

class Files {
	constructor(private readonly fs: FlakeFs) {}

	stat(path: string) {
		try {
			return this.fs.lstatSync(hostPath(this.fs, path));
		} catch (error) {
			throw statError(path, error);
		}
	}

	/** Links count, wherever they lead. */
	exists(path: string): boolean {
		try {
			this.fs.lstatSync(hostPath(this.fs, path));
			return true;
		} catch (error) {
			if (isMissing(error)) return false;
			throw statError(path, error);
		}
	}

	/** The path with every link in it followed; what does not exist stays. */
	resolve(start: string): string {
		const rest = start.split("/").reverse();
		const out: string[] = [];
		for (let followed = 0; rest.length > 0; ) {
			const part = rest.pop() as string;
			if (part === "" || part === ".") continue;
			if (part === "..") {
				out.pop();
				continue;
			}
			const target = this.linkTarget(`/${[...out, part].join("/")}`);
			if (target === undefined) {
				out.push(part);
				continue;
			}
			if (++followed >= 1024)
				throw new FlakeError("LINK_CYCLE", `infinite symlink recursion in path '/${[...rest].reverse().join("/")}'`);
			if (target.startsWith("/")) out.length = 0;
			rest.push(...target.split("/").reverse());
		}
		return `/${out.join("/")}`;
	}

	private linkTarget(path: string): string | undefined {
		try {
			const at = hostPath(this.fs, path);
			return this.fs.lstatSync(at).isSymbolicLink() ? fromHostName(this.fs, this.fs.readlinkSync(at)) : undefined;
		} catch (error) {
			if (isMissing(error)) return undefined;
			throw statError(path, error);
		}
	}
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null | undefined)?.code;
const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(codeOf(error) as string);

const reasons: Readonly<Record<string, string>> = {
	ENOENT: "No such file or directory",
	ENOTDIR: "Not a directory",
	EACCES: "Permission denied",
	ELOOP: "Too many levels of symbolic links",
};

const statError = (path: string, error: unknown): unknown => {
	if (error instanceof NixError) return error;
	const code = String(codeOf(error));
	return new StoreError("FILE_SYSTEM", `getting status of "${path}": ${reasons[code] ?? code}`, { cause: error });
};

/** The folder of a flake that somebody named by a path: the path itself, or the first above it with a `flake.nix`. */
const flakeFolder = (files: Files, named: string, options: FindFlakeOptions): string => {
	let path = named;
	if (!files.stat(path).isDirectory()) {
		if (!path.endsWith("/flake.nix"))
			throw new BadFlakeRefError(`path "${path}" is not a flake (because it's not a directory)`);
		options.warn?.(
			`Path "${path}" should point at the directory containing the 'flake.nix' file, not the file itself. ` +
				`Pretending that you meant "${parentPath(path)}"`,
		);
		path = parentPath(path);
	}
	if (options.allowMissing || files.exists(inside(path, "flake.nix"))) return path;
	options.notice?.(`path "${path}" does not contain a 'flake.nix', searching up`);
	const device = files.stat(path).dev;
	for (; path !== "/"; path = parentPath(path)) {
		if (files.exists(inside(path, "flake.nix"))) return path;
		if (files.exists(inside(path, ".git")))
			throw new FlakeError(
				"NOT_A_FLAKE",
				`path "${path}" is not part of a flake (neither it nor its parent directories contain a 'flake.nix' file)`,
			);
		if (files.stat(path).dev !== device)
			throw new FlakeError(
				"NOT_A_FLAKE",
				`unable to find a flake before encountering filesystem boundary at "${path}"`,
			);
	}
	throw new BadFlakeRefError("could not find a flake.nix file");
};

/**
 * Find the flake that a path names, and the Git repository around it.
 *
 * @throws {FlakeError} where there is none, {@link StoreError} where nothing is there at all
 */
export const findFlake = (named: string, options: FindFlakeOptions): FoundFlake => {
	const files = new Files(options.fs);
	let path = files.resolve(named.startsWith("/") ? named : `${options.baseDir}/${named}`);
	if (!options.isFlake) return { path };
	path = flakeFolder(files, path, options);
	let subdir = "";
	for (let root = path; root !== "/"; root = parentPath(root)) {
		const git = inside(root, ".git");
		if (files.exists(git)) {
			return { path, repository: { root, subdir, shallow: files.exists(inside(git, "shallow")) } };
		}
		subdir = root.slice(root.lastIndexOf("/") + 1) + (subdir === "" ? "" : `/${subdir}`);
	}
	return { path };
};
