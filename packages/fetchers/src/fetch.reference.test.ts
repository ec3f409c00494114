import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import http from "isomorphic-git/http/node";
import { nodeFs } from "@tsnix/store/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
	type Attr,
	type Attrs,
	createFetchWorld,
	type FetchWorld,
	fetchInput,
	fetchInputSync,
	type GitTransport,
	inputFromAttrs,
	treeAttrs,
} from "./index";
import { isomorphicGit } from "./isomorphic-git";
import { nodeCodecs, nodeGit, nodeHttp } from "./node";

// The same inputs fetched by real Nix and by us must give the same attributes, store paths and error messages.

const reference = process.env.TSNIX_REFERENCE as string;
let dir: string;
let env: NodeJS.ProcessEnv;
let warnings: string[];
let counter = 0;
let server: Server;
let base: string;
const answers = new Map<string, { status?: number; headers?: Record<string, string>; body?: string | Buffer }>();

const run = (program: string, args: string[], cwd = dir): string => {
	const result = spawnSync(program, args, { cwd, env, encoding: "utf8" });
	if (result.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${result.stderr}`);
	return result.stdout;
};
const git = (repository: string, ...args: string[]) => run("git", ["-C", join(dir, repository), ...args]);
const write = (path: string, contents: string, mode = 0o644) => {
	const at = join(dir, path);
	fs.mkdirSync(join(at, ".."), { recursive: true });
	fs.writeFileSync(at, contents, { mode });
};

const toNix = (value: Attr) => (typeof value === "string" ? JSON.stringify(value) : String(value));
const expression = (attrs: Attrs) =>
	`let t = builtins.fetchTree { ${Object.entries(attrs)
		.map(([name, value]) => `${name} = ${toNix(value)};`)
		.join(" ")} }; in { outPath_ = t.outPath; attrs = removeAttrs t [ "outPath" ]; }`;

interface Outcome {
	readonly attrs?: Record<string, unknown>;
	readonly error?: string;
	readonly warnings: readonly string[];
}

const plain = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, "");

const real = async (attrs: Attrs): Promise<Outcome> => {
	const args = ["eval", "--impure", "--json", "--store", join(dir, "store"), "--expr", expression(attrs)];
	// A cache of its own: the reference's remembers hashes by revision, of worktrees as well.
	const cache = { XDG_CACHE_HOME: join(dir, `cache-${counter++}`) };
	const child = spawn(join(reference, "bin/nix"), args, { env: { ...env, ...cache } });
	let stdout = "";
	let stderr = "";
	child.stdout.on("data", (data) => (stdout += data));
	child.stderr.on("data", (data) => (stderr += data));
	const status = await new Promise((resolve) => child.on("close", resolve));
	const said = plain(stderr);
	const found = [...said.matchAll(/^warning: (.*)$/gm)].map((match) => match[1] as string);
	if (status !== 0) {
		const last = [...said.matchAll(/^ *error: /gm)].at(-1) as RegExpMatchArray;
		const error = said
			.slice((last.index as number) + last[0].length)
			.trim()
			.replace(/\n {7}/g, "\n");
		return { error, warnings: found };
	}
	const parsed = JSON.parse(stdout) as { outPath_: string; attrs: Record<string, unknown> };
	return { attrs: { ...parsed.attrs, outPath: parsed.outPath_ }, warnings: found };
};

/** The git program's fetches, run without blocking this process. */
const inBackground = (env: NodeJS.ProcessEnv): GitTransport => {
	const git = (args: string[]) =>
		new Promise<{ status: number | null; stdout: string }>((resolve) => {
			const child = spawn("git", args, { env });
			let stdout = "";
			child.stdout.on("data", (data) => (stdout += data));
			child.on("close", (status) => resolve({ status, stdout }));
		});
	// Hand over the arguments that the real transport would run the program with.
	const recorded = (run: (transport: GitTransport) => unknown): string[] => {
		let args: string[] = [];
		const record = (_: string, given: string[]) => {
			args = given;
			return { status: 0, stdout: "", stderr: "" };
		};
		run(nodeGit({ env, spawnSync: record as unknown as typeof spawnSync }));
		return args;
	};
	return {
		synchronous: false,
		async fetch(options) {
			const { status } = await git(recorded((transport) => transport.fetch(options)));
			if (status !== 0) throw new Error("git fetch failed");
		},
		async readHead(url) {
			const { stdout } = await git(recorded((transport) => transport.readHead(url)));
			return /^ref: (\S+)\tHEAD/.exec(stdout)?.[1];
		},
	};
};

const ourWorld = (transport: GitTransport = nodeGit({ env })): FetchWorld =>
	createFetchWorld({
		fs: nodeFs,
		clones: { fs: nodeFs, dir: join(dir, `our-cache-${counter++}`) },
		codecs: nodeCodecs,
		git: transport,
		http: nodeHttp({ tries: 1 }),
		clock: () => Date.now() / 1000,
		settings: { experimentalFeatures: new Set(["flakes", "verified-fetches"]) },
		warn: (message) => warnings.push(message),
	});

const ours = async (attrs: Attrs, sync: boolean, transport?: GitTransport): Promise<Outcome> => {
	warnings = [];
	try {
		const world = ourWorld(transport);
		const input = inputFromAttrs(attrs, { settings: world.settings, warn: world.warn });
		const result = sync ? fetchInputSync(input, world) : await fetchInput(input, world);
		return { attrs: { ...treeAttrs(result) }, warnings };
	} catch (error) {
		return { error: plain((error as Error).message), warnings };
	}
};

const compare = async (given: Attrs, sync = true) => {
	// `fetchTree` makes Git inputs shallow unless told.
	const attrs: Attrs = given.type === "git" ? { shallow: false, ...given } : given;
	const expected = await real(attrs);
	const got = await ours(attrs, sync);
	expect({ attrs: got.attrs, error: got.error }).toEqual({ attrs: expected.attrs, error: expected.error });
	return { expected, got };
};

const same = async (attrs: Attrs, sync = true): Promise<void> => {
	await compare(attrs, sync);
};

/** Serve the repositories below `dir` as `/git/…`, by Git's own CGI program. */
const serveGit = (request: IncomingMessage, response: ServerResponse): void => {
	const url = new URL(request.url as string, base);
	const child = spawn("git", ["http-backend"], {
		env: {
			...env,
			GIT_PROJECT_ROOT: dir,
			GIT_HTTP_EXPORT_ALL: "1",
			PATH_INFO: url.pathname.slice("/git".length),
			QUERY_STRING: url.search.slice(1),
			REQUEST_METHOD: request.method,
			CONTENT_TYPE: request.headers["content-type"] ?? "",
			HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
			GIT_PROTOCOL: request.headers["git-protocol"] as string | undefined,
		},
	});
	request.pipe(child.stdin);
	const pieces: Buffer[] = [];
	child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
	child.on("close", () => {
		const whole = Buffer.concat(pieces);
		const end = whole.indexOf("\r\n\r\n");
		const headers = whole
			.subarray(0, end)
			.toString()
			.split("\r\n")
			.map((line) => line.split(": ", 2) as [string, string]);
		const status = headers.find(([name]) => name === "Status")?.[1];
		response.writeHead(status === undefined ? 200 : Number.parseInt(status, 10), Object.fromEntries(headers));
		response.end(whole.subarray(end + 4));
	});
};

beforeAll(async () => {
	dir = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "tsnix-fetch-")));
	env = {
		PATH: process.env.PATH,
		HOME: join(dir, "home"),
		LC_ALL: "C.UTF-8",
		GIT_CONFIG_NOSYSTEM: "1",
		GIT_AUTHOR_DATE: "1600000000 +0000",
		GIT_COMMITTER_DATE: "1600000000 +0000",
		NIX_CONFIG:
			"experimental-features = nix-command flakes fetch-tree verified-fetches\nflake-registry =\ndownload-attempts = 1",
	};
	fs.mkdirSync(join(dir, "home"));
	write(
		"home/.gitconfig",
		'[user]\n\tname = t\n\temail = t@example.org\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n',
	);
	run("git", ["init", "-q", "sub"]);
	write("sub/lib.nix", "1\n");
	git("sub", "add", ".");
	git("sub", "commit", "-qm", "one");

	run("git", ["init", "-q", "repo"]);
	write("repo/default.nix", "{ }\n");
	write("repo/bin/run", "#!/bin/sh\n", 0o755);
	write("repo/docs/readme", "read\n");
	write("repo/docs/secret.txt", "x\n");
	write("repo/name with é", "utf-8\n");
	write("repo/.gitattributes", "secret.txt export-ignore\n/bin export-ignore\n*.nix -export-ignore\n");
	fs.symlinkSync("default.nix", join(dir, "repo/link"));
	git("repo", "add", ".");
	git("repo", "commit", "-qm", "one");
	git("repo", "tag", "-a", "v1", "-m", "v1");
	git("repo", "checkout", "-qb", "other");
	write("repo/other", "other\n");
	git("repo", "add", ".");
	git("repo", "commit", "-qm", "two");
	git("repo", "checkout", "-q", "main");
	write("repo/three", "3\n");
	git("repo", "add", ".");
	git("repo", "commit", "-qm", "three");
	git("repo", "merge", "-q", "other", "-m", "merge");
	run("git", ["clone", "-q", "--bare", "repo", "bare.git"]);
	run("git", ["clone", "-q", "repo", "dirty"]);
	write("dirty/three", "changed\n");
	write("dirty/untracked", "not seen\n");
	run("git", ["clone", "-q", "repo", "added"]);
	write("added/new", "new\n");
	git("added", "add", "new");
	git("added", "rm", "-q", "docs/readme");
	fs.rmSync(join(dir, "added/other"));
	run("git", ["init", "-q", "empty"]);
	write("empty/a", "a\n");
	git("empty", "add", "a");
	run("git", ["init", "-q", "nothing"]);
	run("git", ["clone", "-q", "--depth", "1", `file://${dir}/repo`, "shallow"]);
	git("repo", "worktree", "add", "-q", join(dir, "linked"), "other");
	run("git", ["init", "-q", "super"]);
	git("super", "submodule", "--quiet", "add", "../sub", "modules/sub");
	git("super", "commit", "-qm", "with submodule");
	run("git", ["clone", "-q", "repo", "packed"]);
	git("packed", "gc", "-q", "--aggressive");
	git("packed", "update-index", "--index-version", "4");
	git("packed", "checkout", "-q", "--detach");

	run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "key"]);
	run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "other-key"]);
	run("git", ["init", "-q", "signed"]);
	write("signed/a", "a\n");
	git("signed", "add", "a");
	git("signed", "-c", "gpg.format=ssh", "-c", `user.signingKey=${dir}/key.pub`, "commit", "-qS", "-m", "signed");

	const variant = (name: string, change: () => void) => {
		run("git", ["clone", "-q", "repo", name]);
		change();
	};
	variant("intent", () => {
		write("intent/new", "new\n");
		git("intent", "add", "-N", "new");
	});
	variant("retyped", () => {
		fs.rmSync(join(dir, "retyped/three"));
		fs.symlinkSync("other", join(dir, "retyped/three"));
	});
	variant("folder-for-file", () => {
		fs.rmSync(join(dir, "folder-for-file/three"));
		write("folder-for-file/three/x", "x\n");
	});
	variant("file-for-folder", () => {
		fs.rmSync(join(dir, "file-for-folder/docs"), { recursive: true });
		write("file-for-folder/docs", "x\n");
	});
	variant("staged-only", () => {
		write("staged-only/three", "staged\n");
		git("staged-only", "add", "three");
		write("staged-only/three", "3\n");
	});
	variant("executable", () => fs.chmodSync(join(dir, "executable/three"), 0o755));
	variant("touched", () => fs.utimesSync(join(dir, "touched/three"), 5, 5));
	variant("assumed", () => {
		git("assumed", "update-index", "--assume-unchanged", "three");
		write("assumed/three", "assumed\n");
	});
	variant("skipped", () => {
		git("skipped", "update-index", "--skip-worktree", "three");
		fs.rmSync(join(dir, "skipped/three"));
	});
	variant("crlf", () => {
		git("crlf", "config", "core.autocrlf", "true");
		write("crlf/three", "3\r\n");
	});
	run("git", ["clone", "-q", "-c", "core.autocrlf=true", "repo", "crlf-clone"]);
	fs.utimesSync(join(dir, "crlf-clone/three"), 5, 5);
	variant("text", () => {
		write("text/.gitattributes", "three text\n");
		git("text", "add", ".gitattributes");
		git("text", "commit", "-qm", "text");
		write("text/three", "3\r\n");
	});
	variant("conflict", () => {
		git("conflict", "checkout", "-q", "-b", "side", "HEAD~1");
		write("conflict/three", "side\n");
		git("conflict", "commit", "-qam", "side");
		write("conflict/three", "mine\n");
		git("conflict", "stash", "-q");
		write("conflict/three", "theirs\n");
		git("conflict", "commit", "-qam", "theirs");
		spawnSync("git", ["-C", join(dir, "conflict"), "stash", "apply", "-q"], { env });
	});
	run("git", ["clone", "-q", "--recurse-submodules", "super", "super-moved"]);
	write("super-moved/modules/sub/lib.nix", "2\n");
	git("super-moved/modules/sub", "commit", "-qam", "two");
	run("git", ["clone", "-q", "--recurse-submodules", "super", "super-dirty"]);
	write("super-dirty/modules/sub/lib.nix", "3\n");
	run("git", ["clone", "-q", "super", "super-bare-modules"]);

	write("tree/pkg-1.0/a", "a\n");
	write("tree/pkg-1.0/run", "#!/bin/sh\n", 0o755);
	write(`tree/pkg-1.0/${"long".repeat(40)}/deep`, "d\n");
	fs.mkdirSync(join(dir, "tree/pkg-1.0/empty"));
	fs.symlinkSync("a", join(dir, "tree/pkg-1.0/link"));
	fs.linkSync(join(dir, "tree/pkg-1.0/a"), join(dir, "tree/pkg-1.0/hard"));
	run("find", ["tree", "-exec", "touch", "-hd", "@1650000000", "{}", "+"]);
	fs.utimesSync(join(dir, "tree/pkg-1.0/run"), 1650000777, 1650000777);
	const tar = (...args: string[]) => run("tar", args, join(dir, "tree"));
	tar("-cf", "../plain.tar", "pkg-1.0");
	tar("--format=pax", "-czf", "../pax.tar.gz", "pkg-1.0");
	tar("--format=gnu", "-cJf", "../gnu.tar.xz", "pkg-1.0");
	tar("-cjf", "../bz.tar.bz2", "pkg-1.0");
	tar("-czf", "../flat.tgz", "-C", "pkg-1.0", ".");
	tar("-czf", "../one-file.tgz", "-C", "pkg-1.0", "a");
	tar("-P", "--transform", "s,^,../../up/,", "-cf", "../climb.tar", "-C", "pkg-1.0", "a", "run");
	git("repo", "archive", "--prefix=repo-x/", "-o", join(dir, "git.tar.gz"), "HEAD");
	// Without the name that is not ASCII, which the reference takes in UTF-8 locales only.
	git("repo", "archive", "--prefix=repo-x/", "-o", join(dir, "git.zip"), "HEAD", "default.nix", "link", "docs");
	fs.writeFileSync(join(dir, "bad.tar.gz"), fs.readFileSync(join(dir, "pax.tar.gz")).subarray(0, 200));

	server = createServer((request, response) => {
		const path = request.url as string;
		if (path.startsWith("/git/")) return serveGit(request, response);
		const answer = answers.get(path) ?? { status: 404, body: "no" };
		if (request.headers["if-none-match"] !== undefined && request.headers["if-none-match"] === answer.headers?.ETag) {
			response.writeHead(304, answer.headers).end();
			return;
		}
		response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});

