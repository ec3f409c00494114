declare module "seek-bzip" {
	const seekBzip: {
		/** Decompress a whole bzip2 file. */
		decode(input: Buffer): Buffer;
	};
	export default seekBzip;
}
