import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { type ByteString, NixError, parseStorePath, type StorePath } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { canonical, drvName } from "../core";
import { findProgram } from "../execute/find-program";
import { runNixProgram } from "../programs/run-nix-program";
import type { Session } from "../session";
import { storePathOf } from "../store-operations/paths";

const bytes = (path: ByteString): Buffer => Buffer.from(path, "latin1");
const folderOf = (path: ByteString): ByteString => path.slice(0, path.lastIndexOf("/")) || "/";
const green = "\x1b[32;1m";
const normal = "\x1b[0m";

/** The profile that Nix is installed in: that of the `nix-env` in `PATH`. */
const installedProfile = (session: Session): ByteString => {
	const { log } = session;
	const found = findProgram("nix-env", session.env("PATH"));
	if (found === undefined)
		throw new NixError("NIX_NOT_FOUND", "couldn't figure out how Nix is installed, so I can't upgrade it");
	const folder = folderOf(found);
	log.info(`found Nix in "${folder}"`);
	if (folder.startsWith("/run/current-system"))
		throw new NixError("NIX_ON_NIXOS", "Nix on NixOS must be upgraded via 'nixos-rebuild'");
	const profile = folderOf(folder);
	let resolved = profile;
	const isLink = (path: ByteString): boolean =>
		lstatSync(bytes(path), { throwIfNoEntry: false })?.isSymbolicLink() === true;
	while (!canonical(resolved).split("/").includes("profiles") && isLink(resolved)) {
		const target = readlinkSync(bytes(resolved), "latin1");
		resolved = target.startsWith("/") ? target : `${folderOf(resolved)}/${target}`;
	}
	log.info(`found profile "${resolved}"`);
	if (existsSync(bytes(`${profile}/manifest.json`)))
		throw new NixError(
			"PROFILE_OF_NIX_PROFILE",
			`directory "${profile}" is managed by 'nix profile' and currently cannot be upgraded by 'nix upgrade-nix'`,
		);
	if (!existsSync(bytes(`${profile}/manifest.nix`)))
		throw new NixError("NOT_A_PROFILE", `directory "${profile}" does not appear to be part of a Nix profile`);
	if (!session.store.isValidPath(storePathOf(session, profile)))
		throw new NixError("NOT_IN_STORE", `directory "${profile}" is not in the Nix store`);
	return profile;
};

/** The store path of the newest release, as the file at the setting's URL tells for this system. */
const newestNix = async (session: Session, url: string): Promise<StorePath> => {
	session.log.info("querying latest Nix version...");
	const commands = await session.commands();
	const text = await commands.downloadText(url);
	const root = await commands.root({ kind: "string", text, basePath: "/no-such-path" });
	const value = await commands.select(root, session.system);
	const path = await commands.text(value, "while evaluating the path tho latest nix version");
	return parseStorePath(path, session.commandStore.storeDir);
};

/** `nix upgrade-nix`: installs the newest release of Nix into a profile. */
export const upgradeNix: MakeCommand = ({ session }) => {
	const { settings, log } = session;
	let given: string | undefined;
	let dryRun = false;
	return {
		feature: "",
		flags: [
			{ long: "profile", short: "p", arity: 1, handle: (path) => void (given = path) },
			{
				long: "nix-store-paths-url",
				arity: 1,
				handle: (url) => settings.override("upgrade-nix-store-path-url", url),
			},
			{ long: "dry-run", handle: () => void (dryRun = true) },
		],
		run: async () => {
			settings.override("pure-eval", true);
			const profile = given === undefined || given === "" ? installedProfile(session) : given;
			log.info(`upgrading Nix in profile "${profile}"`);
			const path = await newestNix(session, settings.text("upgrade-nix-store-path-url"));
			const { version } = drvName(path.name);
			if (dryRun) return log.warn(`would upgrade to version ${version}`);
			const shown = path.toString(session.commandStore.storeDir);
			log.info(`downloading '${shown}'......`);
			await session.builds.realise([{ path }]);
			log.info(`verifying that '${shown}' works......`);
			const program = `${session.commandStore.realStoreDir ?? ""}/${path.baseName}/bin/nix-env`;
			const { stdout, status } = spawnSync(program, ["--version"], {
				encoding: "utf8",
				stdio: ["ignore", "pipe", "inherit"],
			});
			if (status !== 0 || !stdout.includes("Nix"))
				throw new NixError("NIX_DOES_NOT_WORK", `could not verify that '${shown}/bin/nix-env' works`);
			log.info(`installing '${shown}' into profile "${profile}"......`);
			runNixProgram(session, "nix-env", ["--profile", profile, "-i", shown, "--no-sandbox"]);
			log.info(`${green}upgrade to version ${version} done${normal}`);
		},
	};
};
