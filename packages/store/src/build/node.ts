export type { SandboxSettings } from "./node-native-sandbox";
export * from "./node-process-host";
export * from "./node-sandbox";
export * from "./node-timers";
