import { writeFileSync } from "node:fs";
import type { ByteString } from "@tsnix/store";
import { nixShellRc } from "../../core";
import { ReplaceProcess } from "../../execute/program-to-run";
import { level } from "../../output/log";
import type { Program } from "../../programs";
import { temporaryFolder } from "../../temporary-files";
import { UsageError } from "../../usage-error";
import { buildInputs } from "./build-inputs";
import { findDerivation } from "./find-derivation";
import { readOptions } from "./options";
import { shellEnvironment } from "./shell-environment";

/** `nix-shell`: a shell in the environment that a derivation is built in. */
export const nixShell: Program = async (context) => {
	const { session } = context;
	const options = await readOptions(context);
	if (options.bothKinds) throw new UsageError("'-p' and '-E' are mutually exclusive");
	const drvPath = await findDerivation(session, options);
	const built = await buildInputs(session, drvPath, options);
	if (built === undefined) return;
	const { shell } = built;

	const folder = temporaryFolder(session, "nix-shell");
	const { env, structuredAttrs } = shellEnvironment(session, drvPath, built, options, folder);
	const timeZone = session.env("TZ");
	const rcFile = `${folder}/rc`;
	const rc = nixShellRc({
		temporaryFolder: folder,
		pure: options.pure,
		structuredAttrs,
		shell,
		root: process.getuid?.() === 0,
		...(timeZone === undefined ? {} : { timeZone }),
		command: options.command,
	});
	session.log.line(level.debug + 1, `Sourcing nix-shell with file ${rcFile} and contents:\n${rc}`);
	writeFileSync(Buffer.from(rcFile, "latin1"), Buffer.from(rc, "latin1"));
	const args: readonly ByteString[] = options.interactive ? ["--rcfile", rcFile] : [rcFile];
	throw new ReplaceProcess({
		program: shell,
		argv: ["bash", ...args],
		env,
		lookup: true,
		failure: `executing shell '${shell}'`,
	});
};
