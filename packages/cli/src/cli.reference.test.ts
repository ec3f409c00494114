import { execFile } from "node:child_process";
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// Runs the same command lines with the reference and with the built command, each in a fresh folder at the same
// place, and compares what is printed and the exit status.

const reference = process.env.TSNIX_REFERENCE as string;
const command = fileURLToPath(new URL("../bin/tsnix", import.meta.url));
const top = mkdtempSync(join(tmpdir(), "tsnix-cli-reference-"));
afterAll(() => rmSync(top, { recursive: true, force: true }));

const flakeOf = (outputs: string): string => `{
  outputs = { self }: let
    mk = name: script: derivation {
      inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" script ];
    };
  in ${outputs};
}
`;

const files: Readonly<Record<string, string>> = {
	"default.nix": `{ sys ? "x86_64-linux" }:
let mk = name: extra: derivation ({
  inherit name; system = sys; builder = "/bin/sh"; args = [ "-c" "echo hello \${name} > $out" ];
} // extra);
in rec {
  a = mk "a" { };
  b = mk "b" { dep = a; args = [ "-c" "read l < $dep; echo $l > $out" ]; };
  multi = mk "multi" { outputs = [ "out" "dev" ]; args = [ "-c" "echo x > $out; echo y > $dev" ]; };
  fail = mk "fail" { args = [ "-c" "echo oops >&2; exit 3" ]; };
  needsFail = mk "needs-fail" { dep = fail; };
  nested = { recurseForDerivations = true; n = mk "n" { }; };
  fun = { y ? 2 }: mk "fun\${toString y}" { };
  bad = throw "bad thing";
  list = [ a b ];
  num = 42;
  src = ./src;
}
`,
	"plain.nix": '{ a = 1; b = { c = [ 1 2.5 "x" null true ]; }; }\n',
	"syntax.nix": "let a = 1; in a +\n",
	"src/file": "hi\n",
	"flake/flake.nix": `{
  outputs = { self }: {
    packages.x86_64-linux.default = derivation {
      name = "default"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo hi > $out" ];
    };
    lib.x = 5;
    num = 3;
  };
}
`,
	"checked/flake.nix": flakeOf(`{
    checks.x86_64-linux = { a = mk "a" "echo > $out"; b = mk "b" "echo > $out"; };
    checks.aarch64-linux.x = throw "x";
    packages.x86_64-linux.default = mk "p" "exit 1";
    overlay = final: prev: { };
    apps.x86_64-linux.a = { type = "app"; program = "x"; };
    hydraJobs.a = mk "h" "";
    foo = builtins.trace "hi" 1;
  }`),
	"failing/flake.nix": flakeOf(`{
    checks.x86_64-linux = rec {
      a = mk "a" "echo oops >&2; exit 1";
      needs = derivation { name = "needs"; system = "x86_64-linux"; builder = "/bin/sh"; inherit a; };
      c = mk "c" "echo > $out";
    };
  }`),
	"bad-system/flake.nix": flakeOf("{ packages.foo = { }; checks.bar = { }; }"),
};

/** $S is the option for a store in the test's folder. */
const evaluation = [
	"nix",
	"nix eva",
	"nix hash",
	"nix eval --frob",
	"nix eval -f",
	"nix eval --expr '1 + 1'",
	"nix eval --expr 1 --option foo bar",
	"nix eval --raw --json --expr 1",
	"nix eval --expr 'builtins.currentTime'",
	"nix eval --impure --expr 'builtins.typeOf builtins.currentTime'",
	"nix eval -f plain.nix",
	"nix eval -f plain.nix --json b",
	"nix eval -f plain.nix --json --pretty b",
	"nix eval -f plain.nix bb",
	"nix eval -f syntax.nix",
	"nix eval --raw --expr '\"é\"'",
	"nix eval --expr '{ a = { b = 2; }; }' a --apply 'x: x.b'",
	'nix eval --expr \'{ a = "1"; b.c = "2"; }\' --write-to out && cat out/a out/b/c',
	"nix eval -f . bad --show-trace",
	"nix eval -f . a $S",
	"nix eval -f . src --raw $S",
	"echo '1 + 2' | nix eval -f -",
	"nix-instantiate --eval -E '{ a = 1; b = [ 1 (1+1) ]; }'",
	"nix-instantiate --eval --strict --json -E '{ a = 1; b = [ 1.5 ]; }'",
	"nix-instantiate --eval --strict --xml plain.nix",
	"nix-instantiate --eval --strict --xml -E '{ a = [ 1 (throw \"x\") ]; }'",
	"printf 'throw \"a\\377\"' > odd.nix; nix-instantiate --eval odd.nix",
	'nix-instantiate --eval -E \'builtins.trace "a\tb" (builtins.warn "c\\nd" (builtins.warn "" 1))\'',
	"nix-instantiate --eval --raw -E '{}'",
	"nix-instantiate --eval -E '{ x }: x' --arg x 3",
	"nix-instantiate --eval -E '{ abc = 1; }' -A abd",
	"nix-instantiate --eval syntax.nix",
	"nix-instantiate --parse -E 'a: b: a + b.c or 3 - 1'",
	"echo '{ b = y; }' | nix-instantiate --eval - -A b",
	"nix-instantiate --eval -E 'builtins.trace \"hi\" 1'",
	"nix-instantiate --eval -E '<foo>' -I foo=src",
	"nix-instantiate --find-file foo/file -I foo=src",
	"nix-instantiate --eval -j",
	"nix-instantiate --eval --max-call-depth 20 -E 'let f = x: f x + 1; in f 1'",
];

