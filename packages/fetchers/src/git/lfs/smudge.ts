import { bytesToString, hashString, type SourceAccessor } from "@tsnix/store";
import type { Fetching } from "../../effects";
import { addTrace, TransferError } from "../../errors";
import type { FetchWorld } from "../../world";
import { GitAttributes } from "../attributes";
import { type GitRepository, readOptional } from "../repository";
import { checkLfsObject, downloadLfsObject, lfsBatch } from "./batch";
import { type LfsEndpoint, lfsEndpoint, readLfsObject } from "./endpoint";
import { type LfsPointer, parseLfsPointer } from "./pointer";

/** Files that are longer cannot be pointers. */
const longestPointer = 1024;
/** How many objects a server is asked for at once. */
const batchSize = 100;

interface PointedFile {
	readonly path: string;
	readonly pointer: LfsPointer;
}

/** The files of a tree that Git LFS keeps elsewhere. */
const pointedFiles = (tree: SourceAccessor, attributes: GitAttributes, world: FetchWorld): PointedFile[] => {
	const found: PointedFile[] = [];
	const visit = (folder: string): void => {
		for (const [name, known] of [...tree.readDirectory(folder)].sort(([a], [b]) => (a < b ? -1 : 1))) {
			const path = folder === "/" ? `/${name}` : `${folder}/${name}`;
			const kind = known ?? tree.lstat(path)?.kind;
			if (kind === "directory") visit(path);
			if (kind !== "regular" || attributes.get(path.slice(1), "filter") !== "lfs") continue;
			const contents = tree.readFile(path);
			const should = `encountered file '${path}' that should have been a git-lfs pointer`;
			const pointer = contents.length < longestPointer ? parseLfsPointer(bytesToString(contents)) : undefined;
			if (pointer !== undefined) found.push({ path, pointer });
			else world.warn(`${should}, but is ${contents.length < longestPointer ? "invalid" : "too large"}`);
		}
	};
	visit("/");
	return found;
};

/** Files that were downloaded before, kept as the reference keeps them. */
class LfsCache {
	constructor(private readonly place: FetchWorld["clones"]) {}

	private path({ path, pointer }: PointedFile): string {
		return `${this.place?.dir}/git-lfs/${hashString("sha256", path.slice(1)).base16()}/${pointer.oid}`;
	}

	read(file: PointedFile): Uint8Array | undefined {
		return this.place === undefined ? undefined : readOptional(this.place.fs, this.path(file));
	}

	write(file: PointedFile, contents: Uint8Array): void {
		if (this.place === undefined) return;
		const path = this.path(file);
		this.place.fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
		this.place.fs.writeFileSync(path, contents);
	}
}

/** Fetches files from where they are, in order. */
function* fetchFiles(
	files: readonly PointedFile[],
	endpoint: LfsEndpoint,
	cache: LfsCache,
	world: FetchWorld,
): Fetching<Map<string, Uint8Array>> {
	const found = new Map<string, Uint8Array>();
	for (let start = 0; start < files.length; start += batchSize) {
		const part = files.slice(start, start + batchSize);
		let answers: readonly unknown[] = [];
		for (const [index, file] of part.entries()) {
			const { path, pointer } = file;
			try {
				if (endpoint.kind === "folders") {
					const contents = world.fs && readLfsObject(world.fs, endpoint.folders, pointer.oid);
					const url = `${endpoint.url}/objects/batch`;
					if (contents === undefined) throw new TransferError("TRANSFER", `uploading to '${url}' is not supported`);
					checkLfsObject(pointer, contents, url);
					found.set(path, contents);
					continue;
				}
				if (index === 0)
					answers = yield* lfsBatch(
						endpoint,
						part.map(({ pointer }) => pointer),
					);
				const hasOid = (answer: unknown): boolean => (answer as { oid?: unknown } | null)?.oid === pointer.oid;
				const contents = yield* downloadLfsObject(pointer, answers.find(hasOid) ?? answers[index] ?? null, path);
				cache.write(file, contents);
				found.set(path, contents);
			} catch (error) {
				addTrace(error, `while smudging git-lfs file '${path}'`);
				throw error;
			}
		}
	}
	return found;
}

/** A tree of a repository with the files that Git LFS keeps elsewhere in the place of what points to them. */
export function* smudge(tree: SourceAccessor, repository: GitRepository, world: FetchWorld): Fetching<SourceAccessor> {
	const attributes = new GitAttributes(
		(path) => (tree.lstat(`/${path}`)?.kind === "regular" ? tree.readFile(`/${path}`) : undefined),
		readOptional(repository.fs, `${repository.commonDir}/info/attributes`),
	);
	const files = pointedFiles(tree, attributes, world);
	if (files.length === 0) return tree;
	const cache = new LfsCache(world.clones);
	const contents = new Map<string, Uint8Array>();
	const missing: PointedFile[] = [];
	for (const file of files) {
		const known = cache.read(file);
		if (known === undefined) missing.push(file);
		else contents.set(file.path, known);
	}
	if (missing.length > 0) {
		const endpoint = yield* lfsEndpoint(repository);
		for (const [path, fetched] of yield* fetchFiles(missing, endpoint, cache, world)) contents.set(path, fetched);
	}
	const smudged: SourceAccessor = Object.create(tree, {});
	Object.defineProperty(smudged, "readFile", {
		value: (path: string): Uint8Array => contents.get(path) ?? tree.readFile(path),
		enumerable: true,
	});
	return smudged;
}
