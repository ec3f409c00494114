/** How a file is locked: by many, by one, or no more. */
export type LockKind = "shared" | "exclusive" | "none";

/**
 * The locks that processes on one machine see of each other (`flock`). They belong to an open file: two descriptors of
 * one process exclude each other as those of two processes do, and closing releases.
 */
export interface FileLocks {
	/** Lock, or change a lock that is held. Without `wait` false where another's lock is in the way. */
	lock(fd: number, kind: LockKind, wait: boolean): boolean;
	/** Whether a lock costs about as much as a system call, rather than a process. */
	readonly cheap: boolean;
	/** A descriptor of a connection to a Unix socket; undefined where nobody listens. Absent where that cannot be had. */
	connect?(path: string): number | undefined;
}
