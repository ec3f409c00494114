import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import {
	type ByteString,
	closureOf,
	derivationOptions,
	type Derivation,
	desugarEnvironment,
	type DerivationOptions,
	type StorePath,
} from "@tsnix/store";
import { traced } from "../../core";
import { sortedEnvironment } from "../../args/environment-flags";
import type { Session } from "../../session";
import type { BuiltInputs } from "./build-inputs";
import type { NixShellOptions } from "./options";

/** Variables that a pure shell keeps. */
const keptByPureShells: readonly string[] = [
	...["HOME", "XDG_RUNTIME_DIR", "USER", "LOGNAME", "DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "PATH", "TERM"],
	...["IN_NIX_SHELL", "NIX_SHELL_PRESERVE_PROMPT", "TZ", "PAGER", "NIX_BUILD_SHELL", "SHLVL"],
	...["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()]),
];

/** What a shell of a derivation begins with. */
export interface ShellEnvironment {
	readonly env: Readonly<Record<string, ByteString>>;
	/** Declarations of structured attributes; empty where there are none. */
	readonly structuredAttrs: ByteString;
}

/** The environment of a derivation's shell; the files that go with it are written to the shell's temporary folder. */
export const shellEnvironment = (
	session: Session,
	drvPath: StorePath,
	{ derivation, inputs }: BuiltInputs,
	options: NixShellOptions,
	folder: ByteString,
): ShellEnvironment => {
	const { store, settings } = session;
	const kept = new Set([...keptByPureShells, ...options.keep]);
	const env: Record<string, ByteString> = Object.fromEntries(
		Object.entries(session.shell.env).filter(([name]) => !options.pure || kept.has(name)),
	);
	// NixOS: the system's own profile is not to be read by /etc/bashrc.
	if (options.pure) env.__ETC_PROFILE_SOURCED = "1";
	for (const name of ["NIX_BUILD_TOP", "TMPDIR", "TEMPDIR", "TMP", "TEMP"]) env[name] = folder;
	env.NIX_STORE = store.storeDir;
	env.NIX_BUILD_CORES = String(settings.number("cores") || availableParallelism());

	const write = (name: string, contents: ByteString): ByteString => {
		writeFileSync(Buffer.from(`${folder}/${name}`, "latin1"), Buffer.from(contents, "latin1"));
		return `${folder}/${name}`;
	};
	const attributes = optionsOf(derivation, drvPath.toString(store.storeDir));
	let files = 0;
	for (const [name, value] of [...derivation.env].sort(([a], [b]) => (a < b ? -1 : 1)))
		if (attributes.passAsFile.has(name)) env[`${name}Path`] = write(`.attr-${files++}`, value);
		else env[name] = value;
	if (derivation.structuredAttrs === undefined) return { env: sortedEnvironment(env), structuredAttrs: "" };

	const described = desugarEnvironment(store, derivation, attributes, closureOf(store, inputs)).files;
	const structuredAttrs = described.get(".attrs.sh") ?? "";
	env.NIX_ATTRS_SH_FILE = write(".attrs.sh", structuredAttrs);
	env.NIX_ATTRS_JSON_FILE = write(".attrs.json", described.get(".attrs.json") ?? "");
	return { env: sortedEnvironment(env), structuredAttrs };
};

const optionsOf = (derivation: Derivation, shown: string): DerivationOptions => {
	try {
		return derivationOptions(derivation);
	} catch (error) {
		throw traced(error, `while parsing derivation '${shown}'`);
	}
};
