import { type ByteString, toBytes } from "@tsnix/store";
import { elementIdentifier, elementVersions, type ProfileElements } from "./manifest";

/** What changed from one version of a profile to the next, line by line (manual: "nix profile history"). */
export const profileChanges = (before: ProfileElements, after: ProfileElements): ByteString[] => {
	const none = toBytes("∅");
	const lines: ByteString[] = [];
	for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
		const [old, now] = [before.get(name), after.get(name)];
		const shown = old ?? now;
		if (shown === undefined) continue;
		const from = old === undefined ? none : elementVersions(old);
		const to = now === undefined ? none : elementVersions(now);
		if (old === undefined || now === undefined || from !== to)
			lines.push(`${elementIdentifier(shown)}: ${from} -> ${to}`);
	}
	return lines.length === 0 ? ["No changes."] : lines;
};
