/**
 * Fetches the reference, C++ Nix 2.34, for the comparisons with it: unpacks Debian's package of it, and the libraries
 * it needs, into a folder of this repository. Nothing is installed and nothing outside the folder is touched.
 *
 *     node scripts/get-reference.mjs [FOLDER]        prints the folder; FOLDER/bin/nix and its kin then work
 *
 * Takes a Debian machine (amd64 or arm64) whose apt is set up: packages come from the same mirror, checked with the
 * keys that the machine has.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./lib/run.mjs";

/** The version that the tests' facts are of. */
const version = "2.34.8";
const suite = "sid";
const packages = ["nix-bin", "bash-static", "busybox-static", "patchelf"];
/** Dependencies of Debian's packaging that the programs do not need. */
const unneeded = /^(perl|libperl|libdb5|libdbi|libdbd|libwww|debconf|passwd|gcc-\d|base-files|adduser)/;
const programs = [
	"nix",
	"nix-build",
	"nix-channel",
	"nix-collect-garbage",
	"nix-copy-closure",
	"nix-daemon",
	"nix-env",
	"nix-hash",
	"nix-instantiate",
	"nix-prefetch-url",
	"nix-shell",
	"nix-store",
];
const features = [
	"nix-command",
	"flakes",
	"ca-derivations",
	"dynamic-derivations",
	"recursive-nix",
	"fetch-closure",
	"pipe-operators",
	"parse-toml-timestamps",
];

const text = (command, args, env) =>
	execFileSync(command, args, {
		encoding: "utf8",
		env: { ...process.env, ...env },
		stdio: ["ignore", "pipe", "inherit"],
	});

/** The Debian mirror that this machine's apt uses. */
const findMirror = () => {
	const sites = text("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]).split("\n");
	const mirror = sites.find((site) => /\/debian\/?$/.test(site));
	if (mirror === undefined) throw new Error("apt is not set up with a Debian mirror");
	return mirror;
};

/** Downloads packages and all they depend on, by an apt with lists and a state of its own. */
const download = (folder) => {
	for (const sub of ["lists/partial", "cache/archives/partial", "empty"])
		mkdirSync(join(folder, sub), { recursive: true });
	writeFileSync(join(folder, "status"), "");
	const key = "/usr/share/keyrings/debian-archive-keyring.gpg";
	writeFileSync(join(folder, "sources.list"), `deb [signed-by=${key}] ${findMirror()} ${suite} main\n`);
	const settings = {
		"Dir::State::lists": join(folder, "lists"),
		"Dir::State::status": join(folder, "status"),
		"Dir::Cache": join(folder, "cache"),
		"Dir::Etc::sourcelist": join(folder, "sources.list"),
		"Dir::Etc::sourceparts": join(folder, "empty"),
		"Dir::Etc::preferences": join(folder, "none"),
		"Dir::Etc::preferencesparts": join(folder, "empty"),
		"APT::Install-Recommends": "false",
		"APT::Sandbox::User": "root",
		"Acquire::Languages": "none",
	};
	const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`);
	writeFileSync(join(folder, "apt.conf"), lines.join(""));
	const env = { APT_CONFIG: join(folder, "apt.conf") };
	text("apt-get", ["-qq", "update"], env);
	text("apt-get", ["-qq", "install", "-y", "--download-only", ...packages], env);
	const archives = join(folder, "cache/archives");
	return readdirSync(archives)
		.filter((name) => name.endsWith(".deb") && !unneeded.test(name))
		.map((name) => join(archives, name));
};

/** Makes the program find its libraries in its own folder. */
const relocate = (dest) => {
	const [triple, loader] =
		process.arch === "arm64"
			? ["aarch64-linux-gnu", "usr/lib/ld-linux-aarch64.so.1"]
			: ["x86_64-linux-gnu", "usr/lib64/ld-linux-x86-64.so.2"];
	const libraries = join(dest, "usr/lib", triple);
	const interpreter = join(dest, loader);
	const rpath = [libraries, join(dest, "usr/lib/nix"), join(libraries, "nix")].join(":");
	text(interpreter, [
		...["--library-path", libraries, join(dest, "usr/bin/patchelf")],
		...["--set-interpreter", interpreter, "--force-rpath", "--set-rpath", rpath, join(dest, "usr/bin/nix")],
	]);
};

/** A configuration of its own, and the programs' names, which all are links to one. */
const writePrograms = (dest) => {
	for (const folder of ["etc", "bin"]) mkdirSync(join(dest, folder), { recursive: true });
	const settings = {
		"experimental-features": features.join(" "),
		"build-users-group": "",
		substitute: "false",
		"sandbox-paths": `/bin/sh=${join(dest, "usr/bin/bash-static")}`,
	};
	const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
	writeFileSync(join(dest, "etc/nix.conf"), lines.join(""));
	for (const name of programs) {
		const path = join(dest, "bin", name);
		const script = [
			"#!/bin/bash",
			`: "\${NIX_CONF_DIR:=${join(dest, "etc")}}"`,
			"export NIX_CONF_DIR",
			`exec -a ${name} '${join(dest, "usr/bin/nix")}' "$@"`,
			"",
		];
		writeFileSync(path, script.join("\n"));
		chmodSync(path, 0o755);
	}
};

const versionOf = (dest) => {
	const { status, stdout } = spawnSync(join(dest, "bin/nix"), ["--version"], { encoding: "utf8" });
	return status === 0 ? stdout.trim().split(" ").pop() : undefined;
};

/** The folder with the reference, fetched if it is not there. */
export const getReference = async ({ folder = join(root, ".reference"), say = console.error } = {}) => {
	const dest = resolve(folder);
	if (existsSync(join(dest, "bin/nix")) && versionOf(dest) !== undefined) return dest;
	rmSync(dest, { recursive: true, force: true });
	mkdirSync(dest, { recursive: true });
	say(`Fetching C++ Nix into ${basename(dest)} …`);
	const apt = join(dest, ".apt");
	for (const archive of download(apt)) text("dpkg-deb", ["-x", archive, dest]);
	relocate(dest);
	writePrograms(dest);
	rmSync(apt, { recursive: true, force: true });
	const found = versionOf(dest);
	if (found === undefined) throw new Error("the unpacked nix does not run");
	if (found !== version)
		say(`warning: Debian's ${suite} now has Nix ${found}; the facts in the tests are of ${version}`);
	return dest;
};

if (import.meta.url === pathToFileURL(process.argv[1]).href)
	console.log(await getReference(process.argv[2] === undefined ? {} : { folder: process.argv[2] }));
