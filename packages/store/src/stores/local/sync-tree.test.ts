import { memfs } from "memfs";
import { expect, test } from "vitest";
import { type LocalStoreOptions, localStore } from "./local-store";

/** What is handed to the disk while a text is added, in order. */
const synced = (options: Partial<LocalStoreOptions>): string[] => {
	const { fs } = memfs();
	const names = new Map<number, string>();
	const told: string[] = [];
	const watched = Object.assign(Object.create(fs) as typeof fs, {
		openSync: (path: string, flags: string, mode?: number) => {
			const fd = fs.openSync(path, flags, mode);
			names.set(fd, path);
			return fd;
		},
		fsyncSync: (fd: number) => void told.push(names.get(fd) ?? ""),
	});
	const store = localStore({ fs: watched as unknown as LocalStoreOptions["fs"], ...options });
	store.addTextToStore("a", "one", []);
	return told;
};

test("files are on the disk before their path is valid, where that is wanted", () => {
	expect(synced({ fsyncStorePaths: true })).toEqual(["/nix/store/6wwzxsyyv5b8p3wv7nblfcjxkb9dlgb7-a"]);
	expect(synced({})).toEqual([]);
});
