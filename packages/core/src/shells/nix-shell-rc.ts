import type { ByteString } from "@tsnix/store";
import { shellQuote } from "./shell-quote";

/** What the script is made of that `nix-shell` has bash begin with. */
export interface NixShellRc {
	/** The shell's own temporary folder; removed when the shell ends. */
	readonly temporaryFolder: ByteString;
	/** Nothing of the user's surroundings is wanted. */
	readonly pure: boolean;
	/** Declarations of structured attributes. */
	readonly structuredAttrs: ByteString;
	/** The shell's path. */
	readonly shell: ByteString;
	/** Whether the prompt is that of the superuser. */
	readonly root: boolean;
	/** The value of `TZ`, which a standard environment sets to its own. */
	readonly timeZone?: ByteString;
	/** What is run when all is set up. */
	readonly command: ByteString;
}

/** The script by which `nix-shell` sets up a shell: a derivation's standard environment, hooks and all, and a prompt. */
export const nixShellRc = (options: NixShellRc): ByteString => {
	const { temporaryFolder, pure, structuredAttrs, shell, root, timeZone, command } = options;
	const quoted = shellQuote(shell);
	const slash = shell.lastIndexOf("/");
	const folder = slash < 0 ? "" : shell.slice(0, slash) || "/";
	const prompt = `\\n\\[\\033[1;${root ? "31" : "32"}m\\][nix-shell:\\w]\\$\\[\\033[0m\\] `;
	const before = [
		`_nix_shell_clean_tmpdir() { command rm -rf ${shellQuote(temporaryFolder)}; }`,
		"trap _nix_shell_clean_tmpdir EXIT",
		"exitHooks+=(_nix_shell_clean_tmpdir)",
		"failureHooks+=(_nix_shell_clean_tmpdir)",
		...(pure ? [] : ['if [ -n "$PS1" ] && [ -e ~/.bashrc ]; then source ~/.bashrc; fi', "p=$PATH"]),
		// A standard environment adds to the path that it finds; the user's own comes after it.
		"unset PATH",
		"dontAddDisableDepTrack=1",
	];
	const after = [
		'if [ -e "$stdenv/setup" ]; then source "$stdenv/setup"; fi',
		...(pure ? [] : ["PATH=$PATH:$p", "unset p"]),
		`PATH=${shellQuote(folder)}:"$PATH"`,
		`SHELL=${quoted}`,
		`BASH=${quoted}`,
		"set +e",
		`if [ -n "$PS1" ] && [ -z "$NIX_SHELL_PRESERVE_PROMPT" ]; then PS1='${prompt}'; fi`,
		'if [ "$(type -t runHook)" = function ]; then runHook shellHook; fi',
		"unset NIX_ENFORCE_PURITY",
		"shopt -u nullglob",
		"unset TZ",
		...(timeZone === undefined ? [] : [`export TZ=${shellQuote(timeZone)}`]),
		"shopt -s execfail",
		command,
	];
	// What bash tells of errors in the command has the number of its line: it is the third, as in the reference.
	return `${before.join("; ")}\n${structuredAttrs}\n${after.join("; ")}`;
};
