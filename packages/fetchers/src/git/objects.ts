import { bytesToString, hostPath, type NamedFs } from "@tsnix/store";
import type { Codecs } from "../archives/codecs";
import { GitError } from "../errors";
import { type GitObject, type GitPack, openPacks } from "./pack";

/** The objects of a repository: loose ones, packed ones, and those of repositories it borrows from. */
export interface ObjectDatabase {
	/** Throws {@link GitError} where the object is not there. */
	read(id: string): GitObject;
	has(id: string): boolean;
}

const isObjectType = (text: string): text is GitObject["type"] => ["commit", "tree", "blob", "tag"].includes(text);

const parseLoose = (data: Uint8Array, id: string): GitObject => {
	const end = data.indexOf(0);
	const [type, size] = bytesToString(data.subarray(0, end)).split(" ");
	const contents = data.subarray(end + 1);
	if (type === undefined || !isObjectType(type) || Number(size) !== contents.length)
		throw new GitError("BAD_OBJECT", `Git object '${id}' is damaged`);
	return { type, data: contents };
};

/** The size of a loose object with its header, from the first bytes of it inflated. */
const looseSize = (codecs: Codecs, packed: Uint8Array, id: string): number => {
	const head = codecs.inflateHead(packed, 64);
	const end = head.indexOf(0);
	const size = Number(bytesToString(head.subarray(0, end)).split(" ")[1]);
	if (end === -1 || !Number.isSafeInteger(size)) throw new GitError("BAD_OBJECT", `Git object '${id}' is damaged`);
	return size + end + 1;
};

const notFound = (id: string): GitError =>
	new GitError(
		"NO_SUCH_OBJECT",
		`getting Git object '${id}': ${
			/^0+$/.test(id) ? "odb: cannot read object: null OID cannot exist" : `object not found - no match for id (${id})`
		} (libgit2 error code = 9)`,
	);

class FolderDatabase implements ObjectDatabase {
	private packs: readonly GitPack[] | undefined;

	constructor(
		private readonly fs: NamedFs,
		/** Object folders: the repository's own, then those it borrows from. */
		private readonly folders: readonly string[],
		private readonly codecs: Codecs,
	) {}

	read(id: string): GitObject {
		const found = this.readPacked(id) ?? this.readLoose(id);
		if (found === undefined) throw notFound(id);
		return found;
	}

	has(id: string): boolean {
		this.packs ??= this.openPacks();
		return (
			this.packs.some((pack) => pack.find(id) !== undefined) ||
			this.folders.some((folder) => this.fs.existsSync(hostPath(this.fs, this.loosePath(folder, id))))
		);
	}

	private openPacks(): GitPack[] {
		return this.folders.flatMap((folder) => openPacks(this.fs, folder, this.codecs));
	}

	private readPacked(id: string): GitObject | undefined {
		this.packs ??= this.openPacks();
		for (const pack of this.packs) {
			const offset = pack.find(id);
			if (offset !== undefined) return pack.read(offset, (other) => this.read(other));
		}
		return undefined;
	}

	private loosePath(folder: string, id: string): string {
		return `${folder}/${id.slice(0, 2)}/${id.slice(2)}`;
	}

	private readLoose(id: string): GitObject | undefined {
		for (const folder of this.folders) {
			let packed: Uint8Array;
			try {
				packed = this.fs.readFileSync(hostPath(this.fs, this.loosePath(folder, id)));
			} catch {
				continue;
			}
			return parseLoose(this.codecs.inflate(packed, looseSize(this.codecs, packed, id)), id);
		}
		return undefined;
	}
}

const alternatesOf = (fs: NamedFs, folder: string, seen: string[]): string[] => {
	if (seen.includes(folder) || seen.length > 10) return seen;
	seen.push(folder);
	let text: string;
	try {
		text = bytesToString(fs.readFileSync(hostPath(fs, `${folder}/info/alternates`)));
	} catch {
		return seen;
	}
	for (const line of text.split("\n"))
		if (line !== "" && !line.startsWith("#")) alternatesOf(fs, line.startsWith("/") ? line : `${folder}/${line}`, seen);
	return seen;
};

/** Open an object folder (`.git/objects`) and those it borrows from. */
export const openObjects = (fs: NamedFs, folder: string, codecs: Codecs): ObjectDatabase =>
	new FolderDatabase(fs, alternatesOf(fs, folder, []), codecs);