const stores = [
	"nix-instantiate $S -A a -A multi.dev",
	"nix-instantiate $S -A a --add-root root; readlink root; readlink st/nix/var/nix/gcroots/auto/*",
	"nix-instantiate $S -A num",
	"nix-build $S -A a -A b; readlink result result-2",
	"nix-build $S -A multi.dev -A multi; ls -d result*",
	"nix-build $S -A b --dry-run",
	"nix-build $S -A fail",
	"nix-build $S -A needsFail -A a -k",
	"nix-build $S --arg sys '\"other\"' -A a",
	"mkdir result; nix-build $S -A a",
	"nix build $S -f . multi^dev --print-out-paths; ls -d result*",
	"nix build $S -f . a --json --no-link",
	"nix build $S -f . b --dry-run --json",
	"nix build $S -f . fail",
	"nix build $S -f . 'multi^nope'",
	"nix build $S -f . num",
	"nix derivation show $S -f . b -r",
	"nix-store $S -r $(nix-instantiate $S -A multi --no-gc-warning) --add-root $PWD/r; readlink r r-dev",
	"nix-store $S -q --tree $(nix-instantiate $S -A b --no-gc-warning)",
	"nix-store $S -qR $(nix-instantiate $S -A b --no-gc-warning)",
	"nix-store $S --print-env $(nix-instantiate $S -A b --no-gc-warning)",
	"nix-store $S -q --frob",
	"nix-store $S --add src; nix-store $S --add-fixed --recursive sha1 src",
	"nix-store --dump src | nix-store --restore out; ls out",
	"nix path-info $S -f . a",
	"nix store add $S src --name foo",
	"nix store ls $S -lR $(nix store add $S src)",
	"nix store ls $S --json $(nix store add $S src)",
	"nix hash path src; nix hash convert --to base16 sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
	"nix-hash src; nix-hash --type sha256 --base32 --truncate src; nix-hash --type foo src",
	"nix-instantiate $S --eval -E 'builtins.readFile (import ./. {}).a'",
	"nix-instantiate $S --eval -E 'builtins.readFile (import ./. {}).fail'",
];

const flakes = [
	"nix eval $S ./flake#lib.x",
	"nix eval $S ./flake#lib.y",
	"nix eval $S ./flake#.num",
	"nix build $S ./flake --print-out-paths; readlink result",
	"nix flake lock $S ./flake; cat flake/flake.lock",
	"nix flake metadata $S --json ./flake",
	"nix flake show $S --json ./flake 2>/dev/null",
	"nix eval $S --arg x 1 ./flake#num",
	"nix flake check $S ./checked",
	"nix flake check $S ./checked && nix flake check $S ./checked",
	"nix flake check $S --no-build --quiet ./checked; ls checked",
	"cd checked; nix flake check $S --system riscv64-linux",
	"nix flake check $S ./failing",
	"nix flake check $S ./failing --keep-going",
	"nix flake check $S ./failing --no-build --keep-going",
	"nix flake check $S ./failing --max-jobs 0 --keep-going",
	`nix flake check $S ./bad-system --keep-going 2>&1 | sed "s|$PWD/st||"`,
	`nix flake check $S ./checked --all-systems 2>&1 | sed "s|$PWD/st||"`,
	"nix flake check $S ./checked#foo",
	"cd src; nix eval $S .#x",
];

const write = (path: string, text: string): void => {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
};

const folders = { reference: join(top, "reference-bin"), tsnix: join(top, "tsnix-bin") };

beforeAll(() => {
	if (!existsSync(fileURLToPath(new URL("../dist/tsnix.cjs", import.meta.url))))
		throw new Error("the command has to be built first: npm run build");
	for (const folder of Object.values(folders)) mkdirSync(folder);
	for (const name of ["nix", "nix-instantiate", "nix-build", "nix-store", "nix-hash"]) {
		symlinkSync(join(reference, "bin", name), join(folders.reference, name));
		symlinkSync(command, join(folders.tsnix, name));
	}
	write(
		join(top, "conf/nix.conf"),
		`experimental-features = nix-command flakes
build-users-group =
substitute = false
flake-registry =
sandbox-paths = /bin/sh=${join(reference, "usr/bin/bash-static")}
`,
	);
});

const run = (bin: string, script: string): Promise<{ status: number; out: string; err: string }> => {
	const folder = join(top, "work");
	if (existsSync(folder)) {
		// Store objects are read-only.
		makeWritable(folder);
		rmSync(folder, { recursive: true });
	}
	for (const [name, text] of Object.entries(files)) write(join(folder, name), text);
	setTimes(folder);
	mkdirSync(join(folder, "home"));
	const env = {
		PATH: `${bin}:${process.env.PATH}`,
		HOME: join(folder, "home"),
		NIX_CONF_DIR: join(top, "conf"),
		S: `--store ${join(folder, "st")}`,
	};
	return new Promise((resolve) => {
		const child = execFile("bash", ["-c", script], { cwd: folder, env, encoding: "latin1" }, (error, out, err) =>
			resolve({ status: typeof error?.code === "number" ? error.code : 0, out, err }),
		);
		child.stdin?.end();
	});
};

const makeWritable = (folder: string): void => {
	chmodSync(folder, 0o755);
	for (const entry of readEntries(folder)) if (entry.isDirectory()) makeWritable(join(folder, entry.name));
};

/** Sets the times of all files to one, which `lastModified` tells. */
const setTimes = (path: string): void => {
	if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) setTimes(join(path, name));
	utimesSync(path, 1_700_000_000, 1_700_000_000);
};

const readEntries = (folder: string) => readdirSync(folder, { withFileTypes: true });

describe.each([
	["evaluation", evaluation],
	["stores", stores],
	["flakes", flakes],
])("%s", (_, scripts) => {
	test.each(scripts)("%s", async (script) => {
		expect(await run(folders.tsnix, script)).toEqual(await run(folders.reference, script));
	});
});
