import { fromBytes, printJson } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adoptError } from "./errors";
import { renderErrorBytes } from "./evaluation";
import { parseInputPath } from "./input-path";
import { type LockOptions, lockFlake, lockFlakeSync } from "./lock";
import { flakeMetadata, metadataJson, metadataText } from "./metadata";
import { parseFlakeRef } from "./ref";
import { type Files, plain, Scratch } from "./testing/scenario";
import { testWorld } from "./testing/world";

// Flakes locked by real Nix and by us, from the same files: lock files, warnings, errors and metadata are the same.

let scratch: Scratch;
beforeAll(() => {
	scratch = new Scratch();
});
afterAll(() => scratch.remove());

interface Scenario {
	readonly files: Files;
	readonly repositories?: readonly string[];
	/** The flake: a path, or a reference with `@` for the folder. */
	readonly flake: string;
	/** Arguments of `nix flake lock`, and what they are to us. */
	readonly args?: readonly string[];
	readonly options?: (at: (path: string) => string) => LockOptions;
	/** Locked by the reference beforehand, then these files are changed. */
	readonly lockedBefore?: boolean;
	readonly changed?: Files;
	readonly verb?: "lock" | "update";
	/** Folders to pack, by archive. */
	readonly archives?: Readonly<Record<string, string>>;
}

const outputs = "outputs = _: { };";
const leaf = `{ ${outputs} }`;

