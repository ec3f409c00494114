import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToString, fsAccessor, NixError, toBytes } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderErrorBytes } from "../errors/render";
import { memoryHost } from "../hosts/memory";
import { Evaluator } from "../runtime/evaluator";
import { forceDeep } from "../runtime/force-deep";
import { printAmbiguous } from "../runtime/print-ambiguous";
import type { EvalSettings } from "../runtime/settings";
import type { Env } from "../runtime/values";
import { installBuiltins } from ".";

let folder = "";

beforeAll(() => {
	folder = realpathSync(mkdtempSync(join(tmpdir(), "outside-")));
	mkdirSync(join(folder, "dir"));
	writeFileSync(join(folder, "a.nix"), "1 + 1\n");
	writeFileSync(join(folder, "bad.nix"), "1 +\n");
	writeFileSync(join(folder, "fails.nix"), '{ a = throw "in file"; }\n');
	writeFileSync(join(folder, "scoped.nix"), "x + y\n");
	writeFileSync(join(folder, "file.txt"), "hello\n");
	writeFileSync(join(folder, "dir", "default.nix"), "{ x = 5; }\n");
	symlinkSync("dir", join(folder, "ld"));
	symlinkSync("nowhere", join(folder, "dangling"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
	readonly showTrace?: boolean;
	readonly settings?: Partial<EvalSettings>;
	readonly features?: readonly string[];
	readonly nixPath?: readonly string[];
}

/** What the reference prints and logs, as a byte string. */
const byReference = (source: string, { showTrace, settings, features = [], nixPath = [] }: Run): string => {
	const command = join(process.env.TSNIX_REFERENCE ?? "", "bin", "nix-instantiate");
	const options = ["--eval", "--strict", "--store", "dummy://"];
	options.push("--option", "experimental-features", ["nix-command", "flakes", ...features].join(" "));
	if (showTrace) options.push("--show-trace");
	if (settings?.pureEval) options.push("--option", "pure-eval", "true");
	if (settings?.restrictEval) options.push("--option", "restrict-eval", "true");
	const env = { PATH: process.env.PATH, HOME: folder, NIX_PATH: nixPath.join(":") };
	const run = spawnSync(command, [...options, "--expr", source], { cwd: folder, env });
	const logged = bytesToString(run.stderr).replace("Try 'nix-instantiate --help' for more information.\n", "");
	return bytesToString(run.stdout) + logged;
};

const byOurselves = (source: string, { showTrace = false, settings, features = [], nixPath = [] }: Run): string => {
	let logged = "";
	const host = memoryHost(
		{},
		{
			root: fsAccessor(nodeFs, "/"),
			getEnv: (name) => (name === "HOME" ? folder : undefined),
			log: ({ kind, text }) => {
				logged += `${kind}: ${text}\n`;
			},
		},
	);
	try {
		const st = new Evaluator(host, {
			readOnly: true,
			showTrace,
			nixPath,
			experimentalFeatures: new Set(["nix-command", "flakes", ...features]),
			...settings,
		});
		installBuiltins(st);
		const { code } = st.compile(toBytes(source), { origin: { kind: "string" }, basePath: toBytes(folder) });
		return `${printAmbiguous(st, forceDeep(st, code.ev(code, undefined as unknown as Env, undefined)))}\n${logged}`;
	} catch (error) {
		if (!(error instanceof NixError)) throw error;
		return `${logged}${renderErrorBytes(error, { showTrace })}\n`;
	}
};

const agree = (sources: readonly string[], run: Run = {}): void => {
	for (const source of sources) expect(byOurselves(source, run), source).toBe(byReference(source, run));
};

const drv = (attrs: string): string =>
	`builtins.derivationStrict { name = "x"; builder = "b"; system = "s"; ${attrs} }`;
const d = 'let d = derivation { name = "x"; builder = "b"; system = "s"; }; in ';

const groups: Record<string, readonly string[]> = {
	imports: [
		"[ (import ./a.nix) (import ./dir) (import ./ld) ]",
		"import ./nonexistent.nix",
		"import ./bad.nix",
		"(import ./fails.nix).a",
		"builtins.scopedImport { x = 1; y = 2; } ./scoped.nix",
		"builtins.scopedImport { x = 1; } ./scoped.nix",
		"builtins.scopedImport 1 ./scoped.nix",
		"import <nix/fetchurl.nix>",
		"import <nix/foo.nix>",
	],
	files: [
		...["readFile", "readDir", "readFileType", "pathExists", 'hashFile "md5"'].flatMap((builtin) =>
			["./file.txt", "./dir", "./ld", "./dangling", "./nope", "1", '"rel"', "/dev/null", '"/"'].map(
				(path) => `builtins.${builtin} ${path}`,
			),
		),
		'map builtins.pathExists [ (toString ./file.txt + "/") (toString ./dir + "/") (toString ./ld + "/.") ]',
		...["./file.txt", "./dir", "./nope", "./ld", "./dangling"].map((path) => `"\${${path}}"`),
	],
	paths: [
		'map baseNameOf [ "a/b" "a/b/" "/" "" "a" "//" "/a//" ./file.txt ]',
		'map dirOf [ "a/b" "a/b/" "/" "" "a" "//" "/a//" ./file.txt /. /a ]',
		"dirOf 1",
		"baseNameOf { }",
		'map builtins.toPath [ "/a/../b" "a" ]',
		'builtins.toFile "foo" "bar"',
		'builtins.toFile "foo" "${./file.txt}"',
		'builtins.toFile "foo bar" "x"',
		`${d} builtins.toFile "foo" "\${d}"`,
		"builtins.path { path = ./dir; }",
		'builtins.path { path = ./.; filter = p: t: builtins.trace (baseNameOf p + t) (t != "symlink"); name = "n"; }',
		"builtins.path { path = ./file.txt; recursive = false; }",
		"builtins.path { path = ./dir; recursive = false; }",
		'builtins.path { path = ./file.txt; sha256 = "0000000000000000000000000000000000000000000000000000"; }',
		'builtins.path { path = ./file.txt; "a b" = 1; }',
		'builtins.path { name = "x"; }',
		"builtins.path { path = ./nope; }",
		"builtins.filterSource (p: t: p) ./dir",
		"builtins.filterSource 1 ./dir",
		'builtins.storePath "/foo"',
		'builtins.storePath "/nix/store/z0m6dc2yybwn8s1y2lp3l4pacfd7dyxv-foo/bar"',
	],
	derivations: [
		"derivation 1",
		"derivation { }",
		"derivation { name = 1; }",
		'(derivation { name = "x y"; builder = "b"; system = "s"; }).outPath',
		'(derivation { name = "x.drv"; builder = "b"; system = "s"; }).outPath',
		'derivation { name = "x"; builder = "b"; system = "s"; outputs = [ "dev" "out" "a" ]; }',
		...[
			"",
			'args = [ 1 "a" null true [ "b" [ "c" ] ] 1.5 ./file.txt ];',
			"args = [ (x: x) ];",
			"args = 1;",
			'outputs = "out dev";',
			'outputs = [ "out" "out" ];',
			"foo = null; __ignoreNulls = true;",
			'outputHash = ""; outputHashAlgo = "sha256";',
			'outputHash = "sha1-x";',
			'outputHash = ""; outputHashAlgo = "sha256"; outputHashMode = "foo";',
			'outputHash = ""; outputHashAlgo = "sha256"; outputHashMode = "text";',
			'outputHash = ""; outputHashAlgo = "sha256"; outputs = [ "a" ];',
			"__contentAddressed = true;",
			"__impure = true;",
			'__structuredAttrs = true; a = { b = 1; c = [ 1.5 null true "x${./file.txt}" ./file.txt ]; };',
			"__structuredAttrs = true; a = x: x;",
			'__structuredAttrs = true; allowedReferences = [ ]; maxSize = 1; outputs = [ "out" "dev" ];',
			'__json = "{\\"a\\": 1, \\"b\\": {\\"d\\":1.0, \\"c\\":\\"x\\"}}";',
			'__json = "{\\"a\\": 1, ";',
			'z = 1; "a b" = throw "aa";',
		].map(drv),
		'(import <nix/fetchurl.nix> { url = "http://x/y.txt"; sha256 = "0000000000000000000000000000000000000000000000000000"; }).drvPath',
		'(import <nix/fetchurl.nix> { url = "http://x/y.txt"; md5 = "d41d8cd98f00b204e9800998ecf8427e"; unpack = true; }).drvPath',
		"builtins.functionArgs (import <nix/fetchurl.nix>)",
	],
	contexts: [
		`${d} map builtins.getContext [ d.outPath d.drvPath "\${./file.txt}\${d}" ]`,
		`${d} (derivation { name = "y"; builder = builtins.unsafeDiscardOutputDependency d.drvPath; system = "s"; }).outPath`,
		`${d} builtins.addDrvOutputDependencies d.outPath`,
		'builtins.addDrvOutputDependencies "${./file.txt}"',
		'builtins.appendContext "x" { foo = 1; }',
		'builtins.appendContext "x" { "/nix/store/z0m6dc2yybwn8s1y2lp3l4pacfd7dyxv-foo" = { outputs = [ "a" ]; }; }',
		'builtins.getContext (builtins.appendContext "x" { "/nix/store/z0m6dc2yybwn8s1y2lp3l4pacfd7dyxv-foo.drv" = { path = true; outputs = [ "out" "a" ]; allOutputs = true; }; })',
	],
	fetching: [
		"builtins.fetchurl 1",
		"builtins.fetchurl { }",
		'builtins.fetchurl { url = "http://x/a b"; name = "c d"; }',
		'builtins.fetchurl "http://x/a b"',
		'builtins.fetchTarball { "a b" = 1; }',
		'builtins.fetchGit { type = "git"; url = "x"; }',
		'builtins.fetchGit { url = "x"; "a b" = [ ]; }',
		'builtins.fetchGit { url = "x"; a = -1; }',
		"builtins.fetchMercurial { foo = 1; }",
		"builtins.fetchMercurial { }",
	],
};

describe("what is asked of the outside agrees with the reference:", () => {
	for (const [name, sources] of Object.entries(groups)) {
		it(name, () => agree(sources));
		it(`${name}, with whole traces`, () => agree(sources, { showTrace: true }));
	}
	it("the search path", () => {
		const nixPath = [`foo=${folder}`, join(folder, "dir"), "bar=/nonexistent"];
		const sources = ["<foo/a.nix>", "<foo>", "<default.nix>", "<bar>", "<x>", "<nix/x>", "builtins.nixPath"];
		agree(sources, { nixPath });
		agree(sources, { nixPath, settings: { restrictEval: true } });
	});
	it("pure and restricted evaluation", () => {
		const sources = [...groups.imports, ...groups.paths, '(builtins.getEnv "HOME")', "builtins ? currentTime", "<x>"];
		agree(sources, { settings: { pureEval: true } });
		agree(sources, { settings: { restrictEval: true } });
	});
	it("experimental derivations", () => {
		agree(
			[
				drv('outputHash = ""; outputHashAlgo = "sha256"; outputHashMode = "text";'),
				drv('__contentAddressed = true; outputs = [ "out" "dev" ];'),
				drv("__impure = true;"),
				drv("__impure = true; __contentAddressed = true;"),
				'let d = derivation { name = "x"; builder = "b"; system = "s"; __contentAddressed = true; }; e = derivation { name = "y"; builder = "${d}"; system = "s"; }; in [ d.outPath e.outPath e.drvPath ]',
				`${d} builtins.outputOf d.drvPath "out"`,
				'builtins.outputOf "x" "y"',
				"builtins.fetchClosure { }",
				'builtins.fetchTree { type = "git"; name = "x"; url = "x"; }',
				"builtins.fetchTree 1",
			],
			{ features: ["ca-derivations", "impure-derivations", "dynamic-derivations", "fetch-closure", "fetch-tree"] },
		);
	});
});
