import { readdirSync, statSync } from "node:fs";
import type { ByteString } from "@tsnix/store";

/** Adds what an argument may go on with; `index` is its place among those of its option or command. */
export type Complete = (completions: Completions, index: number, prefix: ByteString) => void | Promise<void>;

/** Stands after the text that is to be completed. */
const marker = "___COMPLETE___";

/** What a shell is told that a word of a command line may go on with (`NIX_GET_COMPLETIONS`). */
export class Completions {
	/** What kind of words they are: file names get a slash where they are folders. */
	type: "normal" | "filenames" | "attrs" = "normal";
	private readonly found = new Map<ByteString, ByteString>();
	private readonly later: (() => void | Promise<void>)[] = [];

	/** The arguments with a mark after the word that is asked for; undefined where none is. */
	static mark(args: readonly ByteString[], env: (name: string) => string | undefined): ByteString[] | undefined {
		const word = Number.parseInt(env("NIX_GET_COMPLETIONS") ?? "", 10);
		if (!(word > 0 && word <= args.length)) return undefined;
		return args.map((arg, i) => (i === word - 1 ? arg + marker : arg));
	}

	/** What of a word stands before the mark; undefined where it has none. */
	prefixOf(word: ByteString): ByteString | undefined {
		const at = word.indexOf(marker);
		return at < 0 ? undefined : word.slice(0, at);
	}

	/** Of the description only the first sentence is shown. */
	add(text: ByteString, description: ByteString = ""): void {
		const end = description.search(/[.\n]/);
		const first = end < 0 ? description : description.slice(0, end);
		this.found.set(text, end >= 0 && end !== description.length - 1 ? `${first} [...]` : first);
	}

	/** Adds something once all the command line is read. */
	defer(complete: Complete, index: number, prefix: ByteString): void {
		this.later.push(() => complete(this, index, prefix));
	}

	/** What a shell is told. */
	async lines(): Promise<ByteString[]> {
		for (const complete of this.later) await complete();
		return [this.type, ...[...this.found].sort(([a], [b]) => (a < b ? -1 : 1)).map((entry) => entry.join("\t"))];
	}
}

/** What `~` stands for is put in its place. */
export const expandTilde = (path: ByteString, home: ByteString): ByteString =>
	path === "~" || path.startsWith("~/") ? home + path.slice(1) : path;

/** Completes the names of files, or of folders only. */
export const completePath =
	(place: { readonly workingDirectory: ByteString; readonly home: ByteString }, onlyFolders = false): Complete =>
	(completions, _, prefix) => {
		completions.type = "filenames";
		const path = expandTilde(prefix, place.home);
		const folder = path.slice(0, path.lastIndexOf("/") + 1);
		const start = path.slice(folder.length);
		const absolute = (name: ByteString): Buffer =>
			Buffer.from(name.startsWith("/") ? name : `${place.workingDirectory}/${name}`, "latin1");
		let names: readonly string[];
		try {
			names = readdirSync(absolute(folder), "latin1");
		} catch {
			return;
		}
		for (const name of names) {
			if (!name.startsWith(start) || (name.startsWith(".") && !start.startsWith("."))) continue;
			const found = folder + name;
			if (!onlyFolders || statSync(absolute(found), { throwIfNoEntry: false })?.isDirectory() === true)
				completions.add(found);
		}
	};
