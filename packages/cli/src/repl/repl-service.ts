import { spawnSync } from "node:child_process";
import { isLocalStore, NixError, parseStorePath } from "@tsnix/store";
import { addPermanentRoot, type ReplBuild, type ReplService } from "../core";
import { level } from "../output/log";
import type { Session } from "../session";
import { configText } from "../settings/config-text";
import type { Lines } from "../terminal/lines";
import { logs } from "../verbs/log";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

/** What the REPL has done by this thread: it has the terminal, and the stores. */
export const replService = (session: Session, lines: () => Lines): ReplService => {
	const { shell, log } = session;
	/** Runs a program that may use the terminal. */
	const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv): void => {
		lines().pause();
		try {
			const { status, signal, error } = spawnSync(
				program,
				args.map((arg) => bytes(arg).toString()),
				{
					stdio: "inherit",
					env,
					cwd: shell.workingDirectory,
				},
			);
			if (error !== undefined) throw new NixError("EXECUTE", `executing '${program}': No such file or directory`);
			if (signal !== null) throw new NixError("PROGRAM", `program '${program}' failed due to signal ${signal}`);
			if (status !== 0) throw new NixError("PROGRAM", `program '${program}' failed with exit code ${status}`);
		} finally {
			lines().resume();
		}
	};
	return {
		out: (text) => shell.writeOut(text),
		notice: (text) => log.notice(text),
		error: (text) => log.line(level.error, text),
		readLine: (prompt) => lines().next(prompt),
		build: (drvPath, link) => build(session, drvPath, link),
		log: async (drvPath) => {
			const { storeDir } = session.commandStore;
			for await (const { uri, text } of logs(session, parseStorePath(drvPath, storeDir))) {
				if (text === undefined) continue;
				log.info(`got build log for '${drvPath}' from '${uri}'`);
				return page(session, text, lines());
			}
			throw new NixError("NO_LOG", `build log of '${drvPath}' is not available`);
		},
		page: (text) => page(session, bytes(text), lines()),
		run: (program, args) => {
			const [, script] = process.argv;
			const env = { ...process.env, TSNIX_ARGV0: program, NIX_CONFIG: bytes(configText(session.settings)).toString() };
			run(process.execPath, [script, ...args], env);
		},
		edit: (path, line) => {
			const [editor = "cat", ...args] = (session.env("EDITOR") ?? "cat").split(/[ \t\n\r]+/).filter((w) => w !== "");
			const place = line > 0 && /emacs|nano|vim|kak/.test(session.env("EDITOR") ?? "") ? [`+${line}`] : [];
			run(editor, [...args, ...place, path], process.env);
		},
	};
};

const build = async (session: Session, drvPath: string, link: boolean): Promise<ReplBuild[]> => {
	const { storeDir, realStoreDir } = session.commandStore;
	const { outputs } = await session.builds.realise([{ drvPath: parseStorePath(drvPath, storeDir), outputs: "all" }]);
	const links = link && realStoreDir !== undefined && isLocalStore(session.store);
	return [...(outputs.get(drvPath) ?? [])]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([output, path]) => {
			const name = `repl-result-${output}`;
			if (links) addPermanentRoot(session.commandStore, path, session.absolute(name));
			return { output, path: path.toString(storeDir), ...(links ? { link: name } : {}) };
		});
};

/** Shows a text a screen at a time, where there is a screen. */
const page = (session: Session, text: Uint8Array, lines: Lines): void => {
	const { shell } = session;
	const pager = session.env("NIX_PAGER") ?? session.env("PAGER");
	if (!shell.isTerminal.output || pager === "" || pager === "cat") return shell.writeOut(text);
	lines.pause();
	try {
		const done = spawnSync("sh", ["-c", pager ?? "less || more || cat"], {
			input: text,
			stdio: ["pipe", "inherit", "inherit"],
			env: { ...process.env, LESS: "FRSXMK" },
		});
		if (done.error !== undefined) shell.writeOut(text);
	} finally {
		lines.resume();
	}
};
