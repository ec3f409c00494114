import { editFlakeInputs } from "@tsnix/eval";
import { fromBytes } from "@tsnix/store";
import { expect, test } from "vitest";
import { diffLocks } from "../flake/lock-diff";
import { parseLockFile } from "../flake/lock-file";
import type { LockGraph } from "../flake/lock-graph";
import { checkLockPolicy, dedupeInputs, inputFacts, pullRequestText } from "./index";

const day = 86_400;
type Inputs = Readonly<Record<string, string | readonly string[]>>;

/** A node of a lock file: a repository on GitHub at a revision made of one digit. */
const github = (repo: string, digit: string, inputs: Inputs = {}, ref?: string) => ({
	inputs,
	locked: {
		type: "github",
		owner: "o",
		repo,
		rev: digit.repeat(40),
		lastModified: Number(digit) * day,
		narHash: "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	},
	original: { type: "github", owner: "o", repo, ...(ref === undefined ? {} : { ref }) },
});
const lockOf = (nodes: Record<string, object>): LockGraph =>
	parseLockFile(JSON.stringify({ version: 7, root: "root", nodes }));

test("the differences of two lock files tell revisions and dates, and make a pull request", () => {
	const before = lockOf({
		root: { inputs: { pkgs: "pkgs", old: "old" } },
		pkgs: github("p", "1"),
		old: github("x", "1"),
	});
	const now = lockOf({
		root: { inputs: { pkgs: "pkgs", new: "new" } },
		pkgs: github("p", "4"),
		new: github("n", "2", { pkgs: ["pkgs"] }),
	});
	const changes = diffLocks(before, now);
	const updated = changes.find(({ kind }) => kind === "updated");
	expect(updated).toMatchObject({
		path: ["pkgs"],
		before: { revision: "1".repeat(40), lastModified: day, host: "github.com", scheme: "github" },
		now: {
			revision: "4".repeat(40),
			lastModified: 4 * day,
			url: `github:o/p/${"4".repeat(40)}?narHash=sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D`,
		},
	});
	const { title, body } = pullRequestText(changes);
	expect(title).toBe("flake.lock: update pkgs; add new; remove old");
	expect(fromBytes(body)).toBe(
		[
			"- **new**: added, `222222222222` (1970-01-03)",
			"- **new/pkgs**: added, follows `pkgs`",
			"- **old**: removed, was `111111111111` (1970-01-02)",
			`- **pkgs**: \`111111111111\` (1970-01-02) → \`444444444444\` (1970-01-05), 3 days newer ([compare](https://github.com/o/p/compare/${"1".repeat(40)}...${"4".repeat(40)}))`,
			"",
		].join("\n"),
	);
	expect(pullRequestText([]).body).toBe("");
});

const duplicated = {
	root: { inputs: { a: "a", b: "b", pkgs: "pkgs" } },
	a: github("a", "1", { pkgs: "pkgs_2", b: "b_2" }),
	b: github("b", "1", { pkgs: "pkgs_3" }),
	b_2: github("b", "1", { pkgs: "pkgs_4" }),
	pkgs: github("p", "1"),
	pkgs_2: github("p", "2"),
	pkgs_3: github("p", "1"),
	pkgs_4: github("p", "1", {}, "stable"),
};

test("inputs that a lock file has several times can be merged by follows", () => {
	const found = dedupeInputs(lockOf(duplicated));
	expect(
		found.map(({ path, follows, difference, saves }) => [path.join("/"), follows.join("/"), difference, saves]),
	).toEqual([
		["a/b", "b", "same", 2],
		["a/pkgs", "pkgs", "version", 1],
		["b/pkgs", "pkgs", "same", 1],
	]);
	expect(dedupeInputs(lockOf(duplicated), { differences: ["same"] }).map(({ path }) => path.join("/"))).toEqual([
		"a/b",
		"b/pkgs",
	]);
	const source = `{ inputs.a.url = "github:o/a"; outputs = _: { }; }`;
	const edited = editFlakeInputs(
		source,
		found.slice(0, 1).map(({ path, follows }) => ({ set: path, follows: follows.join("/") })),
	);
	expect(edited).toContain(`inputs.a.inputs.b.follows = "b";`);
});

test("an input that others follow into stays", () => {
	const lock = lockOf({
		root: { inputs: { a: "a", b: "b", x: ["a", "b", "pkgs"] } },
		a: github("a", "1", { b: "b_2" }),
		b: github("b", "1"),
		b_2: github("b", "1", { pkgs: "pkgs" }),
		pkgs: github("p", "1"),
	});
	expect(dedupeInputs(lock)).toEqual([]);
	expect(dedupeInputs(lockOf({ root: {} }))).toEqual([]);
});

test("policies tell every input that they do not allow", () => {
	const lock = lockOf({
		root: { inputs: { a: "a", t: "t" } },
		a: github("a", "1", { b: "b" }),
		b: github("b", "9"),
		t: {
			locked: {
				type: "tarball",
				url: "https://Files.example.org:8443/x.tar.gz",
				narHash: "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
			},
			original: { type: "tarball", url: "https://files.example.org:8443/x.tar.gz" },
		},
	});
	const broken = (policy: Parameters<typeof checkLockPolicy>[1]) =>
		checkLockPolicy(lock, policy, 10 * day).map(({ code, message }) => `${code} ${message}`);
	expect(broken({ allowedHosts: ["github.com", "*.example.org"], allowedSchemes: ["github", "tarball"] })).toEqual([]);
	expect(broken({ allowedHosts: ["github.com"], allowedSchemes: ["github"] })).toEqual([
		"POLICY_SCHEME input 't' has the scheme 'tarball', which is not allowed",
		"POLICY_HOST input 't' comes from 'files.example.org', which is not allowed",
	]);
	expect(broken({ maximumAge: 5 * day, minimumAge: 2 * day, exempt: ["t"] })).toEqual([
		"POLICY_TOO_OLD input 'a' is too old: it is of 1970-01-02",
		"POLICY_TOO_NEW input 'a/b' is too new: it is of 1970-01-10",
	]);
	expect(broken({ maximumAge: 20 * day })).toEqual(["POLICY_NO_DATE input 't' has no date"]);
	expect(broken({ signatures: true, exempt: ["a", "a/b"] })).toEqual([
		"POLICY_UNSIGNED input 't' is not verified by a signature",
	]);
});

test("what is known of an input", () => {
	const lock = lockOf({ root: { inputs: { a: "a" } }, a: github("a", "3") });
	const { input } = [...lock.nodes.values()][1];
	expect(input && inputFacts(input.locked)).toMatchObject({
		scheme: "github",
		host: "github.com",
		lastModified: 3 * day,
	});
});
