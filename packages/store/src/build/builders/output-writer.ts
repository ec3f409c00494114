import {
	MemoryDirectory,
	MemoryFile,
	type MemoryNode,
	MemorySymlink,
	type MemoryTree,
	memoryNode,
} from "../../accessors/memory";
import { type ByteString, toBytes } from "../../byte-string";
import { NixError } from "../../errors";

const encoder = new TextEncoder();

/**
 * An output that a function makes, in memory. Paths are within the output: `/` is the output itself, folders on the
 * way are made. Paths and link targets are text.
 *
 *     out.writeFile("/bin/hello", "#!/bin/sh\necho hello\n", { executable: true })
 */
export class OutputWriter {
	/** The output's path in the store, for references to it. It may be a temporary one. */
	readonly path: string;
	#root: MemoryNode | undefined;

	constructor(path: string) {
		this.path = path;
	}

	/** What was made so far. */
	get root(): MemoryNode | undefined {
		return this.#root;
	}

	/** Write a file, or the output itself as a file with `/`. */
	writeFile(path: string, contents: string | Uint8Array, options: { readonly executable?: boolean } = {}): void {
		const bytes = typeof contents === "string" ? encoder.encode(contents) : contents.slice();
		this.#put(toBytes(path), new MemoryFile(bytes, options.executable ?? false));
	}

	/** Make a folder, and those above it. It may exist. */
	makeDirectory(path: string): void {
		this.#directory(components(toBytes(path)));
	}

	symlink(path: string, target: string): void {
		this.#put(toBytes(path), new MemorySymlink(toBytes(target)));
	}

	/** Put a whole tree at a place. */
	writeTree(path: string, tree: MemoryTree): void {
		this.#put(toBytes(path), memoryNode(tree));
	}

	/** What is at a place. */
	get(path: ByteString): MemoryNode | undefined {
		let node = this.#root;
		for (const name of components(path)) node = node instanceof MemoryDirectory ? node.entries.get(name) : undefined;
		return node;
	}

	/** Remove what is at a place, with everything below. */
	remove(path: ByteString): void {
		const names = components(path);
		const last = names.pop();
		if (last === undefined) this.#root = undefined;
		else {
			const folder = this.get(`/${names.join("/")}`);
			if (folder instanceof MemoryDirectory) folder.entries.delete(last);
		}
	}

	#put(path: ByteString, node: MemoryNode): void {
		const names = components(path);
		const last = names.pop();
		if (last === undefined) this.#root = node;
		else this.#directory(names).entries.set(last, node);
	}

	#directory(names: readonly string[]): MemoryDirectory {
		this.#root ??= new MemoryDirectory();
		let folder = this.#root;
		for (const name of ["", ...names]) {
			if (!(folder instanceof MemoryDirectory))
				throw new NixError("NOT_A_DIRECTORY", `'${this.path}' is not a directory`);
			if (name === "") continue;
			let next: MemoryNode | undefined = folder.entries.get(name);
			if (next === undefined) {
				next = new MemoryDirectory();
				folder.entries.set(name, next);
			}
			folder = next;
		}
		if (!(folder instanceof MemoryDirectory))
			throw new NixError("NOT_A_DIRECTORY", `'${this.path}/${names.join("/")}' is not a directory`);
		return folder;
	}
}

const components = (path: ByteString): string[] => {
	const names = path.split("/").filter((name) => name !== "" && name !== ".");
	if (names.includes("..")) throw new NixError("BAD_OUTPUT_PATH", `path '${path}' leads out of the output`);
	return names;
};
