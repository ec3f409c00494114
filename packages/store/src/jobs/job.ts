import type { ByteString } from "../byte-string";

/** Where a store object is to be had from: a NAR in a file or in memory, compressed or not, or files on the host. */
export type ObjectSource =
	| { readonly nar: ByteString | Uint8Array; readonly compression: string }
	| { readonly tree: ByteString };

/** Writes a store object's files to a place where nothing is. */
export interface RestoreJob {
	readonly kind: "restore";
	readonly from: ObjectSource;
	readonly scratch: ByteString;
	/** Where they are moved once they are right. */
	readonly place?: ByteString;
	/** In base 16. */
	readonly narHash: string;
	/** In bytes. */
	readonly narSize: number;
}

/** Makes a compressed NAR of files. */
export interface PackJob {
	readonly kind: "pack";
	readonly tree: ByteString;
	/** In bytes. */
	readonly narSize: number;
	readonly compression: string;
	/** The method's own; its default for -1. */
	readonly level: number;
	/** Where it is kept, by its hash, if it is not there yet. */
	readonly keep?: {
		readonly folder: ByteString;
		readonly suffix: string;
		/** What the file is called until it is whole; unlike for every job. */
		readonly temporary: string;
	};
}

/** Hashes store objects as NARs: several, as one may be less work than asking for it. */
export interface HashJob {
	readonly kind: "hash";
	readonly trees: readonly ByteString[];
}

/** Of a NAR: its SHA-256 in base 16, and its size in bytes. */
export interface HashedTree {
	readonly hash: string;
	readonly size: number;
}

/**
 * Work on the files of store objects, which needs nothing else, so that any thread can do it. Plain data. Paths are
 * the host's.
 */
export type Job = RestoreJob | PackJob | HashJob;

/** What comes of a job, by its kind. */
export interface JobResults {
	readonly restore: true;
	/** Of the compressed file: its hash in base 16, its size in bytes, and where it is not kept, itself. */
	readonly pack: { readonly hash: string; readonly size: number; readonly contents?: Uint8Array };
	/** Nothing for those that cannot be read. */
	readonly hash: readonly (HashedTree | undefined)[];
}

export type JobResult<J extends Job = Job> = JobResults[J["kind"]];

/** Who does jobs. */
export interface Jobs {
	/** Nothing where it could not be done: whoever asked does it on its own, and finds out why. */
	run<J extends Job>(job: J): Promise<JobResult<J> | undefined>;
}
