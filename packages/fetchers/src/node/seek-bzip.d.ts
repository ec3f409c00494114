declare module "seek-bzip" {
	/** Decompress a whole bzip2 file. */
	export const decode: (input: Buffer) => Buffer;
}