afterAll(() => {
	server?.close();
	fs.rmSync(dir, { recursive: true, force: true });
});

describe("git", () => {
	const gitURL = (name: string) => `file://${dir}/${name}`;

	test.each([
		["a clean worktree", "repo", {}],
		["a clean worktree, shallow", "repo", { shallow: true }],
		["a clean worktree without what is not exported", "repo", { exportIgnore: true }],
		["a branch", "repo", { ref: "other" }],
		["a full reference", "repo", { ref: "refs/heads/other" }],
		["an annotated tag", "repo", { ref: "v1" }],
		["HEAD", "repo", { ref: "HEAD" }],
		["a branch without what is not exported", "repo", { ref: "main", exportIgnore: true }],
		["a branch that is not there", "repo", { ref: "nowhere" }],
		["a bare repository", "bare.git", {}],
		["a branch of a bare repository", "bare.git", { ref: "other" }],
		["a shallow clone of a bare repository", "bare.git", { shallow: true }],
		["a changed worktree", "dirty", {}],
		["a changed worktree without what is not exported", "dirty", { exportIgnore: true }],
		["a commit of a changed worktree", "dirty", { ref: "main" }],
		["a worktree with files added and removed", "added", {}],
		["a repository without commits", "empty", {}],
		["a repository without anything", "nothing", {}],
		["a shallow repository", "shallow", { ref: "main" }],
		["a shallow repository, allowed", "shallow", { ref: "main", shallow: true }],
		["a linked worktree", "linked", {}],
		["a linked worktree's branch", "linked", { ref: "main" }],
		["a packed repository, HEAD detached, index version 4", "packed", {}],
		["a commit of a packed repository", "packed", { ref: "main" }],
		["a folder that is not there", "absent", {}],
		["a worktree without its submodules", "super", {}],
		["a commit without its submodules", "super", { ref: "main" }],
		["a worktree with its submodules", "super", { submodules: true }],
		["a commit with its submodules", "super", { ref: "main", submodules: true }],
		...[
			"intent",
			"retyped",
			"folder-for-file",
			"file-for-folder",
			"staged-only",
			"executable",
			"touched",
			"assumed",
			"skipped",
			"crlf",
			"crlf-clone",
			"text",
			"conflict",
			"super-moved",
			"super-dirty",
		].map((name): [string, string, Attrs] => [`a worktree: ${name}`, name, {}]),
		["a worktree whose submodule is at another commit", "super-moved", { submodules: true }],
		["a worktree whose submodule is changed", "super-dirty", { submodules: true }],
		["a commit whose submodule is changed", "super-dirty", { submodules: true, ref: "main" }],
		["exportIgnore together with submodules", "super", { submodules: true, exportIgnore: true }],
	] as [string, string, Attrs][])("%s", async (_, name, attrs) => {
		const { expected, got } = await compare({ type: "git", url: gitURL(name), ...attrs });
		expect(got.warnings).toEqual(expected.warnings);
	});

	test("a revision, of a worktree and of a bare repository", async () => {
		const rev = git("repo", "rev-parse", "other").trim();
		await same({ type: "git", url: gitURL("repo"), rev });
		await same({ type: "git", url: gitURL("repo"), rev, ref: "other", shallow: true });
		await same({ type: "git", url: gitURL("bare.git"), rev });
		await same({ type: "git", url: gitURL("bare.git"), rev, allRefs: true });
	});

	test("a revision that is not there", async () => {
		await same({ type: "git", url: gitURL("repo"), rev: "1".repeat(40) });
	});

	test("a hash that does not fit", async () => {
		const narHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
		await same({ type: "git", url: gitURL("repo"), ref: "main", narHash });
	});
});