const scenarios: Record<string, Scenario> = {
	"no inputs": { files: { "a/flake.nix": leaf }, flake: "path:@/a" },
	"a path input": {
		files: { "a/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }`, "b/flake.nix": leaf },
		flake: "path:@/a",
	},
	"inputs of inputs, and names that are taken": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; inputs.c.url = "path:@/c"; ${outputs} }`,
			"b/flake.nix": `{ inputs.c.url = "path:@/c"; ${outputs} }`,
			"c/flake.nix": `{ inputs.b.url = "path:@/d"; ${outputs} }`,
			"d/flake.nix": leaf,
		},
		flake: "path:@/a",
	},
	"a Git repository": {
		files: { "a/flake.nix": `{ inputs.b.url = "git+file://@/b"; ${outputs} }`, "b/flake.nix": leaf },
		repositories: ["a", "b"],
		flake: "@/a",
	},
	"a folder of a Git repository": {
		files: { "a/x/flake.nix": `{ inputs.b.url = "git+file://@/b?dir=sub"; ${outputs} }`, "b/sub/flake.nix": leaf },
		repositories: ["a", "b"],
		flake: "@/a/x",
	},
	"a tree that is no flake": {
		files: {
			"a/flake.nix": `{ inputs.b = { url = "path:@/b"; flake = false; }; inputs.c = { url = ./c.txt; flake = false; }; ${outputs} }`,
			"a/c.txt": "c",
			"b/x": "",
		},
		flake: "path:@/a",
	},
	"attributes instead of a URL": {
		files: { "a/flake.nix": `{ inputs.b = { type = "path"; path = "@/b"; }; ${outputs} }`, "b/flake.nix": leaf },
		flake: "path:@/a",
	},
	follows: {
		files: {
			"a/flake.nix": `{ inputs = { b.url = "path:@/b"; b.inputs.c.follows = "c"; c.url = "path:@/c"; }; ${outputs} }`,
			"b/flake.nix": `{ inputs = { c.url = "path:@/nope"; d.follows = "c/e"; }; ${outputs} }`,
			"c/flake.nix": `{ inputs.e.url = "path:@/e"; ${outputs} }`,
			"e/flake.nix": leaf,
		},
		flake: "path:@/a",
	},
	"follows the flake itself": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; inputs.b.inputs.a.follows = ""; ${outputs} }`,
			"b/flake.nix": `{ inputs.a.url = "path:@/a"; ${outputs} }`,
		},
		flake: "path:@/a",
	},
	"follows what is not there": {
		files: { "a/flake.nix": `{ inputs.b.follows = "c/d"; ${outputs} }` },
		flake: "path:@/a",
	},
	"follows in a circle": {
		files: {
			"a/flake.nix": `{ inputs = { foo.follows = "bar"; bar.follows = "baz"; baz.follows = "foo"; }; ${outputs} }`,
		},
		flake: "path:@/a",
	},
	"overrides deep down": {
		files: {
			"a/flake.nix": `{ inputs = { b.url = "path:@/b"; d.url = "path:@/d"; b.inputs.c.inputs.d.follows = "d"; }; ${outputs} }`,
			"b/flake.nix": `{ inputs.c.url = "path:@/c"; ${outputs} }`,
			"c/flake.nix": `{ inputs.d.url = "path:nosuchflake"; ${outputs} }`,
			"d/flake.nix": leaf,
		},
		flake: "path:@/a",
	},
	"overrides of inputs that are not there": {
		files: {
			"a/flake.nix": `{ inputs.b = { url = "path:@/b"; inputs.x.follows = "d"; inputs.y.url = "path:@/d"; }; inputs.d.url = "path:@/d"; ${outputs} }`,
			"b/flake.nix": leaf,
			"d/flake.nix": leaf,
		},
		flake: "path:@/a",
	},
	"relative paths": {
		files: {
			"r/flake.nix": `{ inputs.sub0.url = ./sub0; ${outputs} }`,
			"r/sub0/flake.nix": leaf,
			"r/sub1/flake.nix": `{ inputs.root.url = "../"; ${outputs} }`,
			"r/sub2/flake.nix": `{ inputs.root.url = ./..; inputs.sub1.url = "../sub1"; ${outputs} }`,
		},
		repositories: ["r"],
		flake: "@/r/sub2",
	},
	"a relative path out of the tree": {
		files: { "a/flake.nix": `{ inputs.b.url = "path:../b"; ${outputs} }`, "b/flake.nix": leaf },
		repositories: ["a"],
		flake: "@/a",
	},
	"a relative override": {
		files: {
			"a/flake.nix": `{ inputs.b = { url = "path:./b"; inputs.c.url = "path:./b/d"; }; ${outputs} }`,
			"a/b/flake.nix": `{ inputs.c.url = "path:./c"; ${outputs} }`,
			"a/b/c/flake.nix": leaf,
			"a/b/d/flake.nix": leaf,
		},
		repositories: ["a"],
		flake: "@/a",
	},
	"an override from the command line": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }`,
			"b/flake.nix": `{ inputs.c.url = "path:@/c"; ${outputs} }`,
			"c/flake.nix": leaf,
			"d/flake.nix": leaf,
		},
		flake: "path:@/a",
		args: ["--override-input", "b/c", "path:@/d", "--override-input", "b/nope", "path:@/d"],
		options: (at) => ({
			overrides: [
				{ path: ["b", "c"], ref: parseFlakeRef(`path:${at("d")}`) },
				{ path: ["b", "nope"], ref: parseFlakeRef(`path:${at("d")}`) },
			],
		}),
	},
	"the lock file of an input": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }`,
			"b/flake.nix": `{ inputs.c.url = "path:@/c"; ${outputs} }`,
			"b/flake.lock": `{"nodes":{"c_7":{"inputs":{"z":[]},"locked":{"lastModified":1,"narHash":"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","path":"/nowhere","type":"path"},"original":{"path":"@/c","type":"path"}},"r":{"inputs":{"c":"c_7"}}},"root":"r","version":5}`,
			"c/flake.nix": `{ inputs.z.url = "path:/nope"; ${outputs} }`,
		},
		flake: "path:@/a",
	},
	"an input that changes": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; inputs.c.url = "path:@/c"; ${outputs} }`,
			"b/flake.nix": leaf,
			"c/flake.nix": leaf,
		},
		flake: "path:@/a",
		lockedBefore: true,
		changed: {
			"a/flake.nix": `{ inputs.b.url = "path:@/d"; inputs.e.follows = "b"; ${outputs} }`,
			"d/flake.nix": leaf,
			"b/x": "new",
		},
	},
	"an input that is updated": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; inputs.c.url = "path:@/c"; ${outputs} }`,
			"b/flake.nix": `{ inputs.d.url = "path:@/d"; ${outputs} }`,
			"c/flake.nix": leaf,
			"d/flake.nix": leaf,
		},
		flake: "path:@/a",
		lockedBefore: true,
		changed: { "c/x": "new", "d/x": "new" },
		verb: "update",
		args: ["b/d", "nope"],
		options: () => ({ updates: ["b/d", "nope"].map(parseInputPath) }),
	},
	"all inputs updated": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; inputs.c.url = "path:@/c"; ${outputs} }`,
			"b/flake.nix": leaf,
			"c/flake.nix": leaf,
		},
		flake: "path:@/a",
		lockedBefore: true,
		changed: { "b/x": "new" },
		verb: "update",
		options: () => ({ recreate: true }),
	},
	"a follows that is taken away": {
		files: {
			"a/flake.nix": `{ inputs = { b.url = "path:@/b"; b.inputs.c.follows = "c"; c.url = "path:@/c"; }; ${outputs} }`,
			"b/flake.nix": `{ inputs.c.url = "path:@/d"; ${outputs} }`,
			"c/flake.nix": leaf,
			"d/flake.nix": leaf,
		},
		flake: "path:@/a",
		lockedBefore: true,
		changed: { "a/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }` },
	},
	"?dir= in an old lock file's URL": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "git+file:///no-such-path?dir=sub"; ${outputs} }`,
			"a/flake.lock": `{"nodes":{"b":{"locked":{"dir":"sub","lastModified":1746721011,"narHash":"sha256-9aIDvIdyHAfQyvT5SwPgYxUUhf1GwQVAWq+qa5LcEQE=","ref":"refs/heads/master","rev":"432058dbfc82b0369bc9cce440e4af2aece52b54","revCount":1,"type":"git","url":"file:///no-such-path?dir=sub"},"original":{"dir":"sub","type":"git","url":"file:///no-such-path?dir=sub"}},"root":{"inputs":{"b":"b"}}},"root":"root","version":7}`,
		},
		flake: "path:@/a",
	},
	"circular flakes": {
		files: {
			"a/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }`,
			"b/flake.nix": `{ inputs.c.url = "path:@/c"; ${outputs} }`,
			"c/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }`,
		},
		flake: "path:@/a",
	},
	"an input nobody knows": { files: { "a/flake.nix": `{ outputs = { self, nosuch }: { }; }` }, flake: "path:@/a" },
	"an input that is not there": {
		files: { "a/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }` },
		flake: "path:@/a",
	},
	"an input without flake.nix": {
		files: { "a/flake.nix": `{ inputs.b.url = "git+file://@/b"; ${outputs} }`, "b/x": "" },
		repositories: ["b"],
		flake: "path:@/a",
	},
	"an unlocked input": {
		files: { "a/flake.nix": `{ inputs.b.url = "git+file://@/b"; ${outputs} }`, "b/flake.nix": leaf },
		repositories: ["b"],
		flake: "path:@/a",
		changed: { "b/flake.nix": `${leaf} ` },
	},
	"a lock file that is not JSON": {
		files: { "a/flake.nix": leaf, "a/flake.lock": "{ nodes" },
		repositories: ["a"],
		flake: "@/a",
	},
	"a lock file of the future": {
		files: { "a/flake.nix": leaf, "a/flake.lock": '{ "version": 8 }' },
		repositories: ["a"],
		flake: "@/a",
	},
	"submodules of self": {
		files: {
			"a/flake.nix": `{ inputs.self.submodules = true; inputs.b.url = "git+file://@/b"; ${outputs} }`,
			"b/flake.nix": `{ inputs.self.submodules = true; ${outputs} }`,
		},
		repositories: ["a", "b"],
		flake: "@/a",
	},
	"names and descriptions that are not ASCII": {
		files: {
			"a/flake.nix": `{ inputs."\xe4/x".url = "path:@/b"; description = "\xc4 \\\\ \\n"; nixConfig.bash-prompt = "x"; ${outputs} }`,
			"b/flake.nix": leaf,
		},
		flake: "path:@/a",
	},
	archives: {
		files: {
			"a/flake.nix": `{ inputs.b.url = "file://@/b.tar.gz?dir=s"; inputs.c = { url = "file+file://@/b.tar.gz"; flake = false; }; ${outputs} }`,
			"b/s/flake.nix": leaf,
		},
		archives: { "b.tar.gz": "b" },
		flake: "path:@/a",
	},
	"a commit": {
		files: { "a/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }`, "b/flake.nix": leaf },
		repositories: ["a"],
		flake: "@/a",
		args: ["--commit-lock-file"],
		options: () => ({ commit: true }),
	},
	"a lock file somewhere else": {
		files: { "a/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }`, "b/flake.nix": leaf, "o/x": "" },
		flake: "path:@/a",
		args: ["--output-lock-file", "@/o/lock"],
		options: (at) => ({ output: at("o/lock") }),
	},
	"a lock file that may not change": {
		files: { "a/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }`, "b/flake.nix": leaf },
		flake: "path:@/a",
		args: ["--no-update-lock-file"],
		options: () => ({ update: false }),
	},
	"a Git repository with changes": {
		files: { "a/flake.nix": `{ inputs.b.url = "path:@/b"; ${outputs} }`, "b/flake.nix": leaf },
		repositories: ["a"],
		flake: "@/a",
		changed: { "a/flake.nix": `{ description = "changed"; inputs.b.url = "path:@/b"; ${outputs} }` },
	},
};

/** Warnings and errors; what the reference prints besides is left out. Positions of whole files stay. */
const said = (stderr: string): string =>
	stderr
		.split("\n")
		.filter((line) => !/^(fetching|copying|unpacking|building|evaluating) /.test(line))
		.join("\n")
		.trim()
		// Where the reference shows the store's place on the disk, we show the store path.
		.replaceAll(`${scratch.dir}/store/nix/store`, "/nix/store");

describe.each(Object.entries(scenarios))("%s", (_, scenario) => {
	const at = (text: string): string => text.replaceAll("@/", `${scratch.path()}/`);
	let before: string | undefined;
	const lockFile = (): string => {
		const path = /^(path:)?@\/([^?]*)/.exec(scenario.flake) as RegExpExecArray;
		return `${path[2]}/flake.lock`;
	};
	const prepare = (): void => {
		scratch.make(scenario.files, scenario.repositories);
		if (scenario.lockedBefore === true) {
			if (before === undefined) {
				scratch.nix("flake", "lock", at(scenario.flake));
				before = scratch.read(lockFile()) as string;
			}
			scratch.make({ ...scenario.files, [lockFile()]: before, ...scenario.changed }, scenario.repositories);
		} else if (scenario.changed !== undefined) scratch.change(scenario.changed);
		for (const [archive, folder] of Object.entries(scenario.archives ?? {})) scratch.pack(folder, archive);
	};

	test.each([false, true])("locks as the reference does (promises: %s)", async (promises) => {
		prepare();
		const verb = scenario.verb ?? "lock";
		const args = (scenario.args ?? []).map(at);
		const real =
			verb === "lock"
				? scratch.nix("flake", "lock", at(scenario.flake), ...args)
				: scratch.nix("flake", "update", "--flake", at(scenario.flake), ...args);
		const left = () => [scratch.read(lockFile()), scratch.read("o/lock"), scratch.lastCommit("a")];
		const realLeft = left();
		prepare();
		const world = testWorld({ env: scratch.env, synchronous: !promises });
		const options: LockOptions = {
			failOnUnlocked: verb === "lock",
			...scenario.options?.((path) => scratch.path(path)),
		};
		let error = "";
		try {
			const ref = parseFlakeRef(at(scenario.flake), { baseDir: scratch.dir, fs: nodeFs });
			if (promises) await lockFlake(world, ref, options);
			else lockFlakeSync(world, ref, options);
		} catch (thrown) {
			error = renderErrorBytes(adoptError(thrown));
		}
		const ours = [...world.warnings.map((text) => `warning: ${text}`), error].join("\n").trim();
		expect(fromBytes(ours)).toBe(fromBytes(said(real.stderr)));
		expect(left()).toEqual(realLeft);
	});

	test("has the same metadata", () => {
		prepare();
		const args = scenario.verb === "update" ? [] : (scenario.args ?? []).map(at);
		const real = scratch.nix("flake", "metadata", "--no-write-lock-file", "--json", at(scenario.flake), ...args);
		if (real.status !== 0) return;
		const text = scratch.nix("flake", "metadata", "--no-write-lock-file", at(scenario.flake), ...args);
		const world = testWorld({ env: scratch.env });
		const ref = parseFlakeRef(at(scenario.flake), { baseDir: scratch.dir, fs: nodeFs });
		const options = scenario.verb === "update" ? {} : scenario.options?.((path) => scratch.path(path));
		const locked = lockFlakeSync(world, ref, { write: false, ...options });
		const metadata = flakeMetadata(locked);
		expect(`${printJson(metadataJson(metadata))}\n`).toBe(fromBytes(real.stdout));
		expect(fromBytes(metadataText(metadata))).toBe(fromBytes(plain(text.stdout)));
	});
});
