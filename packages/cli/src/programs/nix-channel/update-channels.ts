import { lstatSync, readlinkSync, rmSync, unlinkSync, mkdirSync } from "node:fs";
import { type ByteString, NixError } from "@tsnix/store";
import { replaceLink } from "../../core";
import { level } from "../../output/log";
import { defaultExpressions } from "../../profiles/places";
import type { Session } from "../../session";
import { temporaryFile } from "../../temporary-files";
import { runNixProgram } from "../run-nix-program";
import { type Channels, lastPart } from "./channel-list";

/** What unpacks a channel's archive. The attributes are the reference's, so that the results are at the same paths. */
const unpackChannel = `{ name, channelName, src }:
derivation {
  inherit name channelName src;
  system = "builtin";
  builder = "builtin:unpack-channel";
  preferLocalBuild = true;
}
`;

const isArchive = (path: string): boolean => /\.tar\.(gz|bz2|xz)$/.test(path);

/** The expression of a channel that stays as it is in the profile. */
const installedChannel = (profile: ByteString, name: ByteString, shownName: ByteString): ByteString => {
	const link = `${profile}/${name}`;
	let target: ByteString;
	try {
		target = readlinkSync(Buffer.from(link, "latin1"), "latin1");
	} catch (error) {
		throw new NixError("FILE_NOT_FOUND", `reading symbolic link "${link}": No such file or directory`, {
			cause: error,
		});
	}
	const storePath = target.slice(0, target.lastIndexOf("/"));
	return `f: rec { name = "${shownName}"; type = "derivation"; outputs = ["out"]; system = "builtin"; outPath = builtins.storePath "${storePath}"; out = { inherit outPath; };}`;
};

/**
 * `nix-channel --update`: downloads the expressions of channels and makes them the next version of the profile of
 * channels. Without names all are downloaded; else the others stay as they are.
 */
export const updateChannels = async (
	session: Session,
	profile: ByteString,
	channels: Channels,
	names: ReadonlySet<ByteString>,
): Promise<void> => {
	const commands = await session.commands();
	const unpacker = temporaryFile(session, "nix");
	unpacker.write(unpackChannel);
	try {
		const expressions: ByteString[] = [];
		for (const [name, url] of channels) {
			const shownName = name + (/-[0-9].*$/.exec(lastPart(url))?.[0] ?? "");
			if (names.size > 0 && !names.has(name)) {
				expressions.push(installedChannel(profile, name, shownName));
				continue;
			}
			const { effectiveUrl, storePath } = await commands.channelFile(url, lastPart(url));
			let source = storePath;
			const attributes = (): ByteString =>
				`name = "${shownName}"; channelName = "${name}"; src = builtins.storePath "${source}"`;
			if (source !== undefined && isArchive(source)) {
				const expression = `import ${unpacker.path}{ ${attributes()}; }`;
				runNixProgram(session, "nix-build", ["--no-out-link", "--expr", expression]);
			} else source = await commands.channelExpressions(effectiveUrl);
			expressions.push(`f: f { ${attributes()};  }`);
		}
		session.log.line(level.error, `unpacking ${expressions.length} channels...`);
		const options = ["--profile", profile, "--file", unpacker.path, "--install", "--remove-all", "--from-expression"];
		runNixProgram(session, "nix-env", [...options, ...expressions, "--quiet"]);
	} finally {
		rmSync(Buffer.from(unpacker.path, "latin1"), { force: true });
	}
	linkExpressions(session, profile);
};

/** Lets `nix-env` find the expressions of channels. */
const linkExpressions = (session: Session, profile: ByteString): void => {
	const folder = defaultExpressions(session);
	const stat = lstatSync(Buffer.from(folder, "latin1"), { throwIfNoEntry: false });
	if (stat?.isSymbolicLink()) unlinkSync(Buffer.from(folder, "latin1"));
	mkdirSync(Buffer.from(folder, "latin1"), { recursive: true });
	replaceLink(`${folder}/channels`, profile);
};
