import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fsAccessor } from "../accessors/fs";
import { nodeFs } from "../accessors/node-fs";
import { parseContentAddress, renderContentAddress } from "../formats/content-address";
import { parseHash } from "../formats/hash";
import { parseStorePath, type StorePath } from "../formats/store-path";
import { localStore } from "../stores/local/local-store";
import type { SyncStore } from "../stores/store";
import { processBuilder } from "./builders/process";
import { nodeProcessHost } from "./node-process-host";
import { nodeTimers } from "./node-timers";
import { planRealisation } from "./plan";
import { realise } from "./realise";
import type { RealiseOptions } from "./realise-options";

// Builds the same derivations with the reference and with TSNix, one after the other at the same place, without a
// sandbox, and compares what the user sees, the exit status, and every store object.

const expression = `
let
  mk = name: script: extra: derivation ({
    inherit name; system = builtins.currentSystem; builder = "/bin/sh"; PATH = "/usr/bin:/bin"; args = [ "-c" script ];
  } // extra);
  ca = extra: { __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; } // extra;
  x = "sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=";
  text = builtins.toFile "text" "some text";
in rec {
  plain = mk "plain" "mkdir $out; echo hi > $out/x; echo \${text} > $out/ref; chmod 500 $out/x; ln -s $out/x $out/self" {};
  multi = mk "multi" "mkdir $out $dev; echo $dev > $out/dev; echo $doc > $dev/doc; echo plain > $doc" { outputs = [ "out" "dev" "doc" ]; };
  environment = mk "environment" "env | sed s,$TMPDIR,TOP,g | sort > $out; ls -A >> $out; cat $bigPath >> $out" { empty = ""; lines = "a\\nb"; big = "value \${plain}"; passAsFile = [ "big" ]; };
  structured = mk "structured" ". $NIX_ATTRS_SH_FILE; sed s,$TMPDIR,TOP,g $NIX_ATTRS_SH_FILE > files; cat files $NIX_ATTRS_JSON_FILE > \${builtins.placeholder "out"}; env | sed s,$TMPDIR,TOP,g | sort >> \${builtins.placeholder "out"}" {
    __structuredAttrs = true; builder = "/bin/bash"; list = [ 1 "two" 3.5 true null ]; float = 1.0; big = 1099511627776; negative = -3;
    small = 1.0e-7; large = 1.0e100; set = { a = 1; "b c" = "it's"; }; nested.x.y = 1; "bad-name" = 1; text = "é\\n\\"\\\\"; no = false; nothing = null;
    exportReferencesGraph.graph = [ plain multi.dev ]; };
  graph = mk "graph" "cat g1 g2 > $out" { exportReferencesGraph = [ "g1" plain "g2" multi ]; };
  fixed = mk "fixed" "printf x > $out; test $NIX_OUTPUT_CHECKED = 1; test $FROM_HOST = impure" { outputHash = x; impureEnvVars = [ "FROM_HOST" ]; };
  fixedTree = mk "fixed-tree" "mkdir $out; echo x > $out/x" { outputHashMode = "recursive"; outputHash = "sha256-Kb/pCu9YKNiGv2MsO32O/W9ohYyo3g7ZeWFChSp3GXU="; };
  fixedWrong = mk "fixed-wrong" "printf wrong > $out" { outputHash = x; };
  fixedReferring = mk "fixed-referring" "echo \${plain} > $out" { outputHash = x; };
  floating = mk "floating" "mkdir $out; echo self $out > $out/self; ln -s $out/self $out/link; echo $out $out >> $out/self" (ca {});
  floatingTwo = mk "floating-two" "mkdir $out $dev; echo $dev > $out/dev; echo dev > $dev/x; echo $out > $out/me" (ca { outputs = [ "out" "dev" ]; });
  floatingFlat = mk "floating-flat" "echo flat > $out" (ca { outputHashMode = "flat"; outputHashAlgo = "sha512"; });
  floatingText = mk "floating-text" "echo \${plain} > $out" (ca { outputHashMode = "text"; });
  same1 = mk "same" "echo same > $out" (ca { x = 1; });
  same2 = mk "same" "echo same > $out" (ca { x = 2; });
  onSame1 = mk "on-same" "echo \${same1} > $out" (ca {});
  onSame2 = mk "on-same" "echo \${same2} > $out" (ca {});
  deferred = mk "deferred" "echo \${floatingTwo.dev} \${floating} > $out" {};
  allowed = mk "allowed" "mkdir $out; echo $out \${plain} > $out/x" { allowedReferences = [ "out" plain ]; };
  notAllowed = mk "not-allowed" "echo \${plain} \${multi} > $out" { allowedReferences = []; };
  requisites = mk "requisites" "echo \${plain} > $out" { allowedRequisites = [ plain ]; };
  disallowed = mk "disallowed" "echo \${plain} > $out" { disallowedReferences = [ plain ]; };
  disallowedDeep = mk "disallowed-deep" "echo \${plain} > $out" { disallowedRequisites = [ text ]; };
  noSuchOutput = mk "no-such-output" "echo > $out" { allowedReferences = [ "nope" ]; };
  tooLarge = mk "too-large" "echo 12345678 > \${builtins.placeholder "out"}" { __structuredAttrs = true; outputChecks.out.maxSize = 100; };
  discarded = mk "discarded" "echo \${plain} > \${builtins.placeholder "out"}" { __structuredAttrs = true; unsafeDiscardReferences.out = true; };
  fails = mk "fails" "echo one; echo two > /dev/stderr; echo three >&2; printf 'progress 1\\rprogress 2\\n'; printf 'no newline'; exit 3" {};
  killed = mk "killed" "kill -TERM $$" {};
  missing = mk "missing" "true" {};
  cycle = mk "cycle" "echo $dev > $out; echo $out > $dev" { outputs = [ "out" "dev" ]; };
  writable = mk "writable" "mkdir $out; chmod 777 $out" {};
  pipe = mk "pipe" "mkdir $out; mkfifo $out/p" {};
  dependent = mk "dependent" "echo \${fails}" {};
  noProgram = mk "no-program" "" { builder = "/no/such/program"; };
  otherSystem = mk "other-system" "" { system = "riscv64-linux"; };
  otherFeature = mk "other-feature" "" { requiredSystemFeatures = [ "quantum" "kvm" ]; };
  checked = mk "checked" "echo $$ > $out" {};
}`;

