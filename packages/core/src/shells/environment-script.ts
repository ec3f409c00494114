import type { ByteString } from "@tsnix/store";
import { type BuildEnvironment, buildEnvironmentShell } from "./build-environment";

/** Variables that a shell keeps as they are. */
const ignored: ReadonlySet<ByteString> = new Set([
	"BASHOPTS",
	"HOME",
	"NIX_BUILD_TOP",
	"NIX_ENFORCE_PURITY",
	"NIX_LOG_FD",
	"NIX_REMOTE",
	"PPID",
	"SHELLOPTS",
	"SSL_CERT_FILE",
	"TEMP",
	"TEMPDIR",
	"TERM",
	"TMP",
	"TMPDIR",
	"TZ",
	"UID",
]);

/** Variables that the build's values are put before, so that the shell still finds its programs, and their data. */
const extended = ["PATH", "XDG_DATA_DIRS"];

/** What bash reads to go on in a build's environment: the text of `nix print-dev-env`, but for the places of outputs. */
export const environmentScript = (environment: BuildEnvironment): ByteString =>
	[
		"unset shellHook\n",
		...extended.map((name) => `${name}=\${${name}:-}\nnix_saved_${name}="$${name}"\n`),
		buildEnvironmentShell(environment, ignored),
		...extended.map((name) => `${name}="$${name}\${nix_saved_${name}:+:$nix_saved_${name}}"\n`),
		'export NIX_BUILD_TOP="$(mktemp -d -t nix-shell.XXXXXX)"\n',
		...["TMP", "TMPDIR", "TEMP", "TEMPDIR"].map((name) => `export ${name}="$NIX_BUILD_TOP"\n`),
		'eval "${shellHook:-}"\n',
	].join("");
