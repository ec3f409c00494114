export {
	type BinaryCache,
	type BinaryCacheOptions,
	type CacheKnowledge,
	isBinaryCache,
	openBinaryCache,
	pathOfHashPart,
} from "./binary-cache";
export { type CacheFiles, MissingCacheFileError } from "./cache-files";
export { type CacheCodecs, type Compression, compressNar, decompressNar } from "./compression";
export { folderFiles } from "./folder-files";
export { type CacheFetch, CacheTransferError, type HttpFilesOptions, httpFiles } from "./http-files";
