import { type ByteString, NixError } from "@tsnix/store";
import type { MakeCommand } from "../commands";
import { ReplaceProcess } from "../execute/program-to-run";
import { InstallableOptions, requireValue } from "./installables";

/** Editors that are told a line by `+LINE`. */
const takesLine = /emacs|nano|vim|kak/;

/** The command that opens a file at a line (from 1; 0 for none) in the editor that the user has named. */
export const editorCommand = (editor: ByteString, file: ByteString, line: number): readonly ByteString[] => [
	...editor.split(/[ \t\n\r]+/).filter((word) => word !== ""),
	...(line > 0 && takesLine.test(editor) ? [`+${line}`] : []),
	file,
];

/** `nix edit`: opens the file that a package is written in. */
export const edit: MakeCommand = ({ session }) => {
	const options = new InstallableOptions(session);
	let installable = ".";
	return {
		flags: options.flags(),
		expected: [{ optional: true, arity: 1, handle: ([text]) => void (installable = text) }],
		run: async () => {
			const [found] = await options.installables([installable]);
			const value = await requireValue(found).value();
			const { file, shown, line } = await (await session.commands()).packagePosition(value, found.what);
			if (file === undefined)
				throw new NixError("NO_PHYSICAL_PATH", `cannot open '${shown}' in an editor because it has no physical path`);
			const argv = editorCommand(session.env("EDITOR") ?? "cat", file, line);
			throw new ReplaceProcess({
				program: argv[0],
				argv,
				env: session.shell.env,
				lookup: true,
				failure: `cannot run command ${argv.map((arg) => `'${arg}'`).join(" ")}`,
			});
		},
	};
};
