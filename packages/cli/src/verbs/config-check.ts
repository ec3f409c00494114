import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { MakeCommand } from "../commands";
import type { Session } from "../session";
import { Exit } from "../shell";

const normal = "\x1b[0m";
const pass = "\x1b[32;1m[PASS] ";
const fail = "\x1b[31;1m[FAIL] ";
const about = "\x1b[34;1m[INFO] ";

/** `nix config check`: looks for what is wrong with how Nix is installed. */
export const configCheck: MakeCommand = ({ session }) => ({
	feature: "",
	run: async () => {
		const { log } = session;
		const { openWaiting, builds } = session.commandStore;
		const store = await session.stores.anyStore();
		const uri = builds === undefined ? store.uri : session.stores.shownStoreReference;
		const isLocal = openWaiting === undefined && builds === undefined && session.commandStore.start.kind === "local";
		log.info(`Running checks against store uri: ${uri}`);
		let good = true;
		const tell = (problem: string | undefined, fine: string): void => {
			if (problem === undefined) return log.notice(`${pass}${normal}${fine}`);
			good = false;
			log.notice(`${fail}${normal}${problem}`);
		};
		if (isLocal) {
			tell(nixInPath(session), "PATH contains only one nix version.");
			tell(strayProfiles(session), "All profiles are gcroots.");
		}
		tell(isLocal || builds !== undefined ? undefined : unknownProtocol, "Client protocol matches store protocol.");
		const daemon = session.stores.daemonStore()?.daemon;
		const trusted = isLocal || /^(?:file|dummy|memory):/.test(uri) ? true : daemon?.trustsUs;
		log.notice(
			`${about}${normal}${
				trusted === undefined
					? `Store uri: ${uri} doesn't have a notion of trusted user`
					: `You are ${trusted ? "trusted" : "not trusted"} by store uri: ${uri}`
			}`,
		);
		if (!good) throw new Exit(2);
	},
});

/** The client's version is shown as the reference shows it: its minor part as the character of that number. */
const unknownProtocol = `Warning: protocol version of this client does not match the store.
While this is not necessarily a problem it's recommended to keep the client in
sync with the daemon.

Client protocol: 1.&
Store protocol: unknown

`;

const searchPath = ({ env }: Session): string[] => (env("PATH") ?? "").split(":").map((dir) => dir || ".");

/** What is wrong with where `nix-env` is found. */
const nixInPath = (session: Session): string | undefined => {
	const found = new Set<string>();
	for (const dir of searchPath(session)) {
		const candidate = `${dir}/nix-env`;
		if (existsSync(candidate)) found.add(dirname(realpathSync(candidate)));
	}
	if (found.size === 0) return "No nix-env found in PATH.";
	if (found.size === 1) return undefined;
	return `Multiple versions of nix found in PATH:\n${listed(found)}`;
};

const listed = (dirs: ReadonlySet<string>): string =>
	[...dirs]
		.sort()
		.map((dir) => `  "${dir}"\n`)
		.join("");

/** Profiles that the collector does not know of. */
const strayProfiles = (session: Session): string | undefined => {
	const { storeDir } = session.commandStore;
	const found = new Set<string>();
	for (const dir of searchPath(session)) {
		try {
			let profile = dirname(dir);
			const target = realpathSync(profile);
			if (!target.startsWith(`${storeDir}/`) || !target.endsWith("user-environment")) continue;
			const isStray = (): boolean => !profile.split("/").includes("profiles");
			while (isStray() && lstatSync(profile).isSymbolicLink())
				profile = resolve(dirname(profile), readlinkSync(profile));
			if (isStray()) found.add(dir);
		} catch {}
	}
	if (found.size === 0) return undefined;
	const state = session.env("NIX_STATE_DIR") || "/nix/var/nix";
	return `Found profiles outside of "${state}"/profiles.
The generation this profile points to might not have a gcroot and could be
garbage collected, resulting in broken symlinks.

${listed(found)}
`;
};
