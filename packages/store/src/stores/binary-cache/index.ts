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
export { type HttpFilesOptions, httpFiles } from "./http-files";
export { type CacheAnswer, type CacheFetch, CacheTransferError } from "./http-transfer";
export { findS3Credentials, type S3Credentials } from "./s3-credentials";
export { type S3FilesOptions, s3Files } from "./s3-files";
export { type S3Place, s3BaseUrl } from "./s3-url";
