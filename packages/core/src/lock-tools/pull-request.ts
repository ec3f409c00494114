import { printInputPath } from "../flake/input-path";
import type { LockChange, LockTarget } from "../flake/lock-diff";
import { formatDay } from "../flake/time";
import { compareUrl, inputFacts } from "./input-facts";

const shown = (target: LockTarget): string => {
	if (target.kind === "follows") return `follows \`${printInputPath(target.path)}\``;
	const { url, revision, lastModified } = inputFacts(target.ref);
	const what = revision === undefined ? url : revision.slice(0, 12);
	return `\`${what}\`${lastModified === undefined ? "" : ` (${formatDay(lastModified)})`}`;
};

const ageOf = (before: LockTarget, now: LockTarget): string => {
	if (before.kind === "follows" || now.kind === "follows") return "";
	const [from, to] = [inputFacts(before.ref).lastModified, inputFacts(now.ref).lastModified];
	if (from === undefined || to === undefined) return "";
	const days = Math.round((to - from) / 86_400);
	if (days === 0) return "";
	const count = Math.abs(days);
	return `, ${count} day${count === 1 ? "" : "s"} ${days > 0 ? "newer" : "older"}`;
};

const lineOf = (change: LockChange): string => {
	const name = `**${printInputPath(change.path)}**`;
	switch (change.kind) {
		case "added":
			return `- ${name}: added, ${shown(change.now)}`;
		case "removed":
			return `- ${name}: removed, was ${shown(change.before)}`;
		case "updated": {
			const { before, now } = change;
			const both = `${shown(before)} \xe2\x86\x92 ${shown(now)}${ageOf(before, now)}`;
			const link = before.kind === "locked" && now.kind === "locked" ? compareUrl(before.ref, now.ref) : undefined;
			return `- ${name}: ${both}${link === undefined ? "" : ` ([compare](${link}))`}`;
		}
	}
};

/** The text of a pull request. Byte strings. */
export interface PullRequestText {
	/** One line. */
	readonly title: string;
	/** Markdown. */
	readonly body: string;
}

/**
 * The title and text of a pull request that changes a lock file.
 *
 *     pullRequestText(diffLocks(before, now)).title  // "flake.lock: update nixpkgs"
 */
export const pullRequestText = (changes: readonly LockChange[], file = "flake.lock"): PullRequestText => {
	if (changes.length === 0) return { title: `${file}: nothing has changed`, body: "" };
	const kinds = { added: "add", removed: "remove", updated: "update" } as const;
	const parts = (["updated", "added", "removed"] as const).flatMap((kind) => {
		const top = changes.filter((change) => change.kind === kind && change.path.length === 1);
		const count = changes.filter((change) => change.kind === kind).length;
		if (count === 0) return [];
		if (top.length === 0) return [`${kinds[kind]} ${count} nested input${count === 1 ? "" : "s"}`];
		const names = top.map(({ path }) => path[0]);
		return [`${kinds[kind]} ${names.length > 3 ? `${names.length} inputs` : names.join(", ")}`];
	});
	return { title: `${file}: ${parts.join("; ")}`, body: `${changes.map(lineOf).join("\n")}\n` };
};
