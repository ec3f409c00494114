import { fromHostName, hostPath, type NamedFs } from "../../accessors/fs";
import type { ByteString } from "../../byte-string";
import { NixError } from "../../errors";
import type { WritableSyncFs } from "../../fs";
import { quotePath } from "../builder";
import { BuildFailure } from "../errors";

type HostFs = WritableSyncFs & NamedFs;

const children = (fs: HostFs, place: ByteString): ByteString[] =>
	fs.readdirSync(hostPath(fs, place)).map((name) => `${place}/${fromHostName(fs, name)}`);

/**
 * Make what a builder left readable, as the store's own copy will be: files lose all permissions but to be read and,
 * if their owner could, executed. Folders stay writable, as this copy is removed again. Throws for files that are
 * neither regular, folders nor links.
 */
export const canonicaliseBuild = (fs: HostFs, place: ByteString): void => {
	const stat = fs.lstatSync(hostPath(fs, place));
	if (stat.isSymbolicLink()) return;
	if (stat.isDirectory()) {
		fs.chmodSync(hostPath(fs, place), 0o755);
		for (const child of children(fs, place)) canonicaliseBuild(fs, child);
	} else if (stat.isFile()) fs.chmodSync(hostPath(fs, place), (stat.mode & 0o100) === 0 ? 0o444 : 0o555);
	else throw new NixError("UNSUPPORTED_FILE_TYPE", `file ${quotePath(place)} has an unsupported type`);
};

/** Throws where something that a builder left belongs to others than its user, or the users from there on. */
export const checkOwners = (fs: HostFs, place: ByteString, first: number, count: number): void => {
	const stat = fs.lstatSync(hostPath(fs, place));
	if (stat.uid !== undefined && (stat.uid < first || stat.uid >= first + count))
		throw new BuildFailure("OutputRejected", `invalid ownership on file ${quotePath(place)}`);
	if (stat.isDirectory()) for (const child of children(fs, place)) checkOwners(fs, child, first, count);
};

/** Give the owner all rights on the folders below a place, so that it can be removed. Nothing need be there. */
export const makeDeletable = (fs: HostFs, place: ByteString): void => {
	let stat: ReturnType<HostFs["lstatSync"]>;
	try {
		stat = fs.lstatSync(hostPath(fs, place));
	} catch {
		return;
	}
	if (!stat.isDirectory()) return;
	if ((stat.mode & 0o700) !== 0o700) fs.chmodSync(hostPath(fs, place), 0o700);
	for (const child of children(fs, place)) makeDeletable(fs, child);
};
