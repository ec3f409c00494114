export { type BuildUserSettings, nodeBuildUsers, nodeGroupId } from "./node-build-users";
export { type CgroupSettings, nodeCgroups } from "./node-cgroups";
export type { SandboxSettings } from "./node-native-sandbox";
export * from "./node-process-host";
export * from "./node-sandbox";
export * from "./node-timers";
