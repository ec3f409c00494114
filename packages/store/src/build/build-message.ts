import type { ByteString } from "../byte-string";
import { type Derivation, outputPaths } from "../formats/derivation/derivation";
import type { StorePath } from "../formats/store-path";
import { sortPaths } from "./closure";
import { type BuilderExit, describeExit } from "./errors";

/** `\nOutput paths:` and the paths, as far as they are known beforehand. */
const knownOutputs = (drv: Derivation, storeDir: string): ByteString => {
	const paths = [...outputPaths(drv, storeDir).values()].filter((path) => path !== undefined);
	if (paths.length === 0) return "";
	return `\nOutput paths:${sortPaths(paths)
		.map((path) => `\n  ${path.toString(storeDir)}`)
		.join("")}`;
};

/** What a build is that failed because of others. */
export const dependenciesFailedMessage = (drvPath: StorePath, drv: Derivation, failed: number, storeDir: string) =>
	`Cannot build '${drvPath.toString(storeDir)}'.\nReason: ${failed} ${failed === 1 ? "dependency" : "dependencies"} failed.${knownOutputs(drv, storeDir)}`;

/** How a builder failed, with the last lines it wrote. */
export const builderFailedMessage = (
	drvPath: StorePath,
	drv: Derivation,
	exit: BuilderExit,
	logTail: readonly ByteString[],
	options: { readonly storeDir: string; readonly logCommand: string },
): ByteString => {
	const path = drvPath.toString(options.storeDir);
	const head = `Cannot build '${path}'.\nReason: builder ${describeExit(exit)}.${knownOutputs(drv, options.storeDir)}`;
	if (logTail.length === 0) return head;
	const lines = logTail.map((line) => `> ${line}\n`).join("");
	return `${head}\nLast ${logTail.length} log lines:\n${lines}For full logs, run:\n  ${options.logCommand} ${path}`;
};

/** Why a derivation cannot be built here. Undefined where it can. */
export const rejectionMessage = (
	drvPath: string,
	reasons: {
		readonly maxJobsZero: boolean;
		readonly platform?: { readonly required: string; readonly current: string };
		readonly features?: { readonly required: readonly string[]; readonly available: readonly string[] };
	},
): ByteString | undefined => {
	const { maxJobsZero, platform, features } = reasons;
	if (!maxJobsZero && platform === undefined && features === undefined) return undefined;
	let message = `Cannot build '${drvPath}'.`;
	if (maxJobsZero)
		message +=
			"\nReason: local builds are disabled (max-jobs = 0)\nHint: set 'max-jobs' to a non-zero value to enable local builds, or configure remote builders via 'builders'";
	if (platform !== undefined)
		message += `\nReason: platform mismatch\nRequired system: '${platform.required}'\nCurrent system: '${platform.current}'`;
	if (features !== undefined)
		message += `\nReason: missing system features\nRequired features: {${features.required.join(", ")}}\nAvailable features: {${features.available.join(", ")}}`;
	if (platform?.required === "x86_64-darwin" && platform.current === "aarch64-darwin")
		message +=
			"\nNote: run `/usr/sbin/softwareupdate --install-rosetta && launchctl stop org.nixos.nix-daemon` to run programs for x86_64-darwin";
	return message;
};

/** No builder takes the derivation. */
export const noBuilderMessage =
	"Unable to build with a primary store that isn't a local store; either pass a different '--store' or enable remote builds.\n\nFor more information check 'man nix.conf' and search for '/machines'.";
