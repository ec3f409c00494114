import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { shellScenarios } from "./testing/shell-scenarios";

// Shells and programs, run by the reference and by the built command, each in a fresh folder at the same place. What is
// printed and how it ends is the same, but for the names of temporary files and of what the recorder's text is in.

const reference = process.env.TSNIX_REFERENCE as string;
const command = fileURLToPath(new URL("../bin/tsnix", import.meta.url));
const top = mkdtempSync(join(tmpdir(), "tsnix-shells-"));
const removeAll = (path: string): void => {
	spawnSync("chmod", ["-R", "u+w", path]);
	rmSync(path, { recursive: true, force: true });
};
afterAll(() => removeAll(top));

const names = join(top, "names");
mkdirSync(names);
for (const name of ["nix", "nix-shell"]) symlinkSync(command, join(names, name));

/** What the scripts have: `n` and `ns` run and record nix and nix-shell, `script` writes one, `files` what they work on. */
const prelude = `
W=$PWD; B=$(command -v bash)
export HOME=$W/home NIX_CONF_DIR=$W/etc NIX_STORE_DIR=$W/store NIX_STATE_DIR=$W/var NIX_LOG_DIR=$W/log NIX_LOCALSTATE_DIR=$W/var
export TMPDIR=$W/tmp SHELL=$B TZ=UTC LC_ALL=C FOO=foo
mkdir -p $HOME etc store var log tmp
printf 'experimental-features = nix-command flakes\\nflake-registry =\\nsubstitute = false\\nbuild-users-group =\\nsandbox = false\\n' > etc/nix.conf
record() {
	echo "\\$ $*" >> $W/record
	"$@" > $W/out 2> $W/err < /dev/null; status=$?
	sed 's/^/1: /' $W/out >> $W/record; grep -v 'have Internet access' $W/err | sed 's/^/2: /' >> $W/record
	echo "= $status" >> $W/record
}
n() { record nix "$@"; }
ns() { record nix-shell "$@"; }
script() { f=$1; shift; { echo '#! /usr/bin/env nix'; printf '%s\\n' "$@"; } > $f; }
files() {
	mkdir f
	cat > f/x.nix <<X
{ inNixShell ? false, v ? "vee", ... }@args: let
  mk = name: a: derivation ({
    inherit name; system = "x86_64-linux"; builder = "$B"; PATH = "$PATH";
    args = [ "-c" "mkdir -p \\$out/bin; printf '#!/bin/sh\\\\necho \\$name \\"\\\\\\$@\\"\\\\n' > \\$out/bin/tool; chmod +x \\$out/bin/tool" ];
  } // a);
  setup = builtins.toFile "setup" ''
    for input in \\$buildInputs; do PATH=\\$input/bin\\\${PATH:+:\\$PATH}; done
    declare -a list=(1 "2 3" \\$'x\\ny'); declare -A table=([k]="v w")
    fun() { echo "fun \\$1"; }
    runHook() { eval "\\\${!1}"; }
  '';
in rec {
  stdenv = mk "stdenv" { args = [ "-c" "mkdir \\$out; cp \\\${setup} \\$out/setup" ]; };
  tool = mk "tool" { };
  env = mk "env" { inherit stdenv; outputs = [ "out" "dev" ]; V = "a'b"; showPhase = "echo phase in \\$PWD"; buildPhase = "echo build"; };
  shell = mk "shell" {
    inherit stdenv; passAsFile = [ "big" ]; big = "BIG\\nx"; V = v; n = toString inNixShell;
    buildInputs = [ tool ]; shellHook = "echo hook";
  };
  asks = { inNixShell }: if inNixShell then shell else number;
  structured = mk "structured" { __structuredAttrs = true; l = [ "x" "y z" ]; o = { a = 1; "b c" = "q'q"; }; n = null; };
  several = [ tool shell ]; number = 3; boom = throw "boom";
  misgraph = mk "misgraph" { exportReferencesGraph = [ "a" ]; };
  fails = mk "fails" { dep = mk "failing" { args = [ "-c" "echo no; exit 3" ]; }; };
  foreign = mk "foreign" { builder = "/bin/sh"; };
  bashInteractive = mk "bash" { args = [ "-c" "mkdir -p \\$out/bin; ln -s $B \\$out/bin/bash" ]; };
  runCommand = name: a: text: mk name (a // { inherit stdenv; }); pkgs = { inherit runCommand tool; };
  inherit mk;
}
X
	cat > f/flake.nix <<'X'
{ outputs = { self }: let x = import ./x.nix { }; inherit (x) mk; s = "x86_64-linux"; in rec {
  apps.\${s} = {
    badtype.type = "foo"; notype = { }; noprogram.type = "app"; outside = { type = "app"; program = "/bin/sh"; };
    number = { type = "app"; program = 3; }; default = apps.\${s}.ok; ok = { type = "app"; program = "\${mk "ok" { }}/bin/tool"; };
    path = { type = "app"; program = ./x.nix; }; boom = throw "boom"; package = x.tool;
  };
  packages.\${s} = {
    main = mk "main" { } // { meta.mainProgram = "tool"; }; pname = mk "name-1.2" { pname = "tool"; }; mainless = x.tool // { meta.mainProgram = 3; };
    list = [ x.tool ]; inherit (x) env structured foreign; placed = x.tool // { meta.position = "\${self}/x.nix:3"; };
    misplaced = x.tool // { meta.position = "/x"; };
  };
  inherit (x) several; number = 3; deep.x = x.tool; bundlers.\${s}.bundle = drv: drv; formatter.\${s} = 3;
}; }
X
}
`;

/** The record of a script's commands. On a loaded machine a builder may be killed just as it ends: that says nothing. */
const recordOf = (text: string, bin: string): string => {
	for (let left = 5; ; left--) {
		const record = recordOnce(text, bin);
		if (left === 0 || !record.includes("due to signal 9")) return record;
	}
};

const recordOnce = (text: string, bin: string): string => {
	const folder = join(top, "run");
	mkdirSync(folder);
	const { stderr } = spawnSync("bash", ["--norc", "-c", prelude + text], {
		cwd: folder,
		stdio: ["ignore", "ignore", "pipe"],
		env: { PATH: `${bin}:/usr/bin:/bin:${process.execPath.replace(/\/[^/]*$/, "")}` },
		encoding: "latin1",
	});
	const record = readFileSync(join(folder, "record"), "latin1");
	const old = join(top, "old");
	renameSync(folder, old);
	removeAll(old);
	return (stderr + record)
		.replaceAll(bin, "BIN")
		.replace(/\/store\/[0-9a-z]{32}/g, "/store/H")
		.replace(/tmp\/nix-(shell|develop|dev-env)[.-][A-Za-z0-9]+(-[0-9]+)?/g, "tmp/nix-$1")
		.replace(/var\/builds\/nix-[0-9a-z-]+/g, "var/builds/B");
};

test.each(Object.entries(shellScenarios))(
	"%s",
	(_, text) => expect(recordOf(text, names)).toBe(recordOf(text, join(reference, "bin"))),
	300_000,
);
