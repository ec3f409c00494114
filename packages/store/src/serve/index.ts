export { buildDerivationForClient, buildForClient, missingForClient, realiseTargetOf } from "./build-for-client";
export { serveDaemonClient } from "./daemon-session";
export * from "./host";
export * from "./receive-tree";
export { type ServedStore, servedStore } from "./served-store";
export { serveStoreClient } from "./serve-session";
