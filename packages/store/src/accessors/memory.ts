import { type ByteString, toBytes } from "../byte-string";
import type { FileKind, SourceAccessor, SourceStat } from "../source-accessor";
import { childPath, fileNotFound, requireStat, showPath, wrongKind } from "./access";

/** Contents that lie elsewhere, and are read when they are wanted: piece by piece, each valid until the next. */
export interface StoredContents {
	/** In bytes. */
	readonly size: number;
	read(): Iterable<Uint8Array>;
}

/** A regular file in memory, or one of a tree in memory whose contents lie elsewhere. */
export class MemoryFile {
	readonly kind = "regular";
	constructor(
		private readonly held: Uint8Array | StoredContents,
		readonly executable = false,
	) {}

	get size(): number {
		return this.held instanceof Uint8Array ? this.held.length : this.held.size;
	}

	/** All of the contents. */
	get contents(): Uint8Array {
		if (this.held instanceof Uint8Array) return this.held;
		const out = new Uint8Array(this.held.size);
		let at = 0;
		for (const piece of this.held.read()) {
			out.set(piece, at);
			at += piece.length;
		}
		return out;
	}

	/** The contents piece by piece. */
	chunks(): Iterable<Uint8Array> {
		return this.held instanceof Uint8Array ? [this.held] : this.held.read();
	}
}

/** A directory in memory; names are byte strings. */
export class MemoryDirectory {
	readonly kind = "directory";
	constructor(readonly entries: Map<ByteString, MemoryNode> = new Map()) {}
}

/** A symbolic link in memory; its target is a byte string. */
export class MemorySymlink {
	readonly kind = "symlink";
	constructor(readonly target: ByteString) {}
}

/** A tree of files in memory. */
export type MemoryNode = MemoryFile | MemoryDirectory | MemorySymlink;

/** A tree written as plain data: text or bytes for a file, a record for a folder, nodes for anything else. */
export type MemoryTree = string | Uint8Array | MemoryNode | { readonly [name: string]: MemoryTree };

const encoder = new TextEncoder();
const contentsOf = (contents: string | Uint8Array): Uint8Array =>
	typeof contents === "string" ? encoder.encode(contents) : contents;

/** An executable file, for {@link MemoryTree}. */
export const executable = (contents: string | Uint8Array): MemoryFile => new MemoryFile(contentsOf(contents), true);

/** A symbolic link, for {@link MemoryTree}. */
export const symlink = (target: string): MemorySymlink => new MemorySymlink(toBytes(target));

/** The nodes that plain data stands for. Text, names and targets are encoded as UTF-8. */
export const memoryNode = (tree: MemoryTree): MemoryNode => {
	if (tree instanceof MemoryFile || tree instanceof MemoryDirectory || tree instanceof MemorySymlink) return tree;
	if (typeof tree === "string" || tree instanceof Uint8Array) return new MemoryFile(contentsOf(tree));
	const directory = new MemoryDirectory();
	for (const [name, child] of Object.entries(tree)) directory.entries.set(toBytes(name), memoryNode(child));
	return directory;
};

class MemoryAccessor implements SourceAccessor {
	constructor(
		private readonly root: MemoryNode | undefined,
		private readonly shown: string,
	) {}

	showPath(path: string): string {
		if (this.shown === "") return path;
		return path === "/" ? this.shown : this.shown + path;
	}

	private find(path: string): MemoryNode | undefined {
		let node = this.root;
		if (path === "/") return node;
		for (const name of path.slice(1).split("/")) {
			if (!(node instanceof MemoryDirectory)) return undefined;
			node = node.entries.get(name);
		}
		return node;
	}

	private require(path: string): MemoryNode {
		const node = this.find(path);
		if (node === undefined) throw fileNotFound(this.showPath(path));
		return node;
	}

	lstat(path: string): SourceStat | undefined {
		const node = this.find(path);
		if (!(node instanceof MemoryFile)) return node && { kind: node.kind };
		return { kind: "regular", executable: node.executable, size: node.size };
	}

	readFile(path: string): Uint8Array {
		const node = this.require(path);
		if (!(node instanceof MemoryFile)) throw wrongKind(this.showPath(path), "regular");
		return node.contents;
	}

	readFileChunks(path: string): Iterable<Uint8Array> {
		const node = this.require(path);
		if (!(node instanceof MemoryFile)) throw wrongKind(this.showPath(path), "regular");
		return node.chunks();
	}

	*readDirectory(path: string): Iterable<readonly [string, FileKind]> {
		const node = this.require(path);
		if (!(node instanceof MemoryDirectory)) throw wrongKind(this.showPath(path), "directory");
		for (const [name, child] of node.entries) yield [name, child.kind];
	}

	readLink(path: string): string {
		const node = this.require(path);
		if (!(node instanceof MemorySymlink)) throw wrongKind(this.showPath(path), "symlink");
		return node.target;
	}
}

/**
 * The files of a tree in memory; without a tree there is nothing at all. Changes to the nodes show. `shown` is put
 * before paths in messages.
 *
 *     memoryAccessor({ "default.nix": "1", bin: { run: executable("#!/bin/sh\n"), link: symlink("run") } })
 */
export const memoryAccessor = (tree: MemoryTree | undefined, shown = ""): SourceAccessor =>
	new MemoryAccessor(tree === undefined ? undefined : memoryNode(tree), shown);

/** A copy in memory of a tree, which later changes to the tree do not touch. */
export const copyToMemory = (accessor: SourceAccessor, path = "/"): MemoryNode => {
	const stat = requireStat(accessor, path);
	if (stat.kind === "regular") return new MemoryFile(accessor.readFile(path), stat.executable === true);
	if (stat.kind === "symlink") return new MemorySymlink(accessor.readLink(path));
	if (stat.kind !== "directory") throw wrongKind(showPath(accessor, path), "regular");
	const directory = new MemoryDirectory();
	for (const [name] of accessor.readDirectory(path)) {
		directory.entries.set(name, copyToMemory(accessor, childPath(path, name)));
	}
	return directory;
};
