export { caseHackVisitor, withoutCaseHack } from "./case-hack";
export { narChunks } from "./chunks";
export * from "./hash";
export * from "./listing";
export * from "./memory";
export * from "./parse";
export { NarWriteError, narBytes, narMagic, narMaxDepth, writeNar } from "./write";
export * from "./spill";
