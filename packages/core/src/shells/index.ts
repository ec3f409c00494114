/** Shells that go on as a build would. */
export {
	type BuildEnvironment,
	buildEnvironmentJson,
	outputPlaces,
	parseBuildEnvironment,
	type ShellVariable,
	stringVariable,
} from "./build-environment";
export { environmentDerivation } from "./environment-derivation";
export { environmentRecorder } from "./environment-recorder";
export { environmentScript } from "./environment-script";
export { type NixShellRc, nixShellRc } from "./nix-shell-rc";
export { shellQuote } from "./shell-quote";
