import { type FileKind, fileNotFound, showPath, type SourceAccessor, type SourceStat, wrongKind } from "@tsnix/store";
import { type ByteSource, piecesOf } from "./bytes";

/** A file of an unpacked archive. */
export type ArchiveNode =
	| { readonly kind: "regular"; readonly executable: boolean; readonly contents: ByteSource }
	| ArchiveFolder
	| { readonly kind: "symlink"; readonly target: string };

/** A folder; names are byte strings. */
export interface ArchiveFolder {
	readonly kind: "directory";
	readonly entries: Map<string, ArchiveNode>;
}

/** The files of an unpacked archive. Their contents stay where they are until they are read. */
export class ArchiveAccessor implements SourceAccessor {
	constructor(private readonly root: ArchiveNode) {}

	private find(path: string): ArchiveNode | undefined {
		let node: ArchiveNode | undefined = this.root;
		if (path === "/") return node;
		for (const name of path.slice(1).split("/")) {
			if (node?.kind !== "directory") return undefined;
			node = node.entries.get(name);
		}
		return node;
	}

	private require<K extends ArchiveNode["kind"]>(path: string, kind: K): Extract<ArchiveNode, { kind: K }> {
		const node = this.find(path);
		if (node === undefined) throw fileNotFound(showPath(this, path));
		if (node.kind !== kind) throw wrongKind(showPath(this, path), kind);
		return node as Extract<ArchiveNode, { kind: K }>;
	}

	lstat(path: string): SourceStat | undefined {
		const node = this.find(path);
		if (node?.kind !== "regular") return node && { kind: node.kind };
		return { kind: "regular", executable: node.executable, size: node.contents.size };
	}

	readFile(path: string): Uint8Array {
		const { contents } = this.require(path, "regular");
		return contents.read(0, contents.size);
	}

	readFileChunks(path: string): Iterable<Uint8Array> {
		return piecesOf(this.require(path, "regular").contents);
	}

	*readDirectory(path: string): Iterable<readonly [string, FileKind]> {
		for (const [name, child] of this.require(path, "directory").entries) yield [name, child.kind];
	}

	readLink(path: string): string {
		return this.require(path, "symlink").target;
	}
}
