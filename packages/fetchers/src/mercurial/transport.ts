/**
 * The program `hg`, or what stands in for it. Nothing of Mercurial's repositories is read but through it. Calls may
 * return promises; where they never do, `synchronous` is true and fetching works in the synchronous face too.
 */
export interface MercurialTransport {
	readonly synchronous: boolean;
	/** Runs `hg` with arguments (byte strings) and `HGPLAIN` set. Its standard error is the user's. */
	run(args: readonly string[]): MercurialResult | Promise<MercurialResult>;
}

/** What a run of `hg` came to. */
export interface MercurialResult {
	readonly status: number;
	readonly stdout: Uint8Array;
}
