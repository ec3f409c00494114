import { bytesToString } from "@tsnix/store";
import { GitError } from "../errors";
import type { ObjectDatabase } from "./objects";

/** What of a commit is read. */
export interface GitCommit {
	readonly tree: string;
	readonly parents: readonly string[];
	/** Of the committer, seconds since 1970. */
	readonly time: number;
}

/** Parse a commit's contents. Throws {@link GitError} where it is none. */
export const parseCommit = (data: Uint8Array): GitCommit => {
	const text = bytesToString(data);
	const header = text.slice(0, text.indexOf("\n\n") === -1 ? text.length : text.indexOf("\n\n"));
	let tree: string | undefined;
	let time = 0;
	const parents: string[] = [];
	for (const line of header.split("\n"))
		if (line.startsWith("tree ")) tree ??= line.slice(5);
		else if (line.startsWith("parent ")) parents.push(line.slice(7));
		else if (line.startsWith("committer ")) time = Number(/> (-?\d+)(?: [+-]\d+)?$/.exec(line)?.[1] ?? 0);
	if (tree === undefined) throw new GitError("BAD_OBJECT", "damaged Git commit");
	return { tree, parents, time };
};

const tagTarget = (data: Uint8Array): string => {
	const id = /^object ([0-9a-f]{40})\n/.exec(bytesToString(data.subarray(0, 64)))?.[1];
	if (id === undefined) throw new GitError("BAD_OBJECT", "damaged Git tag");
	return id;
};

/** The commit that an id is of, through annotated tags. */
export const peelToCommit = (objects: ObjectDatabase, id: string): string => {
	for (let current = id; ; ) {
		const object = objects.read(current);
		if (object.type === "commit") return current;
		if (object.type !== "tag") throw new GitError("NOT_A_COMMIT", `peeling Git object '${id}'`);
		current = tagTarget(object.data);
	}
};

/** The tree or blob that an id is of, through tags and commits. */
export const peelToTreeOrBlob = (objects: ObjectDatabase, id: string): { id: string; type: "tree" | "blob" } => {
	for (let current = id; ; ) {
		const object = objects.read(current);
		if (object.type === "tree" || object.type === "blob") return { id: current, type: object.type };
		current = object.type === "commit" ? parseCommit(object.data).tree : tagTarget(object.data);
	}
};

/** When a revision was committed, seconds since 1970. */
export const commitTime = (objects: ObjectDatabase, rev: string): number =>
	parseCommit(objects.read(peelToCommit(objects, rev)).data).time;

/** How many commits a revision consists of: itself and everything it descends from. */
export const countRevisions = (
	objects: ObjectDatabase,
	rev: string,
	/** Commits whose parents do not count. */
	shallow: ReadonlySet<string> = new Set(),
): number => {
	const start = peelToCommit(objects, rev);
	const seen = new Set([start]);
	const todo = [start];
	for (let id = todo.pop(); id !== undefined; id = todo.pop())
		for (const parent of shallow.has(id) ? [] : parseCommit(objects.read(id).data).parents)
			if (!seen.has(parent)) {
				seen.add(parent);
				todo.push(parent);
			}
	return seen.size;
};
