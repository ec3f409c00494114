/** What was last installed and built, by the hash of what it was made from. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const folder = join(root, "node_modules/.tsnix");

const filesBelow = (path, accepts) => {
	if (!existsSync(path)) return [];
	if (!statSync(path).isDirectory()) return [path];
	return readdirSync(path)
		.sort()
		.filter((name) => name !== "node_modules" && name !== "dist")
		.flatMap((name) => filesBelow(join(path, name), accepts))
		.filter(accepts);
};

/** A hash of files, of all below folders, and of other words; tests do not count. */
export const hashOf = (paths, ...words) => {
	const hash = createHash("sha256");
	for (const path of paths)
		for (const file of filesBelow(join(root, path), (name) => !/\.test\.ts$/.test(name)))
			hash.update(file).update("\0").update(readFileSync(file)).update("\0");
	for (const word of words) hash.update(word).update("\0");
	return hash.digest("hex");
};

/** Whether the stamp of that name holds that hash. */
export const isCurrent = (name, hash) => {
	const path = join(folder, name);
	return existsSync(path) && readFileSync(path, "utf8") === hash;
};

/** Sets a stamp. */
export const setStamp = (name, hash) => {
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, name), hash);
};
