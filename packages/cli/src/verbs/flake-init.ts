import { spawnSync } from "node:child_process";
import { NixError } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { evaluationFlags } from "../args/eval-flags";
import type { Command, MakeCommand } from "../commands";
import type { Session } from "../session";

/** A command that writes a template's files into a folder. */
const templateCommand = (session: Session, folder: () => string): Command => {
	let template = "templates";
	return {
		flags: [
			...evaluationFlags(session),
			{ long: "template", short: "t", arity: 1, handle: (ref) => void (template = ref) },
		],
		run: async () => {
			const commands = await session.commands();
			const { ref, fragment } = await commands.parseFlake(template);
			const attributes =
				fragment === ""
					? ["templates.default", "defaultTemplate"]
					: fragment.startsWith(".")
						? [fragment.slice(1)]
						: [`templates.${fragment}`, fragment];
			const outputs = await commands.openFlake(ref, { write: false, applyConfig: true });
			const { value, attribute } = await commands.flakeAttribute(ref, outputs, attributes);
			const place = absolute(session, folder());
			const { written, conflicts, welcomeText } = await commands.writeTemplate(value, attribute, place);
			if (written.length > 0 && nodeFs.existsSync(`${place}/.git`)) addToGit(place, written);
			if (welcomeText !== undefined) {
				session.log.notice("\n");
				session.log.notice(welcomeText);
			}
			if (conflicts > 0) throw new NixError("TEMPLATE_CONFLICTS", `encountered ${conflicts} conflicts - see above`);
		},
	};
};

/** A path as it is from the root, without `.` and `..`. */
const absolute = (session: Session, path: string): string => {
	const out: string[] = [];
	for (const part of session.absolute(path).split("/"))
		if (part === "..") out.pop();
		else if (part !== "" && part !== ".") out.push(part);
	return `/${out.join("/")}`;
};

/** Has git know of files, so that they are part of a flake. */
const addToGit = (folder: string, files: readonly string[]): void => {
	const args = ["-C", folder, "add", "--intent-to-add", "--force", "--", ...files];
	const { status } = spawnSync(
		"git",
		args.map((arg) => Buffer.from(arg, "latin1").toString()),
		{ stdio: ["ignore", "ignore", "inherit"] },
	);
	if (status !== 0) throw new NixError("GIT_FAILED", `program 'git' failed with exit code ${status ?? 255}`);
};

/** `nix flake init`: the files of a template, written into this folder. */
export const flakeInit: MakeCommand = ({ session }) => templateCommand(session, () => ".");

/** `nix flake new`: the same, in a folder that is named. */
export const flakeNew: MakeCommand = ({ session }) => {
	let folder = ".";
	const command = templateCommand(session, () => folder);
	return { ...command, expected: [{ arity: 1, handle: ([path]) => void (folder = path) }] };
};
