/**
 * What is measured of stores: each thing once with real Nix and once with the command, in stores of their own that lie
 * where their paths say. Rows are named `store-…`; `--only store` means all of them.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, closeSync, existsSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureRun } from "../lib/measure.mjs";

const small = (folder, files) => {
	mkdirSync(folder);
	for (let i = 0; i < files; i++) {
		const inner = join(folder, `d${Math.floor(i / 100)}`);
		if (i % 100 === 0) mkdirSync(inner);
		writeFileSync(join(inner, `f${i}`), `file ${i}\n`.repeat(1 + (i % 60)));
	}
};

const large = (file, megabytes) => {
	const fd = openSync(file, "w");
	const block = Buffer.alloc(1 << 20);
	for (let i = 0; i < megabytes; i++) {
		for (let j = 0; j < block.length; j += 4) block.writeUInt32LE((i * 2654435761 + j * 40503) >>> 0, j);
		writeSync(fd, block);
	}
	closeSync(fd);
};

const derivations = (count, script) => `
	builtins.genList (i: derivation {
		name = "x\${toString i}"; system = builtins.currentSystem; builder = "/bin/sh"; PATH = "/usr/bin:/bin";
		args = [ "-c" ''${script}'' ]; number = i;
	}) ${count}`;

/**
 * The rows: `before` makes what has to be there, `args` are measured, `input` and `output` are files. `fresh` empties
 * the store first.
 */
const rowsOf = (top, sizes) => {
	const at = (name) => join(top, name);
	const copied = (s) => (s.paths ??= s.real(["nix-build", "--no-out-link", "-E", sizes.copied]).trim().split("\n"));
	const other = (s) => `local?store=${s.top}/store&real=${s.top}/other/store&state=${s.top}/other/state`;
	const gone = (s, name) => s.remove(join(s.top, name));
	return [
		{ name: "store-hash", what: `hash path, ${sizes.files} files`, args: () => ["nix", "hash", "path", at("small")] },
		{
			name: "store-add",
			what: `--add, ${sizes.files} files`,
			fresh: true,
			args: () => ["nix-store", "--add", at("small")],
		},
		{ name: "store-hash-file", what: `hash file, ${sizes.large} MB`, args: () => ["nix", "hash", "file", at("large")] },
		{
			name: "store-add-file",
			what: `store add-file, ${sizes.large} MB`,
			fresh: true,
			args: () => ["nix", "store", "add-file", at("large")],
		},
		{
			name: "store-dump",
			what: `--dump, ${sizes.large} MB`,
			args: () => ["nix-store", "--dump", at("large")],
			output: at("large.nar"),
		},
		{
			name: "store-restore",
			what: `--restore, ${sizes.large} MB`,
			before: (s) => {
				gone(s, "restored");
				if (!existsSync(at("large.nar"))) s.real(["nix-store", "--dump", at("large")], at("large.nar"));
			},
			args: (s) => ["nix-store", "--restore", join(s.top, "restored")],
			input: at("large.nar"),
		},
		{
			name: "store-build",
			what: `${sizes.builds} trivial builds`,
			fresh: true,
			args: () => ["nix-build", "-j", "auto", "--no-out-link", "-E", sizes.trivial],
		},
		...["file", "http"].flatMap((kind) =>
			["xz", "zstd", "none"].flatMap((compression) => {
				const cache = `${kind}-cache-${compression}`;
				const place = (s) => join(s.top, cache);
				const url = (s) =>
					`${kind === "file" ? `file://${place(s)}` : `${s.server}/${cache}`}?compression=${compression}`;
				const name = (way) => `store-copy-${way}-${kind === "file" ? "" : "http-"}${compression}`;
				const what = (way) => `copy ${sizes.paths} paths ${way} a cache, ${kind}://, ${compression}`;
				return [
					{
						name: name("to"),
						what: what("to"),
						served: kind === "http",
						before: (s) => {
							copied(s);
							for (const part of [cache, ".cache"]) gone(s, part);
						},
						args: (s) => ["nix", "copy", "--to", url(s), ...copied(s)],
					},
					{
						name: name("from"),
						what: what("from"),
						served: kind === "http",
						before: (s) => {
							s.real(["nix", "copy", "--to", `file://${place(s)}?compression=${compression}`, ...copied(s)]);
							for (const part of ["other", ".cache"]) gone(s, part);
						},
						args: (s) => ["nix", "copy", "--no-check-sigs", "--from", url(s), "--to", other(s), ...copied(s)],
					},
				];
			}),
		),
		{
			name: "store-copy-local",
			what: `copy ${sizes.paths} paths to another local store`,
			before: (s) => {
				copied(s);
				gone(s, "other");
			},
			args: (s) => ["nix", "copy", "--no-check-sigs", "--to", other(s), ...copied(s)],
		},
		{
			name: "store-verify",
			what: `--verify --check-contents, ${sizes.paths * 2} paths`,
			before: copied,
			args: () => ["nix-store", "--verify", "--check-contents"],
		},
	];
};

