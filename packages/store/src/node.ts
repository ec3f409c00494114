/** What the store needs of Node: its file system, with names as byte strings, its database, and its processes. */
export { nodeFs } from "./accessors/node-fs";
export * from "./build/node";
export { nodeRootsServer, nodeRuntimeRoots } from "./gc/node-gc";
export { askForRoots, rootsDaemonSocket, serveRoots } from "./gc/node-roots-daemon";
export { type AutoCollectPlace, nodeSpaceWatch } from "./gc/node-space";
export { loadedNativePackage, nativeLibrary, nativePackage, type NativePackage } from "./node-native-package";
export { nodeSpill } from "./node-spill";
export { nodeDuplex } from "./protocol/node-duplex";
export { lockPath, tryLockPath } from "./stores/local/lock-file";
export { openNodeDatabase } from "./stores/local/node-database";
export { nodeFileLocks } from "./stores/local/node-file-locks";
export { type LocalStoreListeners, type LocalStorePlace, nodeLocalStore } from "./stores/local/node-local-store";
