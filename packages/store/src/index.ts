export * from "./accessors/access";
export * from "./accessors/derived";
export * from "./accessors/fs";
export * from "./accessors/memory";
export * from "./build";
export * from "./byte-string";
export * from "./errors";
export * from "./formats/base16";
export * from "./formats/base32";
export * from "./formats/base64";
export * from "./formats/content-address";
export * from "./formats/content-address-json";
export * from "./formats/derivation";
export * from "./formats/derived-path";
export * from "./formats/git-hash";
export * from "./formats/hash";
export * from "./formats/hash-path";
export * from "./formats/json";
export {
	asArray,
	asBoolean,
	asBytes,
	asObject,
	asString,
	asUnsigned,
	field,
	JsonShapeError,
	optionalField,
} from "./formats/json-fields";
export * from "./formats/nar";
export * from "./formats/narinfo";
export * from "./formats/outputs-spec";
export * from "./formats/path-info";
export * from "./formats/realisation";
export * from "./formats/self-reference-hash";
export * from "./formats/signature";
export * from "./formats/store-path";
export type * from "./fs";
export type { BasicDerivation } from "./protocol/basic-derivation";
export type { BuildResult, BuildStatus } from "./protocol/build-result";
export { isSuccess } from "./protocol/build-result";
export { buildResultFromJSON, buildResultToJSON } from "./protocol/build-result-json";
export * from "./jobs";
export * from "./protocol/errors";
export { activity, activityResult, type LogField, type LogMessage } from "./protocol/log-messages";
export { type ServeBuildOptions, serveVersion } from "./protocol/serve-messages";
export * from "./protocol/talk";
export {
	type BuildMode,
	type CollectAction,
	type KeyedBuildResult,
	renderPathWithOutputs,
	workerVersion,
} from "./protocol/worker-messages";
export * from "./serve";
export { DaemonClient, type ImportOptions, type MissingPaths, type OutgoingObject } from "./stores/daemon/client";
export { type ConnectionOptions, DaemonConnection, type DaemonOptions } from "./stores/daemon/connection";
export { DaemonStore, type DaemonStoreOptions, daemonStore } from "./stores/daemon/daemon-store";
export { type WaitingDaemonOptions, WaitingDaemonStore } from "./stores/daemon/waiting-daemon-store";
export * from "./gc";
export type * from "./source-accessor";
export * from "./stores/async";
export * from "./stores/binary-cache";
export * from "./stores/copy";
export * from "./stores/export";
export { addingInThreads } from "./stores/local/add-in-threads";
export type * from "./stores/local/database";
export type * from "./stores/local/file-locks";
export {
	type Addition,
	isLocalStore,
	type LocalStore,
	type LocalStoreOptions,
	localStore,
} from "./stores/local/local-store";
export * from "./stores/local/optimise";
export * from "./stores/local/validity-text";
export { type VerifyOptions, verifyStore } from "./stores/local/verify";
export { canonicaliseTree, type StoreFs } from "./stores/local/write-tree";
export * from "./stores/make-content-addressed";
export * from "./stores/memory";
export { ServeClient } from "./stores/ssh/serve-client";
export { ServeStore, type ServeStoreOptions } from "./stores/ssh/serve-store";
export { type WaitingServeOptions, WaitingServeStore } from "./stores/ssh/waiting-serve-store";
export type * from "./stores/store";
export * from "./stores/store-errors";
export type { OpenedStore, WaitingStoreOptions } from "./stores/waiting-store";
