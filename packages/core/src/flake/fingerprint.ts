import { type FetchSettings, inputLastModified, inputRevCount } from "@tsnix/fetchers";
import { hashString } from "@tsnix/store";
import type { LockedFlake } from "./lock";
import { findUnlocked, printLockFile } from "./lock-file";

/**
 * A name for everything that a locked flake evaluates to: SHA-256, in hexadecimal. Undefined where its contents, or
 * those of an input, are not fixed.
 */
export const flakeFingerprint = ({ flake, lock }: LockedFlake, settings?: FetchSettings): string | undefined => {
	if (flake.fingerprint === undefined || findUnlocked(lock, settings) !== undefined) return undefined;
	const { input, subdir } = flake.lockedRef;
	let text = `${flake.fingerprint};${subdir};${printLockFile(lock)}`;
	const revCount = inputRevCount(input);
	if (revCount !== undefined) text += `;revCount=${revCount}`;
	const lastModified = inputLastModified(input);
	if (lastModified !== undefined) text += `;lastModified=${lastModified}`;
	return hashString("sha256", text).base16();
};
