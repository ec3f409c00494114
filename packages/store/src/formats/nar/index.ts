export * from "./hash";
export * from "./listing";
export * from "./memory";
export * from "./parse";
export * from "./write";
