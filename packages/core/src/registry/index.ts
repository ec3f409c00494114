/** Flake registries: what names like `nixpkgs` stand for. */
export { lookupInRegistries, type Resolved, type UseRegistries } from "./lookup";
export * from "./registry";
export { type ParseRegistryOptions, parseRegistry, readRegistry, writeRegistry } from "./registry-file";
