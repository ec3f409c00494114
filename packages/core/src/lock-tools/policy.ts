import { isLocked, maybeGetBoolAttr } from "@tsnix/fetchers";
import { NixError } from "@tsnix/store";
import { compareInputPaths, type InputPath, printInputPath } from "../flake/input-path";
import { allInputs, type LockGraph, nodeOf } from "../flake/lock-graph";
import { formatDay } from "../flake/time";
import { inputFacts } from "./input-facts";

/** What a lock file's inputs have to be. What is left out is not asked for. */
export interface LockPolicy {
	/** Schemes that inputs may have: `github`, `git`, `tarball`, `path`, … */
	readonly allowedSchemes?: readonly string[];
	/**
	 * Servers that inputs may come from: `github.com`, or `*.example.org` for all below one. Inputs on this machine come
	 * from none, and are a matter of `allowedSchemes`.
	 */
	readonly allowedHosts?: readonly string[];
	/** Seconds. */
	readonly maximumAge?: number;
	/** Seconds: nothing may be so new that nobody has looked at it yet. */
	readonly minimumAge?: number;
	/** Inputs have to be Git repositories whose commits are verified against keys. */
	readonly signatures?: boolean;
	/** Inputs have to say exactly which tree they are, not by their NAR hash alone. */
	readonly locked?: boolean;
	/** Paths of inputs that need not heed this: `nixpkgs`, `dwarffs/nixpkgs`. */
	readonly exempt?: readonly string[];
}

/** What an input does that the policy does not allow. */
export type PolicyCode =
	| "POLICY_SCHEME"
	| "POLICY_HOST"
	| "POLICY_TOO_OLD"
	| "POLICY_TOO_NEW"
	| "POLICY_NO_DATE"
	| "POLICY_UNSIGNED"
	| "POLICY_UNLOCKED";

/** One input that is not what a policy asks for. */
export class PolicyViolation extends NixError {
	constructor(
		override readonly code: PolicyCode,
		/** The path to the input. */
		readonly path: InputPath,
		why: string,
	) {
		super(code, `input '${printInputPath(path)}' ${why}`);
	}
}

const hostMatches = (host: string, allowed: string): boolean =>
	allowed.startsWith("*.") ? host.endsWith(allowed.slice(1).toLowerCase()) : host === allowed.toLowerCase();

/**
 * What in a lock file a policy does not allow, by input: every violation, not only the first. `now` is in seconds since
 * 1970; ages are those of the locked revisions.
 *
 *     const [violation] = checkLockPolicy(lock, { allowedHosts: ["github.com"] }, Date.now() / 1000)
 *     if (violation !== undefined) throw violation
 */
export const checkLockPolicy = (lock: LockGraph, policy: LockPolicy, now: number): PolicyViolation[] => {
	const violations: PolicyViolation[] = [];
	const exempt = new Set(policy.exempt);
	for (const { path, edge } of allInputs(lock)) {
		const input = edge.kind === "node" ? nodeOf(lock, edge.key).input : undefined;
		// A relative input is a part of the one that it is relative to.
		if (input === undefined || input.parent !== undefined || exempt.has(printInputPath(path))) continue;
		const say = (code: PolicyCode, why: string): void => void violations.push(new PolicyViolation(code, path, why));
		const { scheme, host, lastModified } = inputFacts(input.locked);
		const { attrs } = input.locked.input;
		if (policy.allowedSchemes !== undefined && !policy.allowedSchemes.includes(scheme))
			say("POLICY_SCHEME", `has the scheme '${scheme}', which is not allowed`);
		if (policy.allowedHosts !== undefined && host !== undefined) {
			if (!policy.allowedHosts.some((allowed) => hostMatches(host, allowed)))
				say("POLICY_HOST", `comes from '${host}', which is not allowed`);
		}
		if (policy.maximumAge !== undefined || policy.minimumAge !== undefined) {
			if (lastModified === undefined) say("POLICY_NO_DATE", "has no date");
			else {
				const age = now - lastModified;
				if (policy.maximumAge !== undefined && age > policy.maximumAge)
					say("POLICY_TOO_OLD", `is too old: it is of ${formatDay(lastModified)}`);
				if (policy.minimumAge !== undefined && age < policy.minimumAge)
					say("POLICY_TOO_NEW", `is too new: it is of ${formatDay(lastModified)}`);
			}
		}
		if (policy.signatures === true) {
			const verifies = maybeGetBoolAttr(attrs, "verifyCommit");
			const keys = attrs.publicKey !== undefined || attrs.publicKeys !== undefined;
			if (scheme !== "git" || !keys || verifies === false) say("POLICY_UNSIGNED", "is not verified by a signature");
		}
		if (policy.locked === true && !isLocked(input.locked.input)) say("POLICY_UNLOCKED", "is not locked to a revision");
	}
	return violations.sort((a, b) => compareInputPaths(a.path, b.path));
};
