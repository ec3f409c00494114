import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

// Derivations built in the sandbox by the reference and by the built command, each in a store of its own. What is
// printed, how it ends, and what the reference says of the store is the same: builders see the same machine.

const reference = process.env.TSNIX_REFERENCE as string;
const command = fileURLToPath(new URL("../bin/tsnix", import.meta.url));
const top = mkdtempSync(join(tmpdir(), "tsnix-sandbox-"));
afterAll(() => {
	spawnSync("chmod", ["-R", "u+w", top]);
	rmSync(top, { recursive: true, force: true });
});

// The shell is static bash, and all there is: what is read is read by its own commands.
const expression = `
let
  mk = name: script: extra: derivation ({
    inherit name; system = "x86_64-linux"; builder = "/bin/sh";
    args = [ "-c" "show() { while read -r l; do echo \\"$l\\"; done < $1; }; \${script}" ];
  } // extra);
  fixed = text: { outputHashMode = "flat"; outputHashAlgo = "sha256"; outputHash = builtins.hashString "sha256" text; };
  structured = { __structuredAttrs = true; };
  out = builtins.placeholder "out";
in rec {
  who = mk "who" "{ echo $UID $EUID $GROUPS $HOSTNAME $PWD $0 $$ $PPID; umask; ulimit -c; ulimit -Hc; show /etc/passwd; show /etc/group; show /etc/hosts; echo /etc/* /* /dev/* /build/*; } > $out" { };
  environment = mk "environment" "export -p > $out" { a = "b"; HOME = "/x"; TERM = "dumb"; };
  rights = mk "rights" "while read -r k v; do case $k in Cap*|Sig*|NoNew*|Seccomp*|NSpid:|NSsid:|NSpgid:) echo $k $v;; esac; done < /proc/self/status > $out; show /proc/self/uid_map >> $out; show /proc/self/gid_map >> $out; show /proc/self/setgroups >> $out; show /proc/self/personality >> $out" { };
  mounts = mk "mounts" "while read -r a b c root place flags rest; do case $place in /|/build|/nix/store|/bin/sh) root=;; esac; echo $root $place $flags; done < /proc/self/mountinfo > $out" { };
  inputs = mk "inputs" "{ while read -r a b c root place flags rest; do case $place in $file|$folder) echo $flags;; esac; done < /proc/self/mountinfo; : > $file; : > $folder/more; } > $out 2>&1 || :" { file = builtins.toFile "f" ""; folder = mk "folder-made" "exec 3> $out" { }; };
  network = mk "network" "while IFS=: read -r name rest; do echo $name; done < /proc/net/dev > $out; exec 3<>/dev/tcp/127.0.0.1/1 || echo refused >> $out" { };
  terminal = mk "terminal" "for i in 0 1 2; do [ -t $i ] && echo $i; done > $out; printf 'a\\\\tb\\\\r\\\\n\\\\033[1mbold\\\\033[0m\\\\n'; echo e > /dev/stderr; echo t > /dev/tty" { };
  devices = mk "devices" "for d in full null zero random urandom tty ptmx shm/x; do { echo x > /dev/$d; } 2> /dev/null; echo $d $?; done > $out" { };
  fixedNetwork = mk "fixed-network" "printf x > $out; test ! -e /sys -a -e /etc/nsswitch.conf; [ \\"$IMPURE\\" = yes ]" (fixed "x" // { impureEnvVars = [ "IMPURE" ]; });
  bits32 = mk "bits32" "show /proc/self/personality > $out" { system = "i686-linux"; };
  lastWords = mk "last-words" "printf '%070000d\\\\nend' 1; exit 1" { };
  closes = mk "closes" "exec > /dev/null 2>&1; read < <(:); while :; do :; done" { };
  killed = mk "killed" "{ kill -KILL $BASHPID; } & wait $!; exit $?" { };
  asFirst = mk "as-first" "kill -TERM $$; kill -KILL $$; echo alive > $out" { };
  notThere = mk "not-there" "" { builder = "/no/such"; };
  folder = mk "folder" "" { builder = "/bin"; };
  notExecutable = mk "not-executable" "" { builder = builtins.toFile "x" "x"; };
  large = mk "large" "" { big = builtins.concatStringsSep "" (builtins.genList (x: "0123456789") 14000); };
  noChroot = mk "no-chroot" "" { __noChroot = true; };
  hostDeps = mk "host-deps" "" { __impureHostDeps = [ "/etc/foo" ]; };
  uidRange = mk "uid-range" "" { requiredSystemFeatures = [ "uid-range" ]; };
  badFeatures = mk "bad-features" "" (structured // { requiredSystemFeatures = "x"; });
  badChecks = mk "bad-checks" "" (structured // { outputChecks.out.allowedReferences = "x"; });
  badGraph = mk "bad-graph" "" { exportReferencesGraph = [ "g" "/etc/passwd" ]; };
  hostFile = derivation (fixed "x" // { name = "host-file"; system = "builtin"; builder = "builtin:fetchurl"; url = "file:///etc/hostname"; });
  rejected = mk "rejected" "echo $out > $out" { allowedReferences = [ ]; };
}`;

const nix = (program: string, store: string, ...args: string[]) => {
	const { status, stdout, stderr } = spawnSync(program, ["--store", store, ...args], {
		encoding: "latin1",
		env: { PATH: process.env.PATH, HOME: "/nonexistent", NIX_CONF_DIR: `${reference}/etc`, IMPURE: "yes" },
	});
	return { status, stdout, stderr: stderr.replaceAll(store, "STORE") };
};

const names = [...expression.matchAll(/^ {2}(\w+) = /gm)].map(([, name]) => name as string).filter((n) => n !== "mk");
const attributes = names.filter((name) => !["fixed", "structured", "out"].includes(name));
const stores = { theirs: join(top, "theirs"), ours: join(top, "ours0") };

beforeAll(() => {
	for (const store of Object.values(stores)) mkdirSync(store);
	writeFileSync(join(top, "x.nix"), expression);
	symlinkSync(command, join(top, "nix-build"));
});

test.each(attributes)("%s", { timeout: 60_000 }, (name) => {
	const args = [join(top, "x.nix"), "--no-out-link", "-A", name, "--option", "sandbox", "true"];
	const theirs = nix(`${reference}/bin/nix-build`, stores.theirs, ...args);
	const ours = nix(join(top, "nix-build"), stores.ours, ...args);
	expect(ours).toEqual(theirs);
});

test("the stores are the same", () => {
	const infos = (store: string): unknown => {
		const { stdout } = nix(`${reference}/bin/nix`, store, "path-info", "--all", "--json", "--json-format", "1");
		return JSON.parse(stdout, (key, value: unknown) => (key === "registrationTime" ? undefined : value));
	};
	expect(infos(stores.ours)).toEqual(infos(stores.theirs));
	const files = (store: string): string[] =>
		readdirSync(join(store, "nix/store")).filter((name) => !/\.lock$|^tmp-/.test(name));
	expect(files(stores.ours)).toEqual(files(stores.theirs));
});