describe("signed commits", () => {
	const keyOf = (name: string) => (fs.readFileSync(join(dir, `${name}.pub`), "utf8").split(" ")[1] as string).trim();
	const signed = (attrs: Attrs): Attrs => ({ type: "git", url: `file://${dir}/signed`, verifyCommit: true, ...attrs });

	test("by the key that is asked for", () => same(signed({ publicKey: keyOf("key") })));
	test("by one of several keys", () =>
		same(signed({ ref: "main", publicKeys: JSON.stringify([{ key: keyOf("other-key") }, { key: keyOf("key") }]) })));

	test("by another key", async () => {
		const attrs = signed({ publicKey: keyOf("other-key") });
		const failed = /^Commit signature verification on commit [0-9a-f]{40} failed: /;
		expect((await real(attrs)).error).toMatch(failed);
		expect((await ours(attrs, true)).error).toMatch(failed);
	});

	test("not at all", async () => {
		const attrs: Attrs = { type: "git", url: `file://${dir}/repo`, publicKey: keyOf("key") };
		expect((await real(attrs)).error).toMatch(/^Commit signature verification on commit/);
		expect((await ours(attrs, true)).error).toMatch(/^Commit signature verification on commit/);
	});

	test("a dirty worktree", () => same({ type: "git", url: `file://${dir}/dirty`, verifyCommit: true }));
	test("a key of a kind that there is not", async () => {
		const attrs = signed({ publicKey: keyOf("key"), keytype: "ssh-none" });
		expect((await real(attrs)).error).toContain("Invalid SSH key type 'ssh-none' in publicKeys.");
		expect((await ours(attrs, true)).error).toContain("Invalid SSH key type 'ssh-none' in publicKeys.");
	});
});

