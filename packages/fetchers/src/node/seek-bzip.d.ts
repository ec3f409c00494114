declare module "seek-bzip" {
	const seekBzip: {
		/** Decompress bzip2 data; with `multistream` all that follow one another. */
		decode(
			input: {
				readByte(): number;
				read(buffer: Uint8Array, offset: number, length: number): number;
				eof(): boolean;
			},
			output: { writeByte(byte: number): void },
			multistream: boolean,
		): void;
	};
	export default seekBzip;
}