const nix = `${process.env["TSNIX_REFERENCE"]}/bin`;
let top: string;
let storeDir: string;
let drvPaths: string[];
let own: SyncStore;
const arguments_ = (): string[] => [
	...["--store", `local?store=${storeDir}&real=${storeDir}&state=${top}/state&log=${top}/log`],
	...["--option", "sandbox", "false", "--option", "build-users-group", "", "--option", "substitute", "false"],
	...["--option", "experimental-features", "nix-command ca-derivations dynamic-derivations", "--option", "cores", "3"],
];
const environment = { PATH: "/usr/bin:/bin", HOME: "/no-home", FROM_HOST: "impure", NIX_PATH: "" };

interface Seen {
	readonly status: number;
	readonly text: string;
	readonly paths: string[];
}

const byReference = (...args: string[]): Seen => {
	const { status, stdout, stderr } = spawnSync(`${nix}/nix-store`, [...arguments_(), ...args], {
		env: environment,
		encoding: "latin1",
	});
	const text = stderr.replace(/^warning: you did not specify '--add-root'.*\n/m, "");
	return {
		status: status ?? -1,
		text,
		paths: stdout
			.split("\n")
			.filter((line) => line !== "")
			.sort(),
	};
};

type Info = { narHash: string; narSize: number; references: string[]; ca: string | null; deriver: string | null };
const referenceInfos = (): Record<string, Info> =>
	JSON.parse(
		execFileSync(`${nix}/nix`, ["path-info", "--json", "--json-format", "1", "--all", ...arguments_()], {
			env: environment,
			encoding: "utf8",
			stdio: ["ignore", "pipe", "ignore"],
		}),
	) as Record<string, Info>;

const path = (text: string): StorePath => parseStorePath(text, storeDir);

const ownOptions = (): RealiseOptions => ({
	store: own,
	builders: [
		processBuilder({
			fs: nodeFs,
			host: nodeProcessHost(),
			storeDir,
			realStoreDir: storeDir,
			buildDir: `${top}/builds`,
			sandbox: false,
		}),
	],
	system: currentSystem,
	systemFeatures,
	cores: 3,
	contentAddressedDerivations: true,
	impureEnvironment: (name) => environment[name as keyof typeof environment],
	logLines: 0,
	timers: nodeTimers,
	now: () => 1,
});

const byOwn = async (drvPath: string, options: Partial<RealiseOptions> = {}): Promise<Seen> => {
	let text = "";
	const error = (e: Error): void => void (text += `error: ${e.message.replaceAll("\n", "\n       ")}\n`);
	const target = { drvPath: path(drvPath), outputs: "all" } as const;
	const { willBuild } = await planRealisation([target], { store: own, contentAddressedDerivations: true });
	if (willBuild.length > 0)
		text += `${willBuild.length === 1 ? "this derivation" : `these ${willBuild.length} derivations`} will be built:\n${willBuild
			.map((p) => `  ${p.toString(storeDir)}\n`)
			.join("")}`;
	try {
		const result = await realise([target], {
			...ownOptions(),
			...options,
			onEvent: (event) => {
				if (event.type === "buildStarted")
					text += `${event.mode === "check" ? "checking outputs of" : "building"} '${event.drvPath.toString(storeDir)}'...\n`;
				if (event.type === "resolved")
					text += `resolved derivation: '${event.drvPath.toString(storeDir)}' -> '${event.resolvedPath.toString(storeDir)}'...\n`;
				// Colours of logs are for terminals.
				if (event.type === "logLine") text += `${event.line.replace(/\x1b\[[0-9;]*m/g, "")}\n`;
				if (event.type === "error") error(event.error);
			},
		});
		const paths = [...(result.targets[0]?.outputs.values() ?? [])].map((p) => p.toString(storeDir)).sort();
		return { status: 0, text, paths };
	} catch (e) {
		error(e as Error);
		return { status: (e as { exitStatus?: number }).exitStatus ?? -1, text, paths: [] };
	}
};