describe("path", () => {
	test("a folder", () => same({ type: "path", path: join(dir, "tree") }));
	test("a file", () => same({ type: "path", path: join(dir, "plain.tar") }));
	test("nothing there", () => same({ type: "path", path: join(dir, "absent") }));
	test("attributes that are only passed on", () =>
		same({ type: "path", path: join(dir, "tree"), lastModified: 5, rev: "1".repeat(40), revCount: 7 }));
	test("a hash that does not fit", () =>
		same({
			type: "path",
			path: join(dir, "tree"),
			narHash: "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
		}));
	test("a relative path", () => same({ type: "path", path: "tree" }));
});

describe("archives", () => {
	test.each([
		"plain.tar",
		"pax.tar.gz",
		"gnu.tar.xz",
		"bz.tar.bz2",
		"flat.tgz",
		"one-file.tgz",
		"climb.tar",
		"git.tar.gz",
		"git.zip",
		"absent.tar",
		"tree",
		"repo",
	])("%s", (name) => same({ type: "tarball", url: `file://${dir}/${name}` }));

	test("a damaged archive is refused by both", async () => {
		const attrs = { type: "tarball", url: `file://${dir}/bad.tar.gz` };
		expect((await real(attrs)).error).toBeDefined();
		expect((await ours(attrs, true)).error).toBeDefined();
	});

	test("a hash that does not fit", () =>
		same({
			type: "tarball",
			url: `file://${dir}/plain.tar`,
			narHash: "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
		}));

	test("a plain file", () => same({ type: "file", url: `file://${dir}/plain.tar` }));
	test("a plain file that is not there", () => same({ type: "file", url: `file://${dir}/absent` }));
});

