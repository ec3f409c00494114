import { fsAccessor, hostPath } from "../accessors/fs";
import type { ByteString } from "../byte-string";
import { hashBytes } from "../formats/hash";
import { narHash } from "../formats/nar/hash";
import { writeNar } from "../formats/nar/write";
import { type CacheCodecs, compressNar, decompressNar } from "../stores/binary-cache/compression";
import { moveTree, removeTree, type StoreFs, writeNarTree, writeTree } from "../stores/local/write-tree";
import type { HashedTree, HashJob, Job, JobResult, ObjectSource, PackJob, RestoreJob } from "./job";

/** What jobs are done with. */
export interface JobTools {
	readonly fs: StoreFs;
	readonly codecs: CacheCodecs;
}

/** Do a job in this thread. Gives nothing where that fails, and leaves nothing then. */
export const doJob = <J extends Job>(job: J, tools: JobTools): JobResult<J> | undefined => {
	try {
		return work(job, tools) as JobResult<J> | undefined;
	} catch {
		return undefined;
	}
};

const work = (job: Job, tools: JobTools): JobResult | undefined => {
	switch (job.kind) {
		case "restore":
			return restore(job, tools);
		case "pack":
			return pack(job, tools);
		case "hash":
			return hash(job, tools);
	}
};

const writeSource = (from: ObjectSource, scratch: string, { fs, codecs }: JobTools) => {
	if ("tree" in from) return writeTree(fs, scratch, fsAccessor(fs, from.tree));
	const packed = typeof from.nar === "string" ? fs.readFileSync(hostPath(fs, from.nar)) : from.nar;
	return writeNarTree(fs, scratch, decompressNar(codecs, from.compression, packed));
};

const restore = (job: RestoreJob, tools: JobTools): true | undefined => {
	const { scratch, place } = job;
	const { fs } = tools;
	let isThere = false;
	try {
		const { hash, size } = writeSource(job.from, scratch, tools);
		if (size !== job.narSize || hash.base16() !== job.narHash) return undefined;
		if (place !== undefined) moveTree(fs, scratch, place);
		isThere = true;
		return true;
	} finally {
		if (!isThere) removeTree(fs, scratch);
	}
};

const hashTree = (tree: ByteString, fs: StoreFs): HashedTree | undefined => {
	try {
		const { hash, size } = narHash(fsAccessor(fs, tree));
		return { hash: hash.base16(), size };
	} catch {
		return undefined;
	}
};

const hash = ({ trees }: HashJob, { fs }: JobTools): JobResult<HashJob> => trees.map((tree) => hashTree(tree, fs));

/** A whole NAR that ought to be so large. */
const narOf = (fs: StoreFs, tree: string, expected: number): Uint8Array => {
	let out = new Uint8Array(expected);
	let size = 0;
	writeNar(fsAccessor(fs, tree), "/", (chunk) => {
		if (size + chunk.length > out.length) {
			const larger = new Uint8Array(Math.max(out.length * 2, size + chunk.length));
			larger.set(out.subarray(0, size));
			out = larger;
		}
		out.set(chunk, size);
		size += chunk.length;
	});
	return out.subarray(0, size);
};

const pack = (job: PackJob, { fs, codecs }: JobTools): JobResult<PackJob> => {
	const contents = compressNar(codecs, job.compression, narOf(fs, job.tree, job.narSize), job.level);
	const hash = hashBytes("sha256", contents);
	const result = { hash: hash.base16(), size: contents.length };
	if (job.keep === undefined) return { ...result, contents };
	const place = hostPath(fs, `${job.keep.folder}/${hash.nix32()}${job.keep.suffix}`);
	if (fs.existsSync(place)) return result;
	const beside = `${place}.${job.keep.temporary}`;
	try {
		fs.writeFileSync(beside, contents);
		fs.renameSync(beside, place);
	} catch (error) {
		fs.rmSync(beside, { force: true });
		throw error;
	}
	return result;
};