let currentSystem: string;
let systemFeatures: string[];
const referenceSaw = new Map<string, Seen>();
let infos: Record<string, Info>;
const cases = [...new Set([...expression.matchAll(/^ {2}\w+ = mk "([^"]+)"/gm)].map((match) => match[1] as string))];
const drvsOf = (name: string): string[] => drvPaths.filter((p) => p.slice(storeDir.length + 34) === `${name}.drv`);

beforeAll(() => {
	top = mkdtempSync(`${tmpdir()}/tsnix-build-`);
	storeDir = `${top}/store`;
	writeFileSync(`${top}/cases.nix`, expression);
	const run = (program: string, ...args: string[]): string =>
		execFileSync(`${nix}/${program}`, [...args, ...arguments_()], {
			env: environment,
			encoding: "utf8",
			stdio: ["ignore", "pipe", "pipe"],
		}).trim();
	drvPaths = [...new Set(run("nix-instantiate", `${top}/cases.nix`).split("\n"))].map((line) =>
		line.replace(/!.*/, ""),
	);
	currentSystem = run("nix", "config", "show", "system");
	systemFeatures = run("nix", "config", "show", "system-features").split(" ");
	const before = referenceInfos();
	execFileSync("cp", ["-a", storeDir, `${top}/sources`]);
	for (const drvPath of cases.flatMap(drvsOf)) referenceSaw.set(drvPath, byReference("-r", drvPath));
	infos = referenceInfos();
	renameSync(storeDir, `${top}/reference`);
	mkdirSync(storeDir);
	own = localStore({ fs: nodeFs, storeDir, realStoreDir: storeDir, stateDir: `${top}/own-state`, clock: () => 1 });
	const add = (text: string): void => {
		const info = before[text] as Info;
		if (own.isValidPath(path(text))) return;
		for (const reference of info.references) if (reference !== text) add(reference);
		const object = {
			path: path(text),
			narHash: parseHash(info.narHash),
			narSize: info.narSize,
			references: info.references.map(path),
			signatures: [],
			...(info.ca === null ? {} : { contentAddress: parseContentAddress(info.ca) }),
			registrationTime: 1,
			ultimate: false,
		};
		own.addObject(object, fsAccessor(nodeFs, text.replace(storeDir, `${top}/sources`)));
	};
	for (const text of Object.keys(before)) add(text);
});

afterAll(() => {
	const unlock = (place: string): void => {
		if (!lstatSync(place).isDirectory()) return;
		chmodSync(place, 0o700);
		for (const name of readdirSync(place)) unlock(`${place}/${name}`);
	};
	unlock(top);
	rmSync(top, { recursive: true });
});

describe("realise, against the reference", () => {
	test.each(cases)("%s: what is seen and the exit status", async (name) => {
		for (const drvPath of drvsOf(name)) expect(await byOwn(drvPath)).toEqual(referenceSaw.get(drvPath));
	});

	test("every store object: NAR hash, size, references, content address, deriver", () => {
		const mine = Object.fromEntries(
			own.queryAllValidPaths().map((p) => {
				const info = own.queryPathInfo(p);
				if (info === undefined) throw new Error(`no information of ${p.baseName}`);
				const { narHash, narSize, references, contentAddress, deriver } = info;
				const ca = contentAddress === undefined ? null : renderContentAddress(contentAddress);
				const text = (q: StorePath): string => q.toString(storeDir);
				return [
					text(p),
					{
						narHash: narHash.sri(),
						narSize,
						references: references.map(text),
						ca,
						deriver: deriver === undefined ? null : text(deriver),
					},
				];
			}),
		);
		const nondeterministic = (text: string): boolean => text.endsWith("-checked");
		const theirs = Object.fromEntries(
			Object.entries(infos).map(([text, { narHash, narSize, references, ca, deriver }]) => [
				text,
				{ narHash, narSize, references: [...references].sort(), ca, deriver },
			]),
		);
		for (const text of Object.keys(theirs).filter(nondeterministic)) {
			expect(mine[text]?.deriver).toBe(theirs[text]?.deriver);
			delete mine[text];
			delete theirs[text];
		}
		expect(mine).toEqual(theirs);
	});

	test("nothing is left of builds", () => {
		expect(readdirSync(`${top}/builds`)).toEqual([]);
		expect(readdirSync(storeDir).filter((name) => name.startsWith(".tsnix-build") || name.endsWith(".chroot"))).toEqual(
			[],
		);
	});

	test("a build that is not deterministic is found by checking", async () => {
		const [drvPath = ""] = drvsOf("checked");
		const seen = await byOwn(drvPath, { mode: "check" });
		expect(seen.status).toBe(104);
		expect(seen.text).toBe(
			`checking outputs of '${drvPath}'...\nerror: derivation '${drvPath}' may not be deterministic: output "${Object.keys(infos).find((text) => text.endsWith("-checked"))}" differs\n`,
		);
	});
});