describe("Git over HTTP", () => {
	// The server is in this process, so our git program must not be waited for in it.
	const transports: [string, () => GitTransport][] = [
		["the git program", () => inBackground(env)],
		["isomorphic-git", () => isomorphicGit({ fs, http })],
	];

	test.each(transports)("by %s", async (_, transport) => {
		const url = `${base}/git/bare.git`;
		const rev = git("repo", "rev-parse", "other").trim();
		const cases: Attrs[] = [{}, { shallow: true }, { ref: "other" }, { rev, allRefs: true }, { rev, ref: "other" }];
		for (const attrs of cases) {
			const given: Attrs = { type: "git", shallow: false, url, ...attrs };
			const expected = await real(given);
			const got = await ours(given, false, transport());
			expect(got).toEqual(expected);
		}
	});
});

describe("downloads", () => {
	test("a tarball, a file, a redirect", async () => {
		answers.set("/t.tar.gz", { body: fs.readFileSync(join(dir, "pax.tar.gz")), headers: { ETag: '"1"' } });
		answers.set("/r", { status: 302, headers: { Location: "/t.tar.gz" } });
		await same({ type: "tarball", url: `${base}/t.tar.gz` }, false);
		await same({ type: "file", url: `${base}/t.tar.gz` }, false);
		await same({ type: "tarball", url: `${base}/r` }, false);
	});

	test("a link to where this version will always be", async () => {
		const link = `<${base}/immutable.tar.gz?rev=${"2".repeat(40)}&revCount=5>; rel="immutable"`;
		answers.set("/latest.tar.gz", { body: fs.readFileSync(join(dir, "pax.tar.gz")), headers: { Link: link } });
		await same({ type: "tarball", url: `${base}/latest.tar.gz` }, false);
	});

	test("errors", async () => {
		await same({ type: "tarball", url: `${base}/absent.tar.gz` }, false);
		answers.set("/forbidden", { status: 403 });
		await same({ type: "file", url: `${base}/forbidden` }, false);
	});
});
