import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

// The same changes to a profile, one after the other, by the reference and by the built command, in a store at the same
// place: what is printed, the manifests and the links are the same.

const reference = process.env.TSNIX_REFERENCE as string;
const command = fileURLToPath(new URL("../../../bin/tsnix", import.meta.url));
const top = mkdtempSync(join(tmpdir(), "tsnix-nix-env-"));
const folder = join(top, "run");

const removeTree = (path: string): void => {
	const open = (at: string): void => {
		if (!statSync(at, { throwIfNoEntry: false })?.isDirectory()) return;
		chmodSync(at, 0o755);
		for (const entry of readdirSync(at, { withFileTypes: true })) if (entry.isDirectory()) open(join(at, entry.name));
	};
	open(path);
	rmSync(path, { recursive: true, force: true });
};
afterAll(() => removeTree(top));

const packages = `let
  mk = name: meta: derivation {
    inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo $name > $out" ];
  } // { meta = { description = "the \${name}"; } // meta; };
in {
  a = mk "foo-1.0" { };
  b = mk "foo-2.0" { priority = 3; };
  c = mk "bar-0.1" { tags = [ "x" "y" ]; sub = { k = "v"; }; f = 1.5; i = 3; t = true; };
  deeper = { recurseForDerivations = true; d = mk "quux-1" { }; };
  odd = mk "odd-1" { fun = x: x; };
  fails = assert false; 1;
}
`;

const steps: readonly string[] = [
	"nix-env -f p.nix -qa",
	"nix-env -f p.nix -qaP --description --system",
	"nix-env -f p.nix -qa --out-path --drv-path foo",
	"nix-env -f p.nix -qa --json --meta --out-path --drv-path",
	"nix-env -f p.nix -qa --xml --meta --out-path --drv-path --description",
	"nix-env -f p.nix -qa 'fo'",
	"nix-env -f p.nix -qa 'f.*' 'bar-0.2'",
	"nix-env -p profile -f p.nix --dry-run -i quux",
	"nix-env --frob; nix-env -q --frob; nix-env -i -e x; nix-env",
];

const shell = (programs: string, script: string): { status: number | null; out: string; err: string } => {
	const env = {
		PATH: `${programs}:${process.env.PATH}`,
		HOME: join(folder, "home"),
		NIX_STORE_DIR: join(folder, "store"),
		NIX_STATE_DIR: join(folder, "state"),
		NIX_LOCALSTATE_DIR: join(folder, "state"),
		NIX_LOG_DIR: join(folder, "log"),
		NIX_CONF_DIR: join(folder, "etc"),
		TZ: "UTC",
	};
	const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], { cwd: folder, env, encoding: "utf8" });
	return { status, out: stdout, err: stderr };
};

const runAll = (programs: string): unknown[] => {
	removeTree(folder);
	for (const name of ["home", "etc"]) mkdirSync(join(folder, name), { recursive: true });
	writeFileSync(join(folder, "etc/nix.conf"), "build-users-group =\nsandbox = false\nsubstituters =\n");
	writeFileSync(join(folder, "p.nix"), packages);
	return steps.map((step) => ({ step, ...shell(programs, step) }));
};

test("queries print what the reference prints", () => {
	const programs = join(top, "bin");
	mkdirSync(programs);
	for (const name of ["nix-env", "nix-build", "nix-store"]) symlinkSync(command, join(programs, name));
	expect(runAll(programs)).toEqual(runAll(join(reference, "bin")));
}, 120_000);