/** The rows that are asked for, and how one of them is run once by a program: `[program, ...arguments before]`. */
export const storeBenchmarks = (only, { scratch, reference, sizes: scale = 1 }) => {
	const top = join(scratch, "stores");
	const count = (n) => Math.max(1, Math.round(n * scale));
	const sizes = {
		files: count(50_000),
		large: count(1024),
		builds: count(200),
		paths: count(500),
		trivial: derivations(count(200), "echo $number > $out"),
		copied: derivations(count(500), "mkdir $out; seq 1 $((number * 20)) > $out/a; echo $number > $out/b"),
	};
	const rows = rowsOf(top, sizes).filter(
		({ name }) => only === undefined || only.some((wanted) => wanted === name || wanted === "store"),
	);
	if (rows.length === 0) return { rows, run: undefined, close: () => {} };
	mkdirSync(top);
	const measures = (...names) => rows.some(({ name }) => names.includes(name));
	if (measures("store-hash", "store-add")) small(join(top, "small"), sizes.files);
	if (measures("store-hash-file", "store-add-file", "store-dump", "store-restore"))
		large(join(top, "large"), sizes.large);
	const remove = (path) => {
		spawnSync("chmod", ["-R", "u+w", path], { stdio: "ignore" });
		rmSync(path, { recursive: true, force: true });
	};
	const places = new Map();
	const placeFor = (who) => {
		if (places.has(who)) return places.get(who);
		// Names of one length: what is hashed and written is as long for all.
		const place = join(top, `place${places.size}`);
		mkdirSync(join(place, "etc"), { recursive: true });
		writeFileSync(
			join(place, "etc/nix.conf"),
			"sandbox = false\nsubstituters =\nbuild-users-group =\nexperimental-features = nix-command\n",
		);
		const env = {
			PATH: process.env.PATH,
			HOME: place,
			NIX_STORE_DIR: join(place, "store"),
			NIX_STATE_DIR: join(place, "var/nix"),
			NIX_LOG_DIR: join(place, "var/log/nix"),
			NIX_CONF_DIR: join(place, "etc"),
		};
		const real = ([name, ...args], output) => {
			const stdout = output === undefined ? "pipe" : openSync(output, "w");
			const result = spawnSync(join(reference, "bin", name), args, {
				env,
				stdio: ["ignore", stdout, "pipe"],
				maxBuffer: 1 << 28,
			});
			if (result.status !== 0) throw new Error(`${name}: ${result.stderr}`);
			return String(result.stdout ?? "");
		};
		places.set(who, { top: place, env, real, remove });
		return places.get(who);
	};
	const servers = [];
	/** Serves a store's folder over HTTP. */
	const served = async (place) => {
		if (place.server !== undefined) return;
		const script = fileURLToPath(new URL("cache-server.mjs", import.meta.url));
		const server = spawn(process.execPath, [script, place.top], { stdio: ["pipe", "pipe", "inherit"] });
		servers.push(server);
		const [port] = await once(server.stdout, "data");
		place.server = `http://127.0.0.1:${String(port).trim()}`;
	};
	return {
		rows,
		close: () => {
			for (const server of servers) server.stdin.end();
		},
		/** `who` names the store; `command` gives the whole command line of a program's arguments. */
		run: async (row, who, command) => {
			const place = placeFor(who);
			if (row.served === true) await served(place);
			if (row.fresh === true) {
				delete place.paths;
				for (const part of ["store", "var"]) remove(join(place.top, part));
			}
			row.before?.(place);
			return measureRun(command(row.args(place)), place.env, row);
		},
	};
};
