/** Flake registries: what names like `nixpkgs` stand for. */
export { lookupInRegistries, type Resolved, type UseRegistries } from "./lookup";
export { type HostRegistriesOptions, hostRegistries } from "./host-registries";
export {
	defaultFlakeRegistry,
	openingRegistries,
	openRegistries,
	type RegistryPlaces,
	registryPlaces,
} from "./open-registries";
export * from "./registry";
export { type ParseRegistryOptions, parseRegistry, readRegistry, writeRegistry } from "./registry-file";
