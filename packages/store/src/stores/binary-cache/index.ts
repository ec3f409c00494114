export {
	type BinaryCache,
	type BinaryCacheOptions,
	isBinaryCache,
	openBinaryCache,
	pathOfHashPart,
} from "./binary-cache";
export type { CacheKnowledge } from "./cache-knowledge";
export { DiskKnowledge, type DiskKnowledgeOptions, type KnowledgeAges } from "./disk-knowledge";
export { type CacheFiles, MissingCacheFileError } from "./cache-files";
export { type CacheCodecs, type Compression, compressNar, decompressNar } from "./compression";
export { folderFiles } from "./folder-files";
export { type CacheFetch, CacheTransferError, type HttpFilesOptions, httpFiles } from "./http-files";
