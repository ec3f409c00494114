import { inputLastModified } from "@tsnix/fetchers";
import { type InputFacts, inputFacts } from "../lock-tools/input-facts";
import { compareInputPaths, type InputPath, inputPathsEqual, printInputPath } from "./input-path";
import { allInputs, type LockEdge, type LockGraph, nodeOf } from "./lock-graph";
import { type FlakeRef, flakeRefsEqual, flakeRefToString } from "./ref";
import { formatDay } from "./time";

/** What an input was, or is. */
export type LockTarget =
	| ({ readonly kind: "locked"; readonly ref: FlakeRef } & InputFacts)
	| { readonly kind: "follows"; readonly path: InputPath };

/** One input that two lock files differ in. */
export type LockChange =
	| { readonly kind: "added"; readonly path: InputPath; readonly now: LockTarget }
	| { readonly kind: "removed"; readonly path: InputPath; readonly before: LockTarget }
	| { readonly kind: "updated"; readonly path: InputPath; readonly before: LockTarget; readonly now: LockTarget };

const targetOf = (graph: LockGraph, edge: LockEdge): LockTarget => {
	if (edge.kind === "follows") return edge;
	const { input } = nodeOf(graph, edge.key);
	return input === undefined
		? { kind: "follows", path: [] }
		: { kind: "locked", ref: input.locked, ...inputFacts(input.locked) };
};

const targetsEqual = (a: LockTarget, b: LockTarget): boolean =>
	a.kind === "locked"
		? b.kind === "locked" && flakeRefsEqual(a.ref, b.ref)
		: b.kind === "follows" && inputPathsEqual(a.path, b.path);

/** What changed between two lock files, by input path. */
export const diffLocks = (before: LockGraph, now: LockGraph): LockChange[] => {
	const old = allInputs(before);
	const current = allInputs(now);
	const changes: LockChange[] = [];
	for (let i = 0, j = 0; i < old.length || j < current.length; ) {
		const order = i === old.length ? 1 : j === current.length ? -1 : compareInputPaths(old[i].path, current[j].path);
		if (order > 0) {
			const { path, edge } = current[j++];
			changes.push({ kind: "added", path, now: targetOf(now, edge) });
		} else if (order < 0) {
			const { path, edge } = old[i++];
			changes.push({ kind: "removed", path, before: targetOf(before, edge) });
		} else {
			const was = targetOf(before, old[i].edge);
			const is = targetOf(now, current[j].edge);
			if (!targetsEqual(was, is)) changes.push({ kind: "updated", path: current[j].path, before: was, now: is });
			i++;
			j++;
		}
	}
	return changes;
};

const showTarget = (target: LockTarget): string => {
	if (target.kind === "follows") return `follows '${printInputPath(target.path)}'`;
	const time = inputLastModified(target.ref.input);
	return `'${flakeRefToString(target.ref)}'${time === undefined ? "" : ` (${formatDay(time)})`}`;
};

/** UTF-8, as messages are. */
const bullet = "\xe2\x80\xa2";
const arrow = "\xe2\x86\x92";

/** Changes as `nix flake update` shows them and commit messages quote them: lines, each ended. A byte string. */
export const renderLockDiff = (changes: readonly LockChange[], options: { readonly color?: boolean } = {}): string => {
	const paint = (escape: string, text: string): string => (options.color === true ? `${escape}${text}\x1b[0m` : text);
	return changes
		.map((change) => {
			const name = printInputPath(change.path);
			switch (change.kind) {
				case "added":
					return `${bullet} ${paint("\x1b[32;1m", `Added input '${name}':`)}\n    ${showTarget(change.now)}\n`;
				case "removed":
					return `${bullet} ${paint("\x1b[31;1m", `Removed input '${name}'`)}\n`;
				case "updated":
					return (
						`${bullet} ${paint("\x1b[1m", `Updated input '${name}':`)}\n` +
						`    ${showTarget(change.before)}\n  ${arrow} ${showTarget(change.now)}\n`
					);
			}
		})
		.join("");
};
