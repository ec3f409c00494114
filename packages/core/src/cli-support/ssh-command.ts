import { type Authority, parseURL } from "@tsnix/fetchers";
import { NixError } from "@tsnix/store";
import type { ConnectionTarget } from "../worker/connection";
import { shellSplit } from "./shell-split";
import { renderStoreReference, type StoreReference } from "./store-reference";

/** What of the surroundings decides how ssh is called. */
export interface SshSurroundings {
	readonly env: Readonly<Record<string, string>>;
	/** Runs a program to its end, with nothing to read or show. Gives its exit status. */
	readonly run: (command: readonly string[], env: Readonly<Record<string, string>>) => number;
	readonly verbosity: number;
	/** Writes a file that lasts as long as the command does, and gives its path. */
	readonly temporaryFile: (contents: string) => string;
}

/** Where a store of ssh is: the host, and how it is called in messages. */
export interface SshPlace {
	readonly authority: Authority;
	readonly host: string;
}

/** The host of an ssh store's reference. Throws for hosts and users that ssh would take for options. */
export const sshPlace = (reference: StoreReference): SshPlace => {
	const { authority } = parseURL(renderStoreReference(reference, false));
	const shown = renderStoreReference(reference, false).replace(/^[^:]*:\/\//, "");
	const invalid = (why: string): NixError => new NixError("USAGE", `invalid SSH authority: '${shown}': ${why}`);
	if (authority === undefined || authority.host === "") throw invalid("host name must not be empty");
	const { user, host } = authority;
	if (user === "") throw invalid("user name must not be empty");
	if (user?.startsWith("-")) throw invalid(`user name '${user}' must not start with '-'`);
	if (host.startsWith("-")) throw invalid(`host name '${host}' must not start with '-'`);
	return { authority, host };
};

/** How a program is run on the host of an ssh store: by ssh, or as it is on `localhost`. */
export const sshTarget = (
	{ authority, host }: SshPlace,
	program: readonly string[],
	params: ReadonlyMap<string, string>,
	surroundings: SshSurroundings,
	lastArguments: readonly string[] = [],
): ConnectionTarget => {
	const env = { ...surroundings.env, SHELL: "/bin/sh" };
	const remoteStore = params.get("remote-store") ?? "";
	const command = [...program, ...(remoteStore === "" ? [] : ["--store", remoteStore]), ...lastArguments];
	const isPlain = authority.user === undefined && authority.port === undefined;
	if (isPlain && host === "localhost") return { kind: "program", command, env };
	const where = authority.user === undefined ? host : `${authority.user}@${host}`;
	const options = sshOptions(authority, params, surroundings);
	const running = surroundings.run(["ssh", "-O", "check", where, ...options], env) === 0;
	return {
		kind: "program",
		command: ["ssh", where, "-x", ...options, ...(surroundings.verbosity >= 5 ? ["-v"] : []), "--", ...command],
		env,
		...(running ? {} : { announces: host }),
	};
};

const sshOptions = (
	authority: Authority,
	params: ReadonlyMap<string, string>,
	{ env, temporaryFile }: SshSurroundings,
): string[] => {
	const key = params.get("ssh-key") ?? "";
	const publicKey = params.get("base64-ssh-public-host-key") ?? "";
	const options = shellSplit(env.NIX_SSHOPTS ?? "");
	if (key !== "") options.push("-i", key);
	if (publicKey !== "") {
		const text = Buffer.from(publicKey, "base64").toString("latin1");
		options.push(`-oUserKnownHostsFile=${temporaryFile(`${authority.host} ${text}\n`)}`);
	}
	if (["true", "yes", "1"].includes(params.get("compress") ?? "")) options.push("-C");
	if (authority.port !== undefined) options.push(`-p${authority.port}`);
	options.push("-oPermitLocalCommand=yes", "-oLocalCommand=echo started");
	return options;
};
