import * as fs from "node:fs";
import { bytesToString } from "../byte-string";
import type { FsStat, WritableSyncFs } from "../fs";
import type { FileKind } from "../source-accessor";

/** A byte-string path as Node takes it, whatever its bytes. */
const at = (path: string): string | Buffer => (/^[\x00-\x7f]*$/.test(path) ? path : Buffer.from(path, "latin1"));

/** Where the file system does not tell the kind, nothing is said of it. */
const kindOfEntry = (entry: fs.Dirent): FileKind | undefined =>
	entry.isFile() ? "regular" : entry.isDirectory() ? "directory" : entry.isSymbolicLink() ? "symlink" : undefined;

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

/**
 * Makes a folder and those above it. Node's own way never ends where a folder is there but nothing can be made in it and
 * the system says that it is not there: in `/proc`.
 */
const makeFolders = (path: string, options: { mode?: number }): void => {
	const make = (): unknown => {
		try {
			fs.mkdirSync(at(path), options);
			return undefined;
		} catch (error) {
			return fs.statSync(at(path), { throwIfNoEntry: false })?.isDirectory() === true ? undefined : error;
		}
	};
	const failure = make();
	if (failure === undefined) return;
	const above = path.replace(/\/+[^/]*\/*$/, "");
	if (codeOf(failure) !== "ENOENT" || above === "" || above === path) throw failure;
	try {
		makeFolders(above, options);
	} catch (error) {
		// What cannot be made is what was asked for.
		throw codeOf(error) === "ENOENT" ? failure : error;
	}
	const again = make();
	if (again !== undefined) throw again;
};

/**
 * Node's file system with paths, names and link targets as byte strings, so that names that are not UTF-8 survive.
 * Errors are Node's own.
 */
export const nodeFs: WritableSyncFs & { readonly byteNames: true } = {
	byteNames: true,
	tellsChanges: process.platform !== "win32",
	readFileSync: (path) => fs.readFileSync(at(path)),
	readdirSync: (path) => fs.readdirSync(at(path), "latin1"),
	readdirKindsSync: (path) =>
		fs
			.readdirSync(at(path), { encoding: "latin1", withFileTypes: true })
			.map((entry) => [entry.name, kindOfEntry(entry)] as const),
	lstatSync: ((path: string, options?: { throwIfNoEntry: false }) => fs.lstatSync(at(path), options)) as (
		path: string,
	) => FsStat,
	statSync: (path) => fs.statSync(at(path)),
	readlinkSync: (path) => bytesToString(fs.readlinkSync(at(path), "buffer")),
	realpathSync: (path) => bytesToString(fs.realpathSync(at(path), "buffer")),
	existsSync: (path) => fs.existsSync(at(path)),
	writeFileSync: (path, data, options) => fs.writeFileSync(at(path), data, options),
	mkdirSync: (path, options) =>
		options?.recursive === true
			? makeFolders(path, options.mode === undefined ? {} : { mode: options.mode })
			: fs.mkdirSync(at(path), options),
	symlinkSync: (target, path) => fs.symlinkSync(at(target), at(path)),
	linkSync: (existing, path) => fs.linkSync(at(existing), at(path)),
	renameSync: (from, to) => fs.renameSync(at(from), at(to)),
	rmSync: (path, options) => fs.rmSync(at(path), options),
	rmdirSync: (path) => fs.rmdirSync(at(path)),
	unlinkSync: (path) => fs.unlinkSync(at(path)),
	chmodSync: (path, mode) => fs.chmodSync(at(path), mode),
	utimesSync: (path, atime, mtime) => fs.utimesSync(at(path), atime, mtime),
	lutimesSync: (path, atime, mtime) => fs.lutimesSync(at(path), atime, mtime),
	openSync: (path, flags, mode) => fs.openSync(at(path), flags, mode),
	readSync: (fd, buffer, offset, length, position) => fs.readSync(fd, buffer, offset, length, position),
	writeSync: (fd, buffer, offset, length, position) => fs.writeSync(fd, buffer, offset, length, position),
	fsyncSync: (fd) => fs.fsyncSync(fd),
	closeSync: (fd) => fs.closeSync(fd),
	fstatSync: (fd) => fs.fstatSync(fd),
	ftruncateSync: (fd, length) => fs.ftruncateSync(fd, length),
	fchmodSync: (fd, mode) => fs.fchmodSync(fd, mode),
	futimesSync: (fd, atime, mtime) => fs.futimesSync(fd, atime, mtime),
};
